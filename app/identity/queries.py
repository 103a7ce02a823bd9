"""Reads about accounts, sessions and keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    LargeBinary,
    Select,
    Uuid,
    and_,
    bindparam,
    false,
    or_,
    select,
    true,
)
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


@dataclass(frozen=True, slots=True)
class Account:
    """What of an account its actor is made of; `memberships` are those that hold on the day asked for."""

    user_id: UUID
    county_id: UUID
    person_id: UUID
    name: str
    must_change_password: bool
    totp_confirmed_at: datetime | None
    memberships: tuple[Membership, ...]


# The statements of every request, built once.
_TODAY = bindparam("today", type_=Date())
# Made once, of tables: every request of a person asks it, and columns need nothing of the session's records.
_SESSION, _USER, _PERSON = SessionRow.__table__.c, User.__table__.c, Person.__table__.c
_HELD_ROW, _UNIT = MembershipRow.__table__.c, Unit.__table__.c
_MEMBERSHIP = (_HELD_ROW.role, _UNIT.id, _UNIT.path, _UNIT.name, _UNIT.short_name)
_HOLDS = and_(
    or_(_HELD_ROW.valid_from.is_(None), _HELD_ROW.valid_from <= _TODAY),
    or_(_HELD_ROW.valid_to.is_(None), _HELD_ROW.valid_to >= _TODAY),
)
_IN_UNIT = and_(_UNIT.id == _HELD_ROW.unit_id, or_(_UNIT.valid_to.is_(None), _UNIT.valid_to >= _TODAY))
_HELD = (
    select(*_MEMBERSHIP)
    .join_from(MembershipRow.__table__, Unit.__table__, _IN_UNIT)
    .where(_HELD_ROW.user_id == bindparam("user_id", type_=Uuid()), _HOLDS)
    .order_by(_HELD_ROW.valid_from, _HELD_ROW.id)
)
_SIGNED_IN = (
    select(
        _SESSION.id,
        _SESSION.last_seen_at,
        _SESSION.expires_at,
        _SESSION.revoked_at,
        _USER.disabled_at,
        _USER.id,
        _USER.county_id,
        _USER.person_id,
        _PERSON.name,
        _USER.must_change_password,
        _USER.totp_confirmed_at,
        *_MEMBERSHIP,
    )
    .join_from(SessionRow.__table__, User.__table__, _USER.id == _SESSION.user_id)
    .join(Person.__table__, _PERSON.id == _USER.person_id)
    .outerjoin(MembershipRow.__table__, and_(_HELD_ROW.user_id == _USER.id, _HOLDS))
    .outerjoin(Unit.__table__, _IN_UNIT)
    .where(_SESSION.token_hash == bindparam("token_hash", type_=LargeBinary()))
    .order_by(_HELD_ROW.valid_from, _HELD_ROW.id)
)


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


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session, ended or not, with its account as it stands today."""

    session_id: UUID
    last_seen_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    disabled_at: datetime | None
    account: Account


def signed_in(session: Session, token_hash: bytes, *, today: date) -> SignedIn | None:
    """Return the session whose token has this SHA-256, with its account and what it holds; one statement."""
    rows = session.execute(_SIGNED_IN, {"token_hash": token_hash, "today": today}).all()
    if not rows:
        return None
    first: tuple[Any, ...] = rows[0][: -len(_MEMBERSHIP)]
    session_id, seen, expires, revoked, disabled, user_id, county_id, person_id, name, change, totp = first
    held = _memberships(row[-len(_MEMBERSHIP) :] for row in rows)
    account = Account(user_id, county_id, person_id, name, change, totp, held)
    return SignedIn(session_id, seen, expires, revoked, disabled, account)


def session_owner(session: Session, token_hash: bytes) -> UUID | None:
    """Return whose session it is, ended or not."""
    return session.scalar(select(SessionRow.user_id).where(SessionRow.token_hash == token_hash))


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


def actor_of_user(session: Session, user: User, *, today: date) -> Actor:
    """Build the actor of an account, loaded with its person, from the memberships that hold today."""
    held = _memberships(session.execute(_HELD, {"user_id": user.id, "today": today}))
    account = Account(
        user.id,
        user.county_id,
        user.person_id,
        user.person.name,
        user.must_change_password,
        user.totp_confirmed_at,
        held,
    )
    return actor_of(account)


def actor_of(
    account: Account, *, session_id: UUID | None = None, totp_required_for: Sequence[str] = ()
) -> Actor:
    """Build the actor of an account from the memberships that it holds."""
    held = account.memberships
    needs_totp = account.totp_confirmed_at is None and any(m.role.value in totp_required_for for m in held)
    return Actor(
        kind=ActorKind.USER,
        id=account.user_id,
        name=account.name,
        county_id=account.county_id,
        person_id=account.person_id,
        memberships=held,
        session_id=session_id,
        must_change_password=account.must_change_password,
        needs_totp_setup=needs_totp,
    )


def _memberships(rows: Iterable[Sequence[Any]]) -> tuple[Membership, ...]:
    """Read rows of `_MEMBERSHIP`; one without a unit stands for an account that holds nothing today."""
    return tuple(
        Membership(role=role, unit_id=unit_id, unit_path=path, unit_name=short_name or name)
        for role, unit_id, path, name, short_name in rows
        if unit_id is not None
    )


def key_with_account(session: Session, key_id: str) -> ApiKey | None:
    """Return a key by its public part, with its account and unit."""
    return session.scalar(_KEY, {"key_id": key_id})


# Made once: every request of a program asks it.
_KEY = (
    select(ApiKey)
    .where(ApiKey.key_id == bindparam("key_id"))
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
