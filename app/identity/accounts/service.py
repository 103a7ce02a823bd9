"""Use cases of accounts. Opening, renaming and switching them is sensitive: the password was entered lately."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import FieldError, NotFound
from app.core.events import record
from app.core.permissions import Permission, require
from app.identity.accounts import queries
from app.identity.accounts.passwords.service import OneTimePassword, Slip
from app.identity.accounts.roles.service import add_role, editable, keep_an_administrator
from app.identity.accounts.rules import Held
from app.identity.accounts.schemas import LoginInput, UserInput
from app.identity.directory import queries as directory_queries
from app.identity.models import Person, SessionRow, Unit, User
from app.identity.roster import queries as roster_queries
from app.identity.roster import service as roster
from app.identity.roster.schemas import PersonInput
from app.identity.rules import fold_login
from app.identity.sign_in.service import end_other_sessions, require_confirmed

DEAD_SESSIONS_KEPT = timedelta(days=30)


def create_user(
    session: Session, actor: Actor, data: UserInput, *, password: OneTimePassword, at: datetime
) -> tuple[User, Slip]:
    """Open an account with a first role; the password must be changed at the first sign-in.

    Raises NotPermitted, ConfirmationNeeded, or FieldError at `login`, `person_id`, `unit_id`, `role` or `valid_to`.
    """
    require(actor, Permission.MANAGE_USERS)
    require_confirmed(session, actor, at=at)
    if queries.login_is_taken(session, data.login):
        raise FieldError("login", "error.identity.login_taken")
    unit = directory_queries.choose_unit(session, actor, data.unit_id, on=day_of(at))
    person = _person(session, actor, data, unit, at=at)
    user = User(
        county_id=actor.county_id,
        person_id=person.id,
        login=data.login,
        login_folded=fold_login(data.login),
        password_hash=password.hash,
        password_changed_at=at,
        must_change_password=True,
        created_at=at,
        updated_at=at,
    )
    session.add(user)
    session.flush()
    record(
        session,
        actor,
        "user.created",
        ("user", user.id),
        at=at,
        unit_id=person.unit_id,
        changes={"login": (None, data.login)},
        also=(("person", person.id),),
    )
    held = Held(data.role, unit.id, unit.path, None, data.valid_to)
    add_role(session, actor, user.id, held, unit, others=[], at=at)
    home = unit if person.unit_id == unit.id else directory_queries.get_unit(session, actor, person.unit_id)
    return user, Slip(user.id, person.name, home.shown_name, user.login, password.text)


def _person(session: Session, actor: Actor, data: UserInput, unit: Unit, *, at: datetime) -> Person:
    if data.person_id is None:
        return roster.add_person(session, actor, PersonInput(name=data.person_name, unit_id=unit.id), at=at)
    try:
        person = roster_queries.get_person(session, actor, data.person_id)
    except NotFound:
        raise FieldError("person_id", "error.identity.person_unknown") from None
    if person.archived_at is not None:
        raise FieldError("person_id", "error.identity.person_archived")
    return person


def change_login(session: Session, actor: Actor, user_id: UUID, data: LoginInput, *, at: datetime) -> User:
    """Give an account another name to sign in by. Raises NotFound, Stale, or FieldError at `login`."""
    user = editable(session, actor, user_id, data.version, at=at, yours={"login": data.login})
    if queries.login_is_taken(session, data.login, by_other_than=user.id):
        raise FieldError("login", "error.identity.login_taken")
    if data.login == user.login:
        return user
    old, user.login, user.login_folded = user.login, data.login, fold_login(data.login)
    user.touch(at)
    changes = {"login": (old, data.login)}
    record(
        session,
        actor,
        "user.login_changed",
        ("user", user.id),
        at=at,
        unit_id=user.person.unit_id,
        changes=changes,
    )
    return user


def switch_user(
    session: Session, actor: Actor, user_id: UUID, *, on: bool, expected_version: int, at: datetime
) -> User:
    """Switch an account off, which ends its sessions at once, or on again.

    Raises NotFound, Stale, ConfirmationNeeded or LastAdministrator.
    """
    user = editable(session, actor, user_id, expected_version, at=at)
    if (user.disabled_at is None) == on:
        return user
    administrators = queries.active_administrators(session, user.county_id, on=day_of(at))
    user.disabled_at = None if on else at
    user.touch(at)
    session.flush()
    if not on:
        keep_an_administrator(session, user.county_id, before=administrators, on=day_of(at))
        end_other_sessions(session, user.id, keep=None, at=at)
    kind = "user.enabled" if on else "user.disabled"
    record(session, actor, kind, ("user", user.id), at=at, unit_id=user.person.unit_id)
    return user


def remove_totp(
    session: Session, actor: Actor, user_id: UUID, *, expected_version: int, at: datetime
) -> User:
    """Switch somebody's one-time codes off, for a lost phone. Raises NotFound, Stale or ConfirmationNeeded."""
    user = editable(session, actor, user_id, expected_version, at=at)
    user.totp_secret, user.totp_confirmed_at, user.totp_step = "", None, 0
    user.touch(at)
    end_other_sessions(session, user.id, keep=None, at=at)
    record(session, actor, "user.totp_removed", ("user", user.id), at=at, unit_id=user.person.unit_id)
    return user


def forget_dead_sessions(session: Session, *, at: datetime) -> None:
    """Remove sessions that ended a month ago; that somebody signed in stays in the sign-in log and the events."""
    before = at - DEAD_SESSIONS_KEPT
    over = or_(SessionRow.expires_at < before, SessionRow.revoked_at < before)
    session.execute(delete(SessionRow).where(over), execution_options={"synchronize_session": False})
