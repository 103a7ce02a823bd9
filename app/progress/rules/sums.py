"""Sums of ledger entries and the entries behind them: one function picks both, so that a link sums to its figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from app.core.regions import OriginLevel, province_of
from app.progress.rules.curve import MonthPlace, month_place
from app.targets.rules import (
    COLUMN_FROM_FEN,
    Band,
    Basis,
    Cause,
    LedgerEntry,
    SizeColumn,
    Total,
    band_of,
)

NO_CHAIN, NO_PLACE = "none", "unknown"
Key = TypeVar("Key", bound=str)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a cut-off had: the entries that had happened by a day and were on record by an instant."""

    as_of: date
    known_at: datetime

    def has(self, entry: LedgerEntry) -> bool:
        """Tell whether an entry was in the number of that cut-off."""
        return entry.effective_on <= self.as_of and entry.recorded_at <= self.known_at


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Which entries a figure sums; None and empty ask for all. `recorded_after` leaves out what was known before.

    `until` is a month of the year, with all before it; `beyond` leaves out what an earlier cut-off had.
    """

    month: int | MonthPlace | None = None
    until: int | None = None
    basis: Basis = Basis.BOOKED
    chain: str = ""
    origin: OriginLevel | None = None
    place: str = ""
    returning: bool = False
    band: Band | None = None
    column: SizeColumn | None = None
    cause: Cause | None = None
    recorded_after: datetime | None = None
    beyond: Seen | None = None


def total(entries: Iterable[LedgerEntry]) -> Total:
    """Sum entries in fen and deals."""
    found = Total()
    for entry in entries:
        found = found.plus(entry.delta_fen, entry.delta_count)
    return found


def sum_of(totals: Iterable[Total]) -> Total:
    """Add up totals."""
    found = Total()
    for one in totals:
        found = found.plus(one.fen, one.count)
    return found


def by_deal(entries: Iterable[LedgerEntry]) -> dict[UUID, Total]:
    """Sum by deal, leaving out what has cancelled out."""
    found: dict[UUID, Total] = {}
    for entry in entries:
        found[entry.deal_id] = found.get(entry.deal_id, Total()).plus(entry.delta_fen, entry.delta_count)
    return {deal_id: one for deal_id, one in found.items() if one != Total()}


def by_band(deals: Mapping[UUID, Total]) -> dict[Band, Total]:
    """Sum deals by the band of what each brings, every band named; the bands sum to all."""
    found = dict.fromkeys(Band, Total())
    for one in deals.values():
        band = band_of(one.fen)
        found[band] = found[band].plus(one.fen, one.count)
    return found


def by_column(deals: Mapping[UUID, Total]) -> dict[SizeColumn, Total]:
    """Sum the deals of at least each column's amount (亿元以上 and its kin)."""
    found = dict.fromkeys(SizeColumn, Total())
    for one in deals.values():
        for column, bound in COLUMN_FROM_FEN.items():
            if one.fen >= bound:
                found[column] = found[column].plus(one.fen, one.count)
    return found


def by_chain(entries: Iterable[LedgerEntry]) -> dict[str, Total]:
    """Sum by industry chain, the largest first; empty is no chain."""
    return _grouped((entry.dimensions.chain, entry) for entry in entries)


def by_origin(entries: Iterable[LedgerEntry]) -> dict[OriginLevel, Total]:
    """Sum by how far the investors come from."""
    return _grouped((entry.dimensions.origin, entry) for entry in entries)


def by_province(entries: Iterable[LedgerEntry]) -> dict[str, Total]:
    """Sum by province or country, the largest first; empty is not known."""
    return _grouped((place_of(entry.dimensions.region), entry) for entry in entries)


def place_of(region: str) -> str:
    """Give a region's province, or its country as it is."""
    return province_of(region) or region


def is_news(entry: LedgerEntry, *, since: datetime) -> bool:
    """Tell whether an entry changed the number after an instant; imported history is never news."""
    return entry.recorded_at > since and entry.cause is not Cause.OPENING


def by_cause(entries: Iterable[LedgerEntry]) -> dict[Cause, Total]:
    """Sum entries by cause; only the causes that occur, though their sum be nothing."""
    held = list(entries)
    return {
        cause: total(one for one in held if one.cause is cause)
        for cause in Cause
        if any(one.cause is cause for one in held)
    }


def picked(
    entries: Sequence[LedgerEntry], wanted: EntryFilter, *, year: int, as_of: date
) -> list[LedgerEntry]:
    """Give the entries that a filter asks for, in the order of the ledger."""
    sizes = by_deal(entries) if wanted.band or wanted.column else {}
    return [entry for entry in entries if _is_picked(entry, wanted, sizes, year, as_of)]


def _is_picked(
    entry: LedgerEntry, wanted: EntryFilter, sizes: Mapping[UUID, Total], year: int, as_of: date
) -> bool:
    dimensions = entry.dimensions
    if not _is_of_month(entry, wanted, year, as_of):
        return False
    if wanted.chain and (dimensions.chain or NO_CHAIN) != wanted.chain:
        return False
    if wanted.origin is not None and dimensions.origin is not wanted.origin:
        return False
    if wanted.place and (place_of(dimensions.region) or NO_PLACE) != wanted.place:
        return False
    if wanted.returning and not dimensions.returning:
        return False
    if wanted.recorded_after is not None and not is_news(entry, since=wanted.recorded_after):
        return False
    if wanted.beyond is not None and wanted.beyond.has(entry):
        return False
    if wanted.cause is not None and entry.cause is not wanted.cause:
        return False
    return _has_size(sizes.get(entry.deal_id), wanted)


def _is_of_month(entry: LedgerEntry, wanted: EntryFilter, year: int, as_of: date) -> bool:
    if wanted.month is None and wanted.until is None:
        return True
    place = month_place(entry, year=year, as_of=as_of, basis=wanted.basis)
    if wanted.month is not None and place != wanted.month:
        return False
    return wanted.until is None or (isinstance(place, int) and place <= wanted.until)


def _has_size(size: Total | None, wanted: EntryFilter) -> bool:
    if wanted.band is None and wanted.column is None:
        return True
    # What has cancelled out is in no band: its entries sum to nothing.
    if size is None:
        return False
    if wanted.band is not None and band_of(size.fen) is not wanted.band:
        return False
    return wanted.column is None or size.fen >= COLUMN_FROM_FEN[wanted.column]


def _grouped(pairs: Iterable[tuple[Key, LedgerEntry]]) -> dict[Key, Total]:
    """Sum by key, the largest first; what has cancelled out is left away."""
    found: dict[Key, Total] = {}
    for key, entry in pairs:
        found[key] = found.get(key, Total()).plus(entry.delta_fen, entry.delta_count)
    kept = [(key, one) for key, one in found.items() if one != Total()]
    return dict(sorted(kept, key=lambda pair: (-pair[1].fen, -pair[1].count, pair[0])))
