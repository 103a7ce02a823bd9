"""Deals as the progress pages list them, and what a reader sees of them by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from app.deals.rules import DealStage, StartClock
from app.targets.rules import (
    DealFacts,
    PerformanceFacts,
    PerformanceRates,
    Total,
    performance_rates,
)

TOP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class DealLine:
    """What a deal is to a target: verified (`done`), pending, and why not; `total_fen` is its contract's, None unknown.

    `is_ours` says that its unit is one that the reader reads, `is_open` that it is not kept from him.
    """

    deal_id: UUID
    code: str
    name: str
    unit: str
    leader: str
    is_ours: bool
    is_open: bool
    done: Total
    pending: Total
    reasons: tuple[str, ...]
    is_of_year: bool
    was_counted: bool
    total_fen: int | None
    signed_on: date | None
    stage: DealStage
    clock: StartClock | None
    paid_in_fen: int
    is_registered: bool
    started_on: date | None
    produced_on: date | None

    @property
    def reported(self) -> Total:
        return self.done.plus(self.pending.fen, self.pending.count)


class Cohort(StrEnum):
    """签约 · 开工 · 到位 of the deals that make up the number."""

    SIGNED = "signed"
    STARTED = "started"
    PAID_IN = "paid_in"


class Owned(Protocol):
    """A row that belongs to somebody."""

    @property
    def is_ours(self) -> bool: ...


Row = TypeVar("Row", bound=Owned)


@dataclass(frozen=True, slots=True)
class Shown(Generic[Row]):
    """Rows by name, other units' as one sum; `all` is the sum of both."""

    rows: tuple[Row, ...]
    others: Total
    all: Total


def seen_rows(rows: Iterable[Row], value: Callable[[Row], Total]) -> Shown[Row]:
    """Keep the reader's own rows and put the rest into one line, so that both sum to the figure."""
    own: list[Row] = []
    others = whole = Total()
    for row in rows:
        worth = value(row)
        whole = whole.plus(worth.fen, worth.count)
        if row.is_ours:
            own.append(row)
        else:
            others = others.plus(worth.fen, worth.count)
    return Shown(tuple(own), others, whole)


def in_cohort(line: DealLine) -> bool:
    """Tell whether a deal belongs to the year's signed ones: it counts, or counted until it was terminated."""
    return line.done.count > 0 or (line.was_counted and line.stage is DealStage.TERMINATED)


def cohort(lines: Iterable[DealLine]) -> tuple[dict[Cohort, Total], PerformanceRates]:
    """Sum the cohort by what became of it, and give its rates; terminated deals stay in the denominators."""
    held = [line for line in lines if in_cohort(line)]
    started = [line for line in held if line.started_on is not None]
    paid = [line for line in held if line.paid_in_fen > 0]
    sums = {
        Cohort.SIGNED: Total(sum(line.total_fen or 0 for line in held), len(held)),
        Cohort.STARTED: Total(sum(line.total_fen or 0 for line in started), len(started)),
        Cohort.PAID_IN: Total(sum(line.paid_in_fen for line in paid), len(paid)),
    }
    return sums, performance_rates(_performance(line) for line in held)


def not_counted(line: DealLine) -> bool:
    """Tell whether a deal of the year is in neither number."""
    empty = line.done == Total() and line.pending == Total()
    return line.is_of_year and empty and bool(line.reasons)


def is_late(line: DealLine) -> bool:
    """Tell whether a deal was signed and has not started by its day (签约未开工)."""
    return line.clock is not None and line.clock.is_overdue


def contract(line: DealLine) -> Total:
    """Give a deal by its contract's total, as one deal; an unknown total adds nothing to a sum."""
    return Total(line.total_fen or 0, 1)


def latest_first(lines: Iterable[DealLine]) -> list[DealLine]:
    """Put the deals that are late the longest first."""
    return sorted(lines, key=lambda line: (-(line.clock.days_late if line.clock else 0), line.deal_id))


def top(lines: Iterable[DealLine], *, places: int = TOP) -> list[DealLine]:
    """Give the deals that bring most, the largest first."""
    bringing = [line for line in lines if line.done.fen > 0]
    return sorted(bringing, key=lambda line: (-line.done.fen, line.deal_id))[:places]


def touches_year(facts: DealFacts, year: int) -> bool:
    """Tell whether a deal's terms may belong to a year: signed or changed in it, or on a day that nobody knows."""
    return any(
        _may_lie(terms.signed_from, terms.signed_on, terms.effective_on, year) for terms in facts.terms
    )


def _may_lie(first: date | None, last: date | None, changed: date | None, year: int) -> bool:
    if changed is not None and changed.year == year:
        return True
    if last is None:
        return changed is None
    return (first or last).year <= year <= last.year


def _performance(line: DealLine) -> PerformanceFacts:
    return PerformanceFacts(
        signed_year=line.signed_on.year if line.signed_on else None,
        total_fen=line.total_fen,
        paid_in_fen=line.paid_in_fen,
        is_registered=line.is_registered,
        is_started=line.started_on is not None,
        is_producing=line.produced_on is not None,
    )
