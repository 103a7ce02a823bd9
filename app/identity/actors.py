"""Accounts as actors: whose session or key a request carries, and what the account holds today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, LargeBinary, Uuid, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from app.core.actor import Actor, ActorKind, Membership, Role
from app.identity.models import (
    ApiKey,
    MembershipRow,
    Person,
    ServiceAccount,
    SessionRow,
    Unit,
    User,
    shown_name,
)


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


# The statements of every request, made once, of tables: columns need nothing of the session's records.
_TODAY = bindparam("today", type_=Date())
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
    rows = session.connection().execute(_SIGNED_IN, {"token_hash": token_hash, "today": today}).all()
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


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key, live or not, with its account and unit as they stand."""

    id: UUID
    secret_hash: bytes
    scopes: list[str]
    per_minute: int
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    account_id: UUID
    county_id: UUID
    name: str
    role: Role
    disabled_at: datetime | None
    unit_id: UUID
    unit_path: str
    unit_name: str
    unit_until: date | None


_KEY, _PROGRAM = ApiKey.__table__.c, ServiceAccount.__table__.c
_KNOWN_KEY = (
    select(
        _KEY.id,
        _KEY.secret_hash,
        _KEY.scopes,
        _KEY.per_minute,
        _KEY.expires_at,
        _KEY.revoked_at,
        _KEY.last_used_at,
        _PROGRAM.id,
        _PROGRAM.county_id,
        _PROGRAM.name,
        _PROGRAM.role,
        _PROGRAM.disabled_at,
        _UNIT.id,
        _UNIT.path,
        shown_name(_UNIT),
        _UNIT.valid_to,
    )
    .join_from(ApiKey.__table__, ServiceAccount.__table__, _PROGRAM.id == _KEY.account_id)
    .join(Unit.__table__, _UNIT.id == _PROGRAM.unit_id)
    .where(_KEY.key_id == bindparam("key_id"))
)


def known_key(session: Session, key_id: str) -> KnownKey | None:
    """Return a key by its public part."""
    row = session.execute(_KNOWN_KEY, {"key_id": key_id}).one_or_none()
    return KnownKey(*tuple(row)) if row is not None else None


def actor_of_key(key: KnownKey) -> Actor:
    """Build the actor that a key stands for: its account's role in its unit, limited to the key's scopes."""
    membership = Membership(
        role=key.role, unit_id=key.unit_id, unit_path=key.unit_path, unit_name=key.unit_name
    )
    return Actor(
        kind=ActorKind.SERVICE,
        id=key.account_id,
        name=key.name,
        county_id=key.county_id,
        memberships=(membership,),
        scopes=frozenset(key.scopes),
        session_id=key.id,
    )
