"""Use cases of signing in. Unknown logins cost the same time and get the same answer as wrong passwords."""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, ActorKind
from app.core.clock import day_of
from app.core.errors import AppError, FieldError, NotFound, TooManyRequests
from app.core.events import record
from app.identity import actors, queries, rules
from app.identity.models import SessionRow, SignInAttempt, User
from app.settings import Settings

TOUCH_EVERY = timedelta(minutes=1)

# argon2id at the library's recommended cost takes 64 MiB: two at a time keep a small server alive.
_hasher = PasswordHash((Argon2Hasher(),))
_hashing = threading.BoundedSemaphore(2)


class SignInRefused(AppError):
    """Wrong login or password, or the account is switched off: which one is not said."""

    code = "identity.sign_in_refused"
    status = 422


class ConfirmationNeeded(AppError):
    """A sensitive act: the password must be entered again first."""

    code = "identity.confirmation_needed"
    status = 403


@dataclass(frozen=True, slots=True)
class SignedIn:
    token: str
    user_id: UUID
    session_id: UUID


def hash_password(password: str) -> str:
    """Hash with argon2id, at most two at a time."""
    with _hashing:
        return _hasher.hash(password)


def password_matches(password: str, stored: str) -> bool:
    """Compare in the same time whether or not an account stands behind it (`stored` empty: a dummy is checked)."""
    compared = stored or _hash_of_nobody()
    with _hashing:
        matched = _hasher.verify(password, compared)
    return matched and bool(stored)


@lru_cache
def _hash_of_nobody() -> str:
    return hash_password(secrets.token_hex(16))


def reserve_attempt(session: Session, *, login: str, address: str, at: datetime) -> UUID:
    """Count an attempt as failed before it is checked, so that parallel guesses cannot slip past the limit.

    Raises TooManyRequests with the seconds to wait.
    """
    folded = rules.fold_login(login)[:60]
    wait = rules.throttled_for(
        queries.attempts_by_login(session, folded, now=at),
        queries.attempts_by_address(session, address, now=at),
        now=at,
    )
    if wait:
        raise TooManyRequests(retry_after=wait)
    attempt = SignInAttempt(login_folded=folded, address=address, at=at, succeeded=False)
    session.add(attempt)
    session.flush()
    return attempt.id


def settle_attempt(session: Session, attempt_id: UUID) -> None:
    """Mark a reserved attempt as the success that it was."""
    session.execute(update(SignInAttempt).where(SignInAttempt.id == attempt_id).values(succeeded=True))


def usable_account(session: Session, login: str) -> User | None:
    """Return the account of a login unless it is switched off. Compare its password outside the transaction."""
    user = queries.user_by_login(session, login)
    return user if user is not None and user.disabled_at is None else None


def open_session(
    session: Session, user: User, *, settings: Settings, address: str, device: str, at: datetime
) -> SignedIn:
    """Start a session and record the sign-in. The token leaves in the cookie; only its hash stays."""
    token = secrets.token_urlsafe(32)
    row = SessionRow(
        user_id=user.id,
        token_hash=token_hash(token),
        created_at=at,
        last_seen_at=at,
        confirmed_at=at,
        expires_at=at + timedelta(hours=settings.session_absolute_hours),
        address=address,
        device=device[:200],
    )
    session.add(row)
    session.flush()
    actor = Actor(kind=ActorKind.USER, id=user.id, name=user.person.name, county_id=user.county_id)
    record(session, actor, "user.signed_in", ("user", user.id), at=at)
    return SignedIn(token=token, user_id=user.id, session_id=row.id)


def token_hash(token: str) -> bytes:
    """Return what is stored of a session's token."""
    return hashlib.sha256(token.encode()).digest()


def resolve_session(
    session: Session, token: str, *, settings: Settings, at: datetime
) -> tuple[Actor | None, bool]:
    """Turn a cookie's token into an actor; the second value says whether `touch_session` is due.

    None when the session is unknown, revoked, idle or too old, or the account is switched off.
    """
    found = actors.signed_in(session, token_hash(token), today=day_of(at, zone=settings.zone))
    if found is None or found.revoked_at is not None or found.expires_at <= at:
        return None, False
    if at - found.last_seen_at > timedelta(minutes=settings.session_idle_minutes):
        return None, False
    if found.disabled_at is not None:
        return None, False
    actor = actors.actor_of(
        found.account, session_id=found.session_id, totp_required_for=settings.totp_required_for
    )
    return actor, at - found.last_seen_at > TOUCH_EVERY


def session_owner(session: Session, token: str) -> UUID | None:
    """Return whose session a token was, ended or not: what was typed is given back to nobody else."""
    return actors.session_owner(session, token_hash(token))


def touch_session(session: Session, session_id: UUID, *, at: datetime) -> None:
    """Note that a session is in use (once a minute at most)."""
    session.execute(update(SessionRow).where(SessionRow.id == session_id).values(last_seen_at=at))


def end_session(session: Session, actor: Actor, session_id: UUID, *, at: datetime) -> None:
    """Sign out one of the actor's own sessions. Raises NotFound for anybody else's."""
    row = session.get(SessionRow, session_id)
    if row is None or row.user_id != actor.id:
        raise NotFound()
    if row.revoked_at is None:
        row.revoked_at = at
        record(session, actor, "user.signed_out", ("user", actor.id), at=at)


def end_other_sessions(session: Session, user_id: UUID, *, keep: UUID | None, at: datetime) -> None:
    """Sign a user out everywhere except in one session."""
    ending = update(SessionRow).where(SessionRow.user_id == user_id, SessionRow.revoked_at.is_(None))
    if keep is not None:
        ending = ending.where(SessionRow.id != keep)
    session.execute(ending.values(revoked_at=at))


def change_password(session: Session, actor: Actor, *, current: str, new: str, at: datetime) -> None:
    """Change one's own password and sign out everywhere else.

    Raises FieldError at `current` or `new`.
    """
    user = queries.get_user(session, actor.id)
    if not password_matches(current, user.password_hash):
        raise FieldError("current", "error.identity.wrong_password")
    if current == new:
        raise FieldError("new", "error.identity.same_password")
    set_password(session, actor, user, new, must_change=False, at=at)
    end_other_sessions(session, user.id, keep=actor.session_id, at=at)


def set_password(
    session: Session, actor: Actor, user: User, password: str, *, must_change: bool, at: datetime
) -> None:
    """Raises FieldError at `new` when the password is too weak."""
    problem = rules.password_problem(password, login=user.login)
    if problem is not None:
        raise FieldError(
            "new", f"error.identity.password_{problem.value}", minimum=rules.MINIMUM_PASSWORD_LENGTH
        )
    user.password_hash = hash_password(password)
    user.password_changed_at = at
    user.must_change_password = must_change
    user.touch(at)
    record(session, actor, "user.password_changed", ("user", user.id), at=at)


def note_confirmed(session: Session, actor: Actor, *, at: datetime) -> None:
    """Note that the password was entered again."""
    session.execute(update(SessionRow).where(SessionRow.id == actor.session_id).values(confirmed_at=at))


def require_confirmed(session: Session, actor: Actor, *, at: datetime) -> None:
    """Raises ConfirmationNeeded when the password was not entered in the last ten minutes. Keys are exempt."""
    if actor.kind is not ActorKind.USER:
        return
    row = session.get(SessionRow, actor.session_id)
    if row is None or not rules.recently_confirmed(row.confirmed_at, now=at):
        raise ConfirmationNeeded()


def forget_attempts_before(session: Session, before: datetime) -> None:
    """Remove the sign-in log up to an instant (retention)."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < before))
