"""The headline: three numbers, the completion rate beside the time that has passed, and what is needed per day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from app.core.clock import TimeProgressMode
from app.core.money import round_half_up
from app.targets.rules import Measure, Progress, Total, counts_deals, progress


class Pace(StrEnum):
    """Where the completion rate stands against the time progress, as the office says it."""

    AHEAD = "ahead"
    LEVEL = "level"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """已认定, 待认定 and what they say about the target at the end of a day; only 已认定 is compared with it."""

    measure: Measure
    year: int
    as_of: date
    done: Total
    pending: Total
    progress: Progress

    @property
    def reported(self) -> Total:
        """合计上报: the sum of the two."""
        return self.done.plus(self.pending.fen, self.pending.count)

    @property
    def in_deals(self) -> bool:
        """Whether the target is a number of deals instead of an amount."""
        return counts_deals(self.measure)

    @property
    def pace(self) -> Pace | None:
        """The pace as it is shown; None without a target."""
        return pace_of(self.progress.gap_points)

    @property
    def is_met(self) -> bool:
        """Whether the target is reached."""
        return bool(self.progress.target) and self.progress.done >= (self.progress.target or 0)


def headline(
    done: Total,
    pending: Total,
    *,
    measure: Measure,
    target: int | None,
    year: int,
    as_of: date,
    mode: TimeProgressMode,
) -> Headline:
    """Compare what is verified with a year's target, in fen or in deals as the measure says."""
    measured = done.count if counts_deals(measure) else done.fen
    return Headline(
        measure=measure,
        year=year,
        as_of=as_of,
        done=done,
        pending=pending,
        progress=progress(measured, target, year=year, as_of=as_of, mode=mode),
    )


def pace_of(gap_points: Fraction | None) -> Pace | None:
    """Name a pace gap by what is shown of it: what rounds to 0.0 is level. None without a target."""
    if gap_points is None:
        return None
    shown = round_half_up(gap_points, 1)
    if not shown:
        return Pace.LEVEL
    return Pace.AHEAD if shown > 0 else Pace.BEHIND
