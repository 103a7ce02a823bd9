"""Use cases of one-time codes: accept one at sign-in, switch them on and off."""

from __future__ import annotations

import secrets
from datetime import datetime

import pyotp
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import AppError, FieldError
from app.core.events import record
from app.identity import queries
from app.identity.models import User
from app.identity.sign_in.service import require_confirmed


class CodeNeeded(AppError):
    """The password was right; a one-time code is still wanted."""

    code = "identity.code_needed"
    status = 422


class CodeRefused(AppError):
    code = "identity.code_refused"
    status = 422


def accept_code(session: Session, user: User, code: str, *, at: datetime) -> None:
    """Accept a one-time code once; the step before and after now are allowed for slow clocks.

    Raises CodeNeeded when none was given, CodeRefused when it is wrong or was used already.
    """
    if user.totp_confirmed_at is None:
        return
    if not code:
        raise CodeNeeded()
    step = _step_of(user.totp_secret, code, at)
    if step is None or step <= user.totp_step:
        raise CodeRefused()
    session.execute(update(User).where(User.id == user.id).values(totp_step=step))


def _step_of(secret: str, code: str, at: datetime) -> int | None:
    generator = pyotp.TOTP(secret)
    now_step = generator.timecode(at)
    for step in (now_step, now_step - 1, now_step + 1):
        if secrets.compare_digest(generator.generate_otp(step), code.strip()):
            return step
    return None


def start_totp(session: Session, actor: Actor) -> tuple[str, str]:
    """Make a secret that counts once a code confirms it; returns (secret, otpauth address for the picture)."""
    user = queries.get_user(session, actor.id)
    if user.totp_confirmed_at is not None:
        raise FieldError("code", "error.identity.totp_already")
    if not user.totp_secret:
        user.totp_secret = pyotp.random_base32()
    return user.totp_secret, pyotp.TOTP(user.totp_secret).provisioning_uri(
        name=user.login, issuer_name="Luodi"
    )


def confirm_totp(session: Session, actor: Actor, *, code: str, at: datetime) -> None:
    """Switch one-time codes on. Raises FieldError at `code`."""
    user = queries.get_user(session, actor.id)
    step = _step_of(user.totp_secret, code, at) if user.totp_secret else None
    if step is None:
        raise FieldError("code", "error.identity.code_refused")
    user.totp_confirmed_at = at
    user.totp_step = step
    user.touch(at)
    record(session, actor, "user.totp_switched_on", ("user", user.id), at=at)


def stop_totp(session: Session, actor: Actor, *, at: datetime) -> None:
    """Switch one-time codes off. Raises ConfirmationNeeded."""
    require_confirmed(session, actor, at=at)
    user = queries.get_user(session, actor.id)
    user.totp_secret, user.totp_confirmed_at, user.totp_step = "", None, 0
    user.touch(at)
    record(session, actor, "user.totp_switched_off", ("user", user.id), at=at)
