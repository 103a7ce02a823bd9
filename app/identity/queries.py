"""Reads about accounts, keys and the units that an actor reads and writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    false,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from app.core.actor import Actor, Role
from app.core.errors import NotFound
from app.core.permissions import reads_all, writing_paths
from app.identity import rules
from app.identity.models import (
    MembershipRow,
    Person,
    SignInAttempt,
    Unit,
    User,
)
from app.identity.rules import Attempt


def user_by_login(session: Session, login: str) -> User | None:
    """Return the account with its person, or None; logins are folded (full width, capitals)."""
    return session.scalar(
        select(User).where(User.login_folded == rules.fold_login(login)).options(joinedload(User.person))
    )


def get_user(session: Session, user_id: UUID) -> User:
    """Raises NotFound."""
    user = session.scalar(
        select(User)
        .where(User.id == user_id)
        .options(
            joinedload(User.person).joinedload(Person.unit),
            selectinload(User.memberships).joinedload(MembershipRow.unit),
        )
    )
    if user is None:
        raise NotFound()
    return user


def attempts_by_login(session: Session, login_folded: str, *, now: datetime) -> list[Attempt]:
    """Return one account's recent attempts, good and bad, for throttling."""
    return _attempts(session, select(SignInAttempt).where(SignInAttempt.login_folded == login_folded), now)


def attempts_by_address(session: Session, address: str, *, now: datetime) -> list[Attempt]:
    """Return failures only: one good sign-in behind an office's shared address must not excuse the rest."""
    chosen = select(SignInAttempt).where(SignInAttempt.address == address, SignInAttempt.succeeded.is_(False))
    return _attempts(session, chosen, now)


def _attempts(session: Session, chosen: Select[SignInAttempt], now: datetime) -> list[Attempt]:
    recent = (
        chosen.where(SignInAttempt.at > now - rules.THROTTLE_WINDOW)
        .order_by(SignInAttempt.at.desc())
        .limit(200)
    )
    return [Attempt(at=row.at, succeeded=row.succeeded) for row in session.scalars(recent)]


def in_readable_units(
    column: ColumnElement[UUID] | InstrumentedAttribute[UUID], actor: Actor
) -> ColumnElement[bool]:
    """Clause: the record's unit is one whose records the actor reads.

    Verifiers and leaders read every unit's; members their own, heads theirs and those below; others none (partners
    read their own referrals, which the features add).
    """
    if reads_all(actor):
        return true()
    exact = [held.unit_id for held in actor.memberships if held.role in (Role.MEMBER, Role.UNIT_HEAD)]
    return _in_units(column, exact, actor.paths(Role.UNIT_HEAD))


def in_writable_units(
    column: ColumnElement[UUID] | InstrumentedAttribute[UUID], actor: Actor
) -> ColumnElement[bool]:
    """Clause: the record's unit is one whose records the actor may change."""
    exact, below = writing_paths(actor)
    return _in_units(column, list(exact), below)


def in_headed_units(
    column: ColumnElement[UUID] | InstrumentedAttribute[UUID], actor: Actor
) -> ColumnElement[bool]:
    """Clause: the record's unit is one that the actor heads, or one below it."""
    return _in_units(column, [], actor.paths(Role.UNIT_HEAD))


def _in_units(
    column: ColumnElement[UUID] | InstrumentedAttribute[UUID], exact: Sequence[UUID], below: Sequence[str]
) -> ColumnElement[bool]:
    if not exact and not below:
        return false()
    if not below:
        return column.in_(exact)
    under = select(Unit.id).where(
        or_(Unit.id.in_(exact), *(Unit.path.startswith(path, autoescape=True) for path in below))
    )
    return column.in_(under)


def writable_units(session: Session, actor: Actor) -> Sequence[Unit]:
    """Return the units for which the actor may file records, its own first, then by path."""
    rows = session.scalars(
        select(Unit).where(in_writable_units(Unit.id, actor)).order_by(Unit.path, Unit.id)
    ).all()
    own = actor.unit_ids
    return sorted(rows, key=lambda unit: (unit.id not in own, unit.path))
