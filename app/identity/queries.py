"""Reads about accounts, sessions and keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from app.core.actor import Actor, ActorKind, Membership, Role
from app.core.errors import NotFound
from app.core.permissions import reads_all, writing_paths
from app.identity import rules
from app.identity.models import (
    ApiKey,
    MembershipRow,
    Person,
    ServiceAccount,
    SessionRow,
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


def session_with_user(session: Session, token_hash: bytes) -> SessionRow | None:
    """Return the session whose token has this SHA-256, ended or not, with its account and person."""
    return session.scalar(
        select(SessionRow)
        .where(SessionRow.token_hash == token_hash)
        .options(joinedload(SessionRow.user).joinedload(User.person))
    )


def live_sessions(session: Session, user_id: UUID, *, now: datetime) -> Sequence[SessionRow]:
    """Return a user's sessions that still hold, newest first."""
    return session.scalars(
        select(SessionRow)
        .where(SessionRow.user_id == user_id, SessionRow.revoked_at.is_(None), SessionRow.expires_at > now)
        .order_by(SessionRow.last_seen_at.desc(), SessionRow.id)
        .limit(50)
    ).all()


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


def actor_of_user(
    session: Session,
    user: User,
    *,
    today: date,
    session_id: UUID | None = None,
    totp_required_for: Sequence[str] = (),
) -> Actor:
    """Build the actor of an account from the memberships that hold today."""
    held = _held_memberships(session, MembershipRow.user_id == user.id, today)
    needs_totp = user.totp_confirmed_at is None and any(m.role.value in totp_required_for for m in held)
    return Actor(
        kind=ActorKind.USER,
        id=user.id,
        name=user.person.name,
        county_id=user.county_id,
        person_id=user.person_id,
        memberships=held,
        session_id=session_id,
        must_change_password=user.must_change_password,
        needs_totp_setup=needs_totp,
    )


def _held_memberships(session: Session, whose: object, today: date) -> tuple[Membership, ...]:
    rows = session.execute(
        select(MembershipRow.role, Unit.id, Unit.path, Unit.name, Unit.short_name)
        .join(Unit, Unit.id == MembershipRow.unit_id)
        .where(
            whose,  # type: ignore[arg-type]
            or_(MembershipRow.valid_from.is_(None), MembershipRow.valid_from <= today),
            or_(MembershipRow.valid_to.is_(None), MembershipRow.valid_to >= today),
            or_(Unit.valid_to.is_(None), Unit.valid_to >= today),
        )
        .order_by(MembershipRow.valid_from, MembershipRow.id)
    )
    return tuple(
        Membership(role=role, unit_id=unit_id, unit_path=path, unit_name=short_name or name)
        for role, unit_id, path, name, short_name in rows
    )


def key_with_account(session: Session, key_id: str) -> ApiKey | None:
    """Return a key by its public part, with its account and unit."""
    return session.scalar(
        select(ApiKey)
        .where(ApiKey.key_id == key_id)
        .options(joinedload(ApiKey.account).joinedload(ServiceAccount.unit))
    )


def actor_of_key(key: ApiKey) -> Actor:
    """Build the actor that a key stands for: its account's role in its unit, limited to the key's scopes."""
    account = key.account
    membership = Membership(
        role=Role(account.role),
        unit_id=account.unit_id,
        unit_path=account.unit.path,
        unit_name=account.unit.shown_name,
    )
    return Actor(
        kind=ActorKind.SERVICE,
        id=account.id,
        name=account.name,
        county_id=account.county_id,
        memberships=(membership,),
        scopes=frozenset(key.scopes),
        session_id=key.id,
    )


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
