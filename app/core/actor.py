"""Who acts: a frozen value resolved once per request, handed to every query and service."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    MEMBER = "member"
    UNIT_HEAD = "unit_head"
    VERIFIER = "verifier"
    LEADER = "leader"
    AUDITOR = "auditor"
    ADMIN = "admin"
    PARTNER = "partner"


class ActorKind(StrEnum):
    USER = "user"
    SERVICE = "service"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Membership:
    """A role held in a unit. `unit_path` is the unit's materialised path, so that below is a prefix test."""

    role: Role
    unit_id: UUID
    unit_path: str
    unit_name: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody signed in, a key, or the system itself. `scopes` limits keys; None means no limit (people)."""

    kind: ActorKind
    id: UUID
    name: str
    county_id: UUID
    person_id: UUID | None = None
    memberships: tuple[Membership, ...] = ()
    scopes: frozenset[str] | None = None
    session_id: UUID | None = None
    must_change_password: bool = False
    needs_totp_setup: bool = False
    roles: frozenset[Role] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", frozenset(held.role for held in self.memberships))

    def __hash__(self) -> int:
        # Statements and answers are kept for an actor, a dozen questions a page: a whole one takes long to hash, and of
        # one account there are seldom two. What is equal is still asked of everything.
        return hash(self.id)

    def has(self, *roles: Role) -> bool:
        return any(role in self.roles for role in roles)

    @property
    def unit_ids(self) -> tuple[UUID, ...]:
        """Units the actor belongs to under any role, without repeats, in the order they were given."""
        return tuple(dict.fromkeys(held.unit_id for held in self.memberships))

    @property
    def unit_name(self) -> str:
        return self.memberships[0].unit_name if self.memberships else ""

    @property
    def reach(self) -> tuple[object, ...]:
        """What decides which records are read: with the same reach the same question has the same answer."""
        return (self.county_id, self.id, self.person_id, self.memberships)

    def paths(self, *roles: Role) -> tuple[str, ...]:
        """Return the paths of the units in which one of the roles is held."""
        return tuple(dict.fromkeys(held.unit_path for held in self.memberships if held.role in roles))


def covers(path: str, other: str) -> bool:
    """Say whether the unit at `path` is `other` or stands above it. Paths look like `/county/town/village/`."""
    return other.startswith(path)
