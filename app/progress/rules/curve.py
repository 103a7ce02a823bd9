"""The month curve: what each month brought by booking or by signing, against the plan and the year before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.targets.rules import Basis, LedgerEntry, Total


class MonthPlace(StrEnum):
    """Where an entry stands that belongs to no month of the curve."""

    UNDATED = "undated"
    LATER = "later"
    ADJUSTMENT = "adjustment"
    EARLIER = "earlier"


@dataclass(frozen=True, slots=True)
class Point:
    """A month: what it brought and what stands at its end."""

    month: int
    added: Total
    cumulative: Total


@dataclass(frozen=True, slots=True)
class Curve:
    """The months up to the cut-off, and apart what lies in none of them; all together sum to the headline."""

    points: tuple[Point, ...]
    apart: Mapping[MonthPlace, Total]


def month_place(entry: LedgerEntry, *, year: int, as_of: date, basis: Basis) -> int | MonthPlace:
    """Give the month of the target's year that an entry belongs to, or where it stands apart.

    By signing, a day that is not known exactly is in no month (签约月份未公布). What is booked after the cut-off,
    because its own period was closed, stands apart too, and so does what is booked after the year (以前年度调整).
    """
    if basis is Basis.EFFECTIVE and not entry.day_is_exact:
        return MonthPlace.UNDATED
    day = entry.effective_on if basis is Basis.EFFECTIVE else entry.booked_on
    if day.year > year:
        return MonthPlace.ADJUSTMENT
    if day.year < year:
        return MonthPlace.EARLIER
    return day.month if day <= as_of or day.month == as_of.month else MonthPlace.LATER


def curve(entries: Iterable[LedgerEntry], *, year: int, as_of: date, basis: Basis) -> Curve:
    """Sum entries by month, every month up to the cut-off named."""
    last = 12 if as_of.year > year else as_of.month if as_of.year == year else 0
    sums: dict[int | MonthPlace, Total] = {month: Total() for month in range(1, last + 1)}
    for entry in entries:
        place = month_place(entry, year=year, as_of=as_of, basis=basis)
        sums[place] = sums.get(place, Total()).plus(entry.delta_fen, entry.delta_count)
    points, standing = [], Total()
    for month in range(1, last + 1):
        added = sums[month]
        standing = standing.plus(added.fen, added.count)
        points.append(Point(month, added, standing))
    apart = {place: sums[place] for place in MonthPlace if sums.get(place, Total()) != Total()}
    return Curve(tuple(points), apart)


def planned_cumulative(target: int | None, plan: Mapping[int, int]) -> tuple[int | None, ...]:
    """Give what is to be done by each month's end: the plan's months summed, else the target by twelfths.

    None where there is neither.
    """
    if plan:
        standing, found = 0, []
        for month in range(1, 13):
            standing += plan.get(month, 0)
            found.append(standing)
        return tuple(found)
    if target is None:
        return (None,) * 12
    return tuple(target * month // 12 for month in range(1, 13))


def cumulative_of(by_day: Iterable[tuple[date, int]], *, year: int) -> Sequence[int]:
    """Sum dated amounts into what stood at the end of each month of a year; earlier days belong to all."""
    months = [0] * 12
    for day, amount in by_day:
        if day.year > year:
            continue
        first = day.month - 1 if day.year == year else 0
        for place in range(first, 12):
            months[place] += amount
    return tuple(months)
