"""Paid-in funds (到位资金): what units state by themselves, dated and cumulative, never mixed with other numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PaidInProblem(StrEnum):
    """What refuses a statement."""

    NEGATIVE = "negative"
    IN_THE_FUTURE = "in_the_future"
    OUTSIDE_EXCEEDS_PAID_IN = "outside_exceeds_paid_in"
    SAME_DAY = "same_day"


class PaidInWarning(StrEnum):
    """What a statement is asked about before it is kept; each needs a note."""

    LESS_THAN_BEFORE = "less_than_before"
    MORE_THAN_LATER = "more_than_later"
    EXCEEDS_TOTAL = "exceeds_total"
    BEFORE_SIGNING = "before_signing"


@dataclass(frozen=True, slots=True)
class PaidIn:
    """What had been paid in altogether by a day (累计到资), in fen; `outside_fen` is the out-of-province part, None
    where it is unknown."""

    stated_on: date
    total_fen: int
    outside_fen: int | None = None


def paid_in_problems(
    statement: PaidIn, *, others: Iterable[PaidIn], today: date
) -> tuple[PaidInProblem, ...]:
    """Name what refuses a statement. A day has one; a mistake is corrected in place, on record."""
    found = []
    if statement.total_fen < 0 or (statement.outside_fen or 0) < 0:
        found.append(PaidInProblem.NEGATIVE)
    if statement.stated_on > today:
        found.append(PaidInProblem.IN_THE_FUTURE)
    if statement.outside_fen is not None and statement.outside_fen > statement.total_fen:
        found.append(PaidInProblem.OUTSIDE_EXCEEDS_PAID_IN)
    if any(other.stated_on == statement.stated_on for other in others):
        found.append(PaidInProblem.SAME_DAY)
    return tuple(found)


def paid_in_warnings(
    statement: PaidIn, *, others: Iterable[PaidIn], contract_fen: int | None, signed_on: date | None
) -> tuple[PaidInWarning, ...]:
    """Name what is odd about a statement: funds that shrink, exceed the contract, or came before it."""
    known = list(others)
    found = []
    if any(o.stated_on < statement.stated_on and o.total_fen > statement.total_fen for o in known):
        found.append(PaidInWarning.LESS_THAN_BEFORE)
    if any(o.stated_on > statement.stated_on and o.total_fen < statement.total_fen for o in known):
        found.append(PaidInWarning.MORE_THAN_LATER)
    if contract_fen is not None and statement.total_fen > contract_fen:
        found.append(PaidInWarning.EXCEEDS_TOTAL)
    if signed_on is not None and statement.stated_on < signed_on and statement.total_fen > 0:
        found.append(PaidInWarning.BEFORE_SIGNING)
    return tuple(found)


def paid_in_on(statements: Iterable[PaidIn], day: date) -> PaidIn | None:
    """Give the newest statement of that day or before; None where nothing was stated: unknown, not zero."""
    return max(
        (statement for statement in statements if statement.stated_on <= day),
        key=lambda statement: statement.stated_on,
        default=None,
    )


def paid_in_between(statements: Iterable[PaidIn], *, after: date, until: date) -> int | None:
    """Give what came in after a day and until another (included); None where nothing is stated by the later day."""
    known = list(statements)
    later, earlier = paid_in_on(known, until), paid_in_on(known, after)
    if later is None:
        return None
    return later.total_fen - (earlier.total_fen if earlier else 0)
