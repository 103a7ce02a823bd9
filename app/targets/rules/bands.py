"""Bands by total investment, half-open and exhaustive, and the cumulative columns beside them (domain §3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from fractions import Fraction

from app.targets.rules.replay import Total

_YI = 10_000_000_000


class Band(StrEnum):
    """A band holds its lower bound and not its upper one, so that every amount lies in exactly one."""

    BELOW_20M = "below_20m"
    FROM_20M = "from_20m"
    FROM_100M = "from_100m"
    FROM_500M = "from_500m"
    FROM_1B = "from_1b"
    FROM_2B = "from_2b"
    FROM_5B = "from_5b"
    FROM_10B = "from_10b"


class SizeColumn(StrEnum):
    """亿元以上 and its kin: every deal of at least so much."""

    OVER_100M = "over_100m"
    OVER_500M = "over_500m"
    OVER_1B = "over_1b"
    OVER_2B = "over_2b"
    OVER_5B = "over_5b"
    OVER_10B = "over_10b"


BAND_FROM_FEN = {
    Band.BELOW_20M: 0,
    Band.FROM_20M: _YI // 5,
    Band.FROM_100M: _YI,
    Band.FROM_500M: 5 * _YI,
    Band.FROM_1B: 10 * _YI,
    Band.FROM_2B: 20 * _YI,
    Band.FROM_5B: 50 * _YI,
    Band.FROM_10B: 100 * _YI,
}
COLUMN_FROM_FEN = {
    SizeColumn.OVER_100M: _YI,
    SizeColumn.OVER_500M: 5 * _YI,
    SizeColumn.OVER_1B: 10 * _YI,
    SizeColumn.OVER_2B: 20 * _YI,
    SizeColumn.OVER_5B: 50 * _YI,
    SizeColumn.OVER_10B: 100 * _YI,
}


def band_of(total_fen: int) -> Band:
    """Give the one band that holds an amount."""
    return next(band for band in reversed(Band) if total_fen >= BAND_FROM_FEN[band] or band is Band.BELOW_20M)


def by_band(amounts_fen: Iterable[int]) -> dict[Band, Total]:
    """Sum deals by band, every band named; the bands sum to all."""
    totals = dict.fromkeys(Band, Total())
    for fen in amounts_fen:
        band = band_of(fen)
        totals[band] = totals[band].plus(fen, 1)
    return totals


def by_size_column(amounts_fen: Sequence[int]) -> dict[SizeColumn, Total]:
    """Sum the deals of at least each column's amount, each computed from the deals themselves."""
    return {column: _at_least(amounts_fen, bound) for column, bound in COLUMN_FROM_FEN.items()}


def top_share(amounts_fen: Iterable[int], *, places: int = 10) -> Fraction | None:
    """Give the largest deals' share of all, exact; None where there is no amount."""
    ordered = sorted(amounts_fen, reverse=True)
    whole = sum(ordered)
    return Fraction(sum(ordered[:places]), whole) if whole else None


def _at_least(amounts_fen: Sequence[int], bound: int) -> Total:
    held = [fen for fen in amounts_fen if fen >= bound]
    return Total(sum(held), len(held))
