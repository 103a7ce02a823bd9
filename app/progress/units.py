"""The units' table: each inside its track, with its part of the target, its place, and when it was last out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import groupby
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor, Role, covers
from app.core.options import get_option
from app.core.permissions import reads_all
from app.progress import queries
from app.progress.queries import Cut, UnitPlace
from app.progress.rules import Shown, Standing, ranked, seen_rows
from app.targets.reading.queries import by_unit
from app.targets.rules import Total, counts_deals

OUT_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """A unit: `measured` is what it did in the target's own measure, `part` its part of it, None where it has none.

    `rank` 0 means that units are not ranked.
    """

    unit_id: UUID
    name: str
    track: str
    track_id: UUID | None
    is_ours: bool
    done: Total
    measured: int
    part: int | None
    rank: int = 0
    last_out_on: date | None = None

    @property
    def rate(self) -> Fraction | None:
        return Fraction(self.measured, self.part) if self.part else None


@dataclass(frozen=True, slots=True)
class IdleUnit:
    """A unit that has not been out to investors for a month (未外出)."""

    name: str
    last_out_on: date | None
    is_ours: bool


@dataclass(frozen=True, slots=True)
class TrackLines:
    """A track's units in their order; `size` counts those that are ranked in it, `part` is the sum of their parts."""

    name: str
    track_id: UUID | None
    size: int
    part: int
    shown: Shown[UnitLine]


def unit_lines(session: Session, actor: Actor, cut: Cut, places: Sequence[UnitPlace]) -> list[UnitLine]:
    """Return the units that have a track, a part or something done, ranked inside their tracks.

    Where ranking by amount is switched off, only units with a part are ranked, by completion rate.
    """
    sums = by_unit(session, cut.asked, role=cut.target.credit_role)
    parts = queries.unit_parts(session, cut.target.id)
    in_deals = counts_deals(cut.target.measure)
    found = []
    for place in places:
        unit, done = place.unit, sums.get(place.unit.id, Total())
        if done == Total() and unit.id not in parts and not (place.track and place.is_listed(cut.as_of)):
            continue
        found.append(
            UnitLine(
                unit_id=unit.id,
                name=unit.shown_name,
                track=place.track.name if place.track else "",
                track_id=place.track.id if place.track else None,
                is_ours=reads_unit(actor, unit.id, unit.path),
                done=done,
                measured=done.count if in_deals else done.fen,
                part=parts.get(unit.id),
                last_out_on=place.last_out_on,
            )
        )
    by_amount = bool(get_option(session, actor.county_id, "appraisal.rank_by_amount", cut.as_of))
    return [line for _track, lines in _tracks(found) for line in _in_order(lines, by_amount=by_amount)]


def idle_units(actor: Actor, cut: Cut, places: Iterable[UnitPlace]) -> Shown[IdleUnit]:
    """Return the ranked units that nobody sent out within the last 30 days, each counting one."""
    idle = [place for place in places if _is_idle(place, cut.as_of)]
    rows = [
        IdleUnit(place.unit.shown_name, place.last_out_on, reads_unit(actor, place.unit.id, place.unit.path))
        for place in idle
    ]
    return seen_rows(rows, lambda _row: Total(0, 1))


def in_tracks(units: Iterable[UnitLine]) -> list[TrackLines]:
    """Put units under their tracks, other units' in one line for who reads only his own."""
    return [
        TrackLines(
            track,
            lines[0].track_id,
            len(lines),
            sum(line.part or 0 for line in lines),
            seen_rows(lines, lambda line: line.done),
        )
        for track, lines in _tracks(units)
    ]


def _is_idle(place: UnitPlace, as_of: date) -> bool:
    long_ago = place.last_out_on is None or (as_of - place.last_out_on).days >= OUT_DAYS
    return place.track is not None and place.is_listed(as_of) and long_ago


def _tracks(units: Iterable[UnitLine]) -> list[tuple[str, list[UnitLine]]]:
    # Units without a track come last, whatever the database makes of NULL.
    ordered = sorted(units, key=lambda line: not line.track)
    return [(track, list(lines)) for track, lines in groupby(ordered, key=lambda line: line.track)]


def _in_order(lines: list[UnitLine], *, by_amount: bool) -> list[UnitLine]:
    if not lines[0].track:
        return sorted(lines, key=lambda line: (-line.measured, line.name))
    ranking = [line for line in lines if by_amount or line.part]
    places = ranked(Standing(line.unit_id, line.measured, line.part) for line in ranking)
    placed = [replace(line, rank=places.get(line.unit_id, 0)) for line in lines]
    return sorted(placed, key=lambda line: (line.rank == 0, line.rank))


def reads_unit(actor: Actor, unit_id: UUID, path: str) -> bool:
    """Say whether the unit is one whose rows the reader sees by name."""
    if reads_all(actor) or unit_id in actor.unit_ids:
        return True
    return any(covers(head, path) for head in actor.paths(Role.UNIT_HEAD))
