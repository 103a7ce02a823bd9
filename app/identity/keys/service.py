"""Use cases of keys. Making and withdrawing them are sensitive acts: the password was entered lately."""

from __future__ import annotations

import hmac
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, Role
from app.core.clock import day_of, end_of_day
from app.core.errors import Conflict, FieldError
from app.core.events import record
from app.core.i18n import N_
from app.core.permissions import Permission, require
from app.identity.actors import KnownKey, known_key
from app.identity.directory import queries as directory_queries
from app.identity.keys import queries, rules
from app.identity.keys.schemas import KeyInput, ServiceAccountInput
from app.identity.models import ApiKey, ServiceAccount
from app.identity.sign_in.service import require_confirmed
from app.identity.versions import expect

TOUCH_EVERY = timedelta(minutes=1)
NOBODYS_HASH = bytes(32)


class AccountSwitchedOff(Conflict):
    """A service account that is switched off gets no new key."""

    code = "identity.service_account_off"


def create_account(
    session: Session, actor: Actor, data: ServiceAccountInput, *, at: datetime
) -> ServiceAccount:
    """Register a program with one role in one unit; it can do nothing before it has a key.

    Raises NotPermitted, ConfirmationNeeded, or FieldError at `name`, `role` or `unit_id`.
    """
    require(actor, Permission.MANAGE_KEYS)
    require_confirmed(session, actor, at=at)
    if data.role not in rules.KEY_ROLES:
        raise FieldError("role", "error.identity.role_not_for_keys")
    if queries.account_by_name(session, actor, data.name) is not None:
        raise FieldError("name", "error.identity.name_taken")
    unit = directory_queries.choose_unit(session, actor, data.unit_id, on=day_of(at))
    account = ServiceAccount(
        county_id=actor.county_id,
        name=data.name,
        unit_id=unit.id,
        role=data.role,
        created_at=at,
        updated_at=at,
    )
    session.add(account)
    session.flush()
    changes = {"name": (None, data.name), "role": (None, data.role.value), "unit": (None, unit.name)}
    record(
        session,
        actor,
        "service_account.created",
        ("service_account", account.id),
        at=at,
        unit_id=unit.id,
        changes=changes,
    )
    return account


def switch_account(
    session: Session, actor: Actor, account_id: UUID, *, on: bool, expected_version: int, at: datetime
) -> ServiceAccount:
    """Switch a program off, with every key of it at once, or on again.

    Raises NotFound, Stale or ConfirmationNeeded.
    """
    require(actor, Permission.MANAGE_KEYS)
    require_confirmed(session, actor, at=at)
    account = queries.get_account(session, actor, account_id, lock=True)
    theirs = {"state": account.disabled_at is None}
    expect(account, expected_version, theirs=theirs, yours={"state": on}, labels={"state": N_("状态")})
    if (account.disabled_at is None) == on:
        return account
    account.disabled_at = None if on else at
    account.touch(at)
    kind = "service_account.enabled" if on else "service_account.disabled"
    record(session, actor, kind, ("service_account", account.id), at=at, unit_id=account.unit_id)
    return account


def create_key(
    session: Session, actor: Actor, account_id: UUID, data: KeyInput, *, at: datetime
) -> tuple[ApiKey, str]:
    """Make a key; the second value is its text, which is shown now and never again.

    Raises NotFound, AccountSwitchedOff, ConfirmationNeeded, or FieldError at `scopes` or `expires_on`.
    """
    require(actor, Permission.MANAGE_KEYS)
    require_confirmed(session, actor, at=at)
    account = queries.get_account(session, actor, account_id, lock=True)
    if account.disabled_at is not None:
        raise AccountSwitchedOff()
    _check_key(account, data, on=day_of(at))
    scopes = list(dict.fromkeys(data.scopes))
    bearer = rules.new_bearer()
    key = ApiKey(
        account_id=account.id,
        key_id=bearer.key_id,
        secret_hash=bearer.secret_hash,
        scopes=scopes,
        per_minute=data.per_minute,
        created_at=at,
        expires_at=end_of_day(data.expires_on),
    )
    session.add(key)
    session.flush()
    changes = {
        "key_id": (None, bearer.key_id),
        "scopes": (None, " ".join(scopes)),
        "expires_on": (None, data.expires_on.isoformat()),
        "per_minute": (None, data.per_minute),
    }
    record(
        session,
        actor,
        "api_key.created",
        ("service_account", account.id),
        at=at,
        unit_id=account.unit_id,
        changes=changes,
    )
    return key, bearer.text


def _check_key(account: ServiceAccount, data: KeyInput, *, on: date) -> None:
    if not data.scopes:
        raise FieldError("scopes", "error.identity.scopes_missing")
    if refused := rules.unusable_scopes(Role(account.role), data.scopes):
        raise FieldError("scopes", "error.identity.scopes_refused", scopes=", ".join(refused))
    if not 0 <= (data.expires_on - on).days <= rules.LONGEST_DAYS:
        raise FieldError("expires_on", "error.identity.expiry_refused", days=rules.LONGEST_DAYS)


def revoke_key(session: Session, actor: Actor, key_id: str, *, at: datetime) -> ApiKey:
    """Withdraw a key at once; revoking it twice changes nothing. Raises NotFound or ConfirmationNeeded."""
    require(actor, Permission.MANAGE_KEYS)
    require_confirmed(session, actor, at=at)
    key = queries.get_key(session, actor, key_id)
    if key.revoked_at is not None:
        return key
    key.revoked_at = at
    record(
        session,
        actor,
        "api_key.revoked",
        ("service_account", key.account_id),
        at=at,
        unit_id=key.account.unit_id,
        changes={"key_id": (key.key_id, None)},
    )
    return key


def resolve_key(session: Session, bearer: str, *, at: datetime) -> KnownKey | None:
    """Return the live key that this text is, with its account and unit; None for anything else.

    An unknown key costs the same comparison as a wrong secret, so that time tells nothing about ids.
    """
    key_id, secret = rules.parse_bearer(bearer)
    key = known_key(session, key_id)
    stored = key.secret_hash if key is not None else NOBODYS_HASH
    matched = hmac.compare_digest(stored, rules.hash_secret(secret))
    if key is None or not matched:
        return None
    return key if _is_live(key, at=at) else None


def _is_live(key: KnownKey, *, at: datetime) -> bool:
    """Neither revoked nor expired, its account not switched off, its unit not ended."""
    ended = key.unit_until is not None and key.unit_until < day_of(at)
    return key.revoked_at is None and key.expires_at > at and key.disabled_at is None and not ended


def needs_touch(key: KnownKey, *, at: datetime) -> bool:
    """Say whether the last use on record is older than a minute."""
    return key.last_used_at is None or at - key.last_used_at > TOUCH_EVERY


def touch_key(session: Session, key_id: UUID, *, at: datetime) -> None:
    """Note that a key was used; never backwards."""
    earlier = or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < at)
    session.execute(update(ApiKey).where(ApiKey.id == key_id, earlier).values(last_used_at=at))
