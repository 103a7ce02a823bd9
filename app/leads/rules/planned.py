"""A lead's planned amount: what was understood, how it is written again, and the bands in which lists sort it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.core.money import UNIT_FEN, AmountQualifier, AmountUnit, ParsedAmount, format_amount

_YI = UNIT_FEN[AmountUnit.YI]


@dataclass(frozen=True, slots=True)
class Planned:
    """A planned amount in fen. Equal bounds are one number, a missing bound is open, two missing ones are unknown."""

    min_fen: int | None = None
    max_fen: int | None = None
    qualifier: AmountQualifier = AmountQualifier.UNKNOWN


class AmountBand(StrEnum):
    """The bands of the ledgers of projects in negotiation (domain §8), each without its upper end."""

    BELOW_50M = "below_50m"
    FROM_50M = "from_50m"
    FROM_100M = "from_100m"
    FROM_500M = "from_500m"
    UNKNOWN = "unknown"


BAND_BOUNDS: dict[AmountBand, tuple[int, int | None]] = {
    AmountBand.BELOW_50M: (0, _YI // 2),
    AmountBand.FROM_50M: (_YI // 2, _YI),
    AmountBand.FROM_100M: (_YI, 5 * _YI),
    AmountBand.FROM_500M: (5 * _YI, None),
}


def planned_of(parsed: ParsedAmount) -> Planned:
    """Give the bounds of an amount as typed: 约2亿 is one number that is not sure, 2亿以上 has no upper bound."""
    if parsed.qualifier is AmountQualifier.ABOUT:
        return Planned(parsed.fen, parsed.fen, parsed.qualifier)
    return Planned(parsed.min_fen, parsed.max_fen, parsed.qualifier)


def planned_text(planned: Planned) -> str:
    """Write a planned amount as people type it, so that reading it again gives the same; empty when unknown."""
    low, high = planned.min_fen, planned.max_fen
    if low is None and high is None:
        return ""
    if low is None:
        return f"{_exactly(high)}以下"
    if high is None:
        return f"{_exactly(low)}以上"
    if low == high:
        return f"约{_exactly(low)}" if planned.qualifier is AmountQualifier.ABOUT else _exactly(low)
    return f"{_exactly(low) if low else 0}—{_exactly(high)}"


def _exactly(fen: int | None) -> str:
    return format_amount(fen, places=10)
