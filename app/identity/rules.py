"""Decisions about accounts: what a password must be, when sign-in is throttled, which roles combine."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from math import ceil
from pathlib import Path

from app.core.actor import Role

MINIMUM_PASSWORD_LENGTH = 8
MAXIMUM_PASSWORD_LENGTH = 200
THROTTLE_WINDOW = timedelta(minutes=15)
FAILURES_PER_LOGIN = 5
FAILURES_PER_ADDRESS = 50
ALONE_ROLES = frozenset({Role.ADMIN, Role.AUDITOR})
CONFIRMATION_LASTS = timedelta(minutes=10)


class UnitKind(StrEnum):
    COUNTY = "county"
    BUREAU = "bureau"
    TOWN = "town"
    PARK = "park"
    TEAM = "team"
    COMPANY = "company"
    PARTNER = "partner"
    OTHER = "other"


class PasswordProblem(StrEnum):
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_COMMON = "too_common"
    LIKE_LOGIN = "like_login"
    ONE_KIND = "one_kind"


@dataclass(frozen=True, slots=True)
class Attempt:
    at: datetime
    succeeded: bool


def fold_login(login: str) -> str:
    """Fold a login so that full-width letters and capitals name the same account."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def password_problem(password: str, *, login: str) -> PasswordProblem | None:
    """Name the first thing wrong with a new password; None when it may be used (domain §10, level 2)."""
    folded = unicodedata.normalize("NFKC", password).casefold()
    if len(password) < MINIMUM_PASSWORD_LENGTH:
        return PasswordProblem.TOO_SHORT
    if len(password) > MAXIMUM_PASSWORD_LENGTH:
        return PasswordProblem.TOO_LONG
    if fold_login(login) and fold_login(login) in folded:
        return PasswordProblem.LIKE_LOGIN
    if folded in common_passwords():
        return PasswordProblem.TOO_COMMON
    if folded.isdigit() or len(set(folded)) < 4:
        return PasswordProblem.ONE_KIND
    return None


@lru_cache
def common_passwords() -> frozenset[str]:
    """Return the passwords that lists of stolen ones put first, with those that offices here like."""
    lines = Path(__file__).with_name("data").joinpath("common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def throttled_for(
    attempts_by_login: Sequence[Attempt], attempts_by_address: Sequence[Attempt], *, now: datetime
) -> int:
    """Return for how many seconds sign-in is refused; 0 when it may be tried.

    Failures count since the last success of that login; the window is fifteen minutes.
    """
    return max(
        _wait(attempts_by_login, limit=FAILURES_PER_LOGIN, now=now),
        _wait(attempts_by_address, limit=FAILURES_PER_ADDRESS, now=now),
    )


def _wait(attempts: Sequence[Attempt], *, limit: int, now: datetime) -> int:
    last_success = max((attempt.at for attempt in attempts if attempt.succeeded), default=None)
    failures = sorted(
        attempt.at
        for attempt in attempts
        if not attempt.succeeded
        and attempt.at > now - THROTTLE_WINDOW
        and (last_success is None or attempt.at > last_success)
    )
    if len(failures) < limit:
        return 0
    return max(1, ceil((failures[-limit] + THROTTLE_WINDOW - now).total_seconds()))


def roles_combine(roles: Collection[Role]) -> bool:
    """Say whether one person may hold these roles together: administrator and auditor stand alone (domain §10)."""
    distinct = set(roles)
    return not (distinct & ALONE_ROLES) or len(distinct) == 1


def recently_confirmed(confirmed_at: datetime, *, now: datetime) -> bool:
    """Say whether the password was entered so recently that a sensitive act needs no re-entry."""
    return now - confirmed_at <= CONFIRMATION_LASTS
