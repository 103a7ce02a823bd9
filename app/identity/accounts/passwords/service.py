"""Use cases of setting somebody else's password. It is sensitive: one's own was entered lately."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import Conflict, NotPermitted
from app.core.events import record
from app.identity.accounts import queries, rules
from app.identity.sign_in.service import end_other_sessions, hash_password, require_confirmed


class OwnPassword(Conflict):
    """One's own password is changed on one's own page, where the present one is asked for."""

    code = "identity.own_password"


class AccountDisabled(Conflict):
    """An account that is switched off gets no password before it is switched on again."""

    code = "identity.account_disabled"


@dataclass(frozen=True, slots=True)
class OneTimePassword:
    """A password to hand over; its text is shown once and stored nowhere."""

    text: str
    hash: str


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on an account slip (账号条)."""

    user_id: UUID
    name: str
    unit: str
    login: str
    password: str


def new_password() -> OneTimePassword:
    """Make a one-time password and its hash. Call it before the transaction: hashing is slow on purpose."""
    text = rules.one_time_password()
    return OneTimePassword(text=text, hash=hash_password(text))


def reset_passwords(
    session: Session, actor: Actor, passwords: Mapping[UUID, OneTimePassword], *, at: datetime
) -> list[Slip]:
    """Give accounts one-time passwords and sign them out; returns their slips in the order of units and logins.

    Raises NotFound out of scope, NotPermitted for accounts beyond a head's say, ConfirmationNeeded, OwnPassword or
    AccountDisabled. All are reset or none.
    """
    require_confirmed(session, actor, at=at)
    slips = []
    for user in queries.get_users(session, actor, list(passwords), lock=True):
        password = passwords[user.id]
        home = user.person.unit
        if user.id == actor.id:
            raise OwnPassword()
        if not rules.may_set_password(actor, home.id, home.path, queries.held_by(user), on=day_of(at)):
            raise NotPermitted()
        if user.disabled_at is not None:
            raise AccountDisabled(login=user.login)
        user.password_hash = password.hash
        user.password_changed_at = at
        user.must_change_password = True
        user.touch(at)
        end_other_sessions(session, user.id, keep=None, at=at)
        record(session, actor, "user.password_reset", ("user", user.id), at=at, unit_id=home.id)
        slips.append(Slip(user.id, user.person.name, home.shown_name, user.login, password.text))
    return slips
