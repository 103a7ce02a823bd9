"""Decisions about accounts: who may set whose password, and what a one-time password looks like."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.core.actor import Actor, Role
from app.core.permissions import Permission, allowed, holds_over
from app.identity.rules import roles_combine

# Partners act by keys only.
ROLES_OF_PEOPLE = (Role.MEMBER, Role.UNIT_HEAD, Role.VERIFIER, Role.LEADER, Role.AUDITOR, Role.ADMIN)

# A head who could set a verifier's or leader's password could act as one.
SET_BY_HEADS = frozenset({Role.MEMBER, Role.UNIT_HEAD})

# No letters or digits that look alike on paper, and no vowels: chance would spell words.
LETTERS = "bcdfghjkmnpqrstvwxz"
DIGITS = "23456789"


@dataclass(frozen=True, slots=True)
class Held:
    """A role held in a unit from a day to a day, both included; None is open."""

    role: Role
    unit_id: UUID
    unit_path: str
    valid_from: date | None = None
    valid_to: date | None = None

    def overlaps(self, other: Held) -> bool:
        """Say whether there is a day on which both are held."""
        starts_late = self.valid_from and other.valid_to and self.valid_from > other.valid_to
        ends_early = self.valid_to and other.valid_from and self.valid_to < other.valid_from
        return not (starts_late or ends_early)

    def ended(self, *, on: date) -> bool:
        """Say whether it is over on a day."""
        return self.valid_to is not None and self.valid_to < on


def one_time_password() -> str:
    """Return a password to print on a slip: four groups of letters and digits, some 50 bits, easy to read out."""
    groups = ["".join(secrets.choice(LETTERS) for _ in range(3)) for _ in range(3)]
    return "-".join([*groups, "".join(secrets.choice(DIGITS) for _ in range(4))])


def combines(new: Held, held: Iterable[Held]) -> bool:
    """Say whether a role may be added to those held on the same days."""
    return roles_combine({new.role, *(other.role for other in held if new.overlaps(other))})


def may_set_password(actor: Actor, home_id: UUID, home_path: str, held: Iterable[Held], *, on: date) -> bool:
    """Say whether the actor may set somebody's password.

    Administrators may for everybody. Heads may for people of their unit and below whose every role, held now or
    later, is a member's or head's within their reach.
    """
    if allowed(actor, Permission.MANAGE_USERS):
        return True
    if not holds_over(actor, Permission.MANAGE_UNIT_USERS, home_path, home_id):
        return False
    return all(
        role.role in SET_BY_HEADS
        and holds_over(actor, Permission.MANAGE_UNIT_USERS, role.unit_path, role.unit_id)
        for role in held
        if not role.ended(on=on)
    )
