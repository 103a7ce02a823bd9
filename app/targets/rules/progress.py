"""Progress against a target, performance rates and year on year, all exact (domain §2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.core.clock import (
    TimeProgressMode,
    days_left,
    needed_per_day,
    pace_gap,
    time_progress,
    year_period,
)
from app.core.money import completion_rate


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a target stands at the end of a day.

    `completion` and `gap_points` (序时差, in percentage points) are None without a target; `per_day` is 0 once the
    target is met and None once no day is left. `remaining` is never below 0.
    """

    done: int
    target: int | None
    completion: Fraction | None
    time_passed: Fraction
    gap_points: Fraction | None
    remaining: int
    days_left: int
    per_day: Fraction | None


@dataclass(frozen=True, slots=True)
class PerformanceFacts:
    """What the performance rates ask of a signed deal; terminated ones stay in.

    `signed_year` None is not known; `total_fen` is the contract's total, None unknown.
    """

    signed_year: int | None
    total_fen: int | None
    paid_in_fen: int = 0
    is_registered: bool = False
    is_started: bool = False
    is_producing: bool = False


@dataclass(frozen=True, slots=True)
class PerformanceRates:
    """履约率, 开工率, 投产率, 资金到位率; each None where its denominator is 0."""

    signed: int
    performing: Fraction | None
    started: Fraction | None
    producing: Fraction | None
    paid_in: Fraction | None


def progress(
    done: int,
    target: int | None,
    *,
    year: int,
    as_of: date,
    mode: TimeProgressMode = TimeProgressMode.MONTHS_AND_DAYS,
) -> Progress:
    """Compare what is done (fen or deals) with a year's target at the end of a day."""
    completion = completion_rate(done, target)
    time_passed = time_progress(as_of, year=year, mode=mode)
    left = days_left(max(as_of, date(year - 1, 12, 31)), year_period(year).last)
    remaining = max((target or 0) - done, 0)
    return Progress(
        done=done,
        target=target,
        completion=completion,
        time_passed=time_passed,
        gap_points=pace_gap(completion, time_passed),
        remaining=remaining,
        days_left=left,
        per_day=needed_per_day(remaining, left) if target else None,
    )


def performance_rates(deals: Iterable[PerformanceFacts]) -> PerformanceRates:
    """Give the performance rates of signed deals.

    Performing is registered and paid-in above 0; started includes producing. A deal of unknown total stays out of
    both sides of the paid-in rate.
    """
    held = list(deals)
    known = [one for one in held if one.total_fen is not None]
    started = sum(one.is_started or one.is_producing for one in held)
    return PerformanceRates(
        signed=len(held),
        performing=_share(sum(one.is_registered and one.paid_in_fen > 0 for one in held), len(held)),
        started=_share(started, len(held)),
        producing=_share(sum(one.is_producing for one in held), started),
        paid_in=_share(sum(one.paid_in_fen for one in known), sum(one.total_fen or 0 for one in known)),
    )


def performance_by_cohort(deals: Iterable[PerformanceFacts]) -> dict[int | None, PerformanceRates]:
    """Give the rates by signing year, newest first, because a deal signed in November cannot start by December.

    None holds the deals whose signing year is not known.
    """
    cohorts: dict[int | None, list[PerformanceFacts]] = {}
    for one in deals:
        cohorts.setdefault(one.signed_year, []).append(one)
    ordered = sorted(cohorts, key=lambda year: (year is None, -(year or 0)))
    return {year: performance_rates(cohorts[year]) for year in ordered}


def points_on_year(rate: Fraction | None, then: Fraction | None) -> Fraction | None:
    """Give a rate's difference to last year's in percentage points; None where either is missing."""
    return None if rate is None or then is None else (rate - then) * 100


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None
