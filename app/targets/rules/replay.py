"""Reading the ledger: what stood on a day as it was known at an instant, by booking or by effective day (domain §4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from app.core.clock import Period
from app.targets.rules.causes import Cause
from app.targets.rules.contributions import Dimensions
from app.targets.rules.facts import CreditRole
from app.targets.rules.ledger import LedgerEntry, is_prior_year_adjustment


class Basis(StrEnum):
    """Which day of an entry is asked: that of its cause, or that of its booking."""

    EFFECTIVE = "effective"
    BOOKED = "booked"


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of entries, in fen and in deals."""

    fen: int = 0
    count: int = 0

    def plus(self, fen: int, count: int) -> Total:
        """Give the total with an entry more."""
        return Total(self.fen + fen, self.count + count)


@dataclass(frozen=True, slots=True)
class Statement:
    """A period by booking: 上期累计 + 本期新增 = 本期累计, always; `opening` is what of the new is imported history.

    `is_adjustment` marks the period after the target's year (以前年度调整).
    """

    before: Total
    added: Total
    opening: Total
    after: Total
    is_adjustment: bool


def standing(
    entries: Iterable[LedgerEntry],
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    basis: Basis = Basis.EFFECTIVE,
) -> Total:
    """Sum the entries up to and including a day, of those recorded by an instant; None asks for all."""
    return _sum(known_entries(entries, as_of=as_of, known_at=known_at, basis=basis))


def known_entries(
    entries: Iterable[LedgerEntry],
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    basis: Basis = Basis.EFFECTIVE,
) -> list[LedgerEntry]:
    """Give the entries behind a standing, in the order of the ledger."""
    return sorted(
        (
            entry
            for entry in entries
            if (as_of is None or _day(entry, basis) <= as_of)
            and (known_at is None or entry.recorded_at <= known_at)
        ),
        key=lambda entry: entry.seq,
    )


def statement(
    entries: Iterable[LedgerEntry], *, period: Period, year: int, known_at: datetime | None = None
) -> Statement:
    """Give a period's statement by booking, of a target of a year."""
    booked = known_entries(entries, as_of=period.last, known_at=known_at, basis=Basis.BOOKED)
    new = [entry for entry in booked if entry.booked_on >= period.first]
    return Statement(
        before=_sum(entry for entry in booked if entry.booked_on < period.first),
        added=_sum(new),
        opening=_sum(entry for entry in new if entry.cause is Cause.OPENING),
        after=_sum(booked),
        is_adjustment=is_prior_year_adjustment(period.last, year=year),
    )


def by_cause(entries: Iterable[LedgerEntry]) -> dict[Cause, Total]:
    """Sum entries by cause: why a number changed."""
    totals: dict[Cause, Total] = {}
    for entry in entries:
        totals[entry.cause] = totals.get(entry.cause, Total()).plus(entry.delta_fen, entry.delta_count)
    return totals


def by_dimensions(entries: Iterable[LedgerEntry]) -> dict[Dimensions, Total]:
    """Sum entries by their dimensions, leaving out what has cancelled out."""
    totals: dict[Dimensions, Total] = {}
    for entry in entries:
        known = totals.get(entry.dimensions, Total())
        totals[entry.dimensions] = known.plus(entry.delta_fen, entry.delta_count)
    return {dimensions: total for dimensions, total in totals.items() if total != Total()}


def by_unit(entries: Iterable[LedgerEntry], *, role: CreditRole) -> dict[UUID, Total]:
    """Sum the units' shares in a role; a unit counts every deal that it holds a share of, so counts may overlap."""
    totals: dict[UUID, Total] = {}
    for entry in entries:
        for share in entry.shares:
            if share.role is role:
                known = totals.get(share.unit_id, Total())
                totals[share.unit_id] = known.plus(share.delta_fen, entry.delta_count)
    return totals


def by_signing_month(entries: Iterable[LedgerEntry]) -> dict[date | None, Total]:
    """Sum entries by the month of their effective day, named by its first day (a second, labelled view).

    None holds those whose day is not known exactly (签约月份未公布).
    """
    totals: dict[date | None, Total] = {}
    for entry in entries:
        month = entry.effective_on.replace(day=1) if entry.day_is_exact else None
        totals[month] = totals.get(month, Total()).plus(entry.delta_fen, entry.delta_count)
    return totals


def _day(entry: LedgerEntry, basis: Basis) -> date:
    return entry.effective_on if basis is Basis.EFFECTIVE else entry.booked_on


def _sum(entries: Iterable[LedgerEntry]) -> Total:
    total = Total()
    for entry in entries:
        total = total.plus(entry.delta_fen, entry.delta_count)
    return total
