"""Use cases of roles. Giving and taking them is sensitive: the password was entered lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import Conflict, FieldError, NotFound
from app.core.events import record
from app.core.i18n import N_
from app.core.permissions import Permission, require
from app.identity.accounts import queries, rules
from app.identity.accounts.rules import Held
from app.identity.accounts.schemas import RoleInput
from app.identity.directory import queries as directory_queries
from app.identity.models import MembershipRow, Unit, User
from app.identity.sign_in.service import require_confirmed
from app.identity.versions import expect

USER_LABELS = {"login": N_("用户名"), "state": N_("状态"), "roles": N_("角色")}


class LastAdministrator(Conflict):
    """The county would be left without anybody who can administer it."""

    code = "identity.last_administrator"


def grant_role(session: Session, actor: Actor, user_id: UUID, data: RoleInput, *, at: datetime) -> User:
    """Let an account act under a further role in a unit.

    Raises NotFound, Stale, ConfirmationNeeded, or FieldError at `role`, `unit_id` or `valid_to`.
    """
    user = editable(session, actor, user_id, data.version, at=at)
    unit = directory_queries.choose_unit(session, actor, data.unit_id, on=day_of(at))
    held = Held(data.role, unit.id, unit.path, data.valid_from, data.valid_to)
    add_role(session, actor, user.id, held, unit, others=queries.held_by(user), at=at)
    user.touch(at)
    return user


def add_role(
    session: Session,
    actor: Actor,
    user_id: UUID,
    held: Held,
    unit: Unit,
    *,
    others: Sequence[Held],
    at: datetime,
) -> None:
    """Store a role that combines with those held already. Raises FieldError at `role` or `valid_to`."""
    if held.role not in rules.ROLES_OF_PEOPLE:
        raise FieldError("role", "error.identity.role_not_for_people")
    if held.valid_from and held.valid_to and held.valid_to < held.valid_from:
        raise FieldError("valid_to", "error.identity.ends_before_it_begins")
    if held.ended(on=day_of(at)):
        raise FieldError("valid_to", "error.identity.already_over")
    if any(o.role is held.role and o.unit_id == held.unit_id and o.overlaps(held) for o in others):
        raise FieldError("role", "error.identity.role_held_already")
    if not rules.combines(held, others):
        raise FieldError("role", "error.identity.roles_do_not_combine")
    session.add(
        MembershipRow(
            user_id=user_id,
            unit_id=held.unit_id,
            role=held.role,
            valid_from=held.valid_from,
            valid_to=held.valid_to,
        )
    )
    session.flush()
    changes = {
        "role": (None, held.role.value),
        "unit": (None, unit.name),
        "valid_from": (None, held.valid_from),
        "valid_to": (None, held.valid_to),
    }
    record(session, actor, "user.role_granted", ("user", user_id), at=at, unit_id=unit.id, changes=changes)


def end_role(
    session: Session, actor: Actor, user_id: UUID, membership_id: UUID, *, expected_version: int, at: datetime
) -> User:
    """Take a role away from now on; that it was held stays on record.

    Raises NotFound, Stale, ConfirmationNeeded or LastAdministrator.
    """
    user = editable(session, actor, user_id, expected_version, at=at)
    today = day_of(at)
    row = next((row for row in user.memberships if row.id == membership_id), None)
    if row is None:
        raise NotFound()
    if row.valid_to is not None and row.valid_to < today:
        return user
    administrators = queries.active_administrators(session, user.county_id, on=today)
    old, row.valid_to = row.valid_to, today - timedelta(days=1)
    session.flush()
    keep_an_administrator(session, user.county_id, before=administrators, on=today)
    user.touch(at)
    changes = {"role": (row.role, None), "unit": (row.unit.name, None), "valid_to": (old, row.valid_to)}
    record(session, actor, "user.role_ended", ("user", user.id), at=at, unit_id=row.unit_id, changes=changes)
    return user


def keep_an_administrator(session: Session, county_id: UUID, *, before: Sequence[UUID], on: date) -> None:
    """Raises LastAdministrator when there was somebody and now there is nobody."""
    if before and not queries.active_administrators(session, county_id, on=on):
        raise LastAdministrator()


def editable(
    session: Session,
    actor: Actor,
    user_id: UUID,
    expected_version: int,
    *,
    at: datetime,
    yours: Mapping[str, object] | None = None,
) -> User:
    """Load and lock an account for an administrator who entered the password lately."""
    require(actor, Permission.MANAGE_USERS)
    require_confirmed(session, actor, at=at)
    user = queries.get_user(session, actor, user_id, lock=True)
    theirs = {"login": user.login, "state": user.disabled_at is None, "roles": len(user.memberships)}
    expect(
        user,
        expected_version,
        theirs=theirs,
        yours={**theirs, **yours} if yours else None,
        labels=USER_LABELS,
    )
    return user
