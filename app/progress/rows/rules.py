"""Which deals a figure is made of, and what each brings to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.progress.rules import DealLine, contract, in_cohort, is_late, latest_first, not_counted, top
from app.targets.rules import COLUMN_FROM_FEN, SizeColumn, Total

Picks = Callable[[DealLine], bool]
Value = Callable[[DealLine], Total]

_PICKS: dict[str, Picks] = {
    "verified": lambda line: line.done != Total(),
    "pending": lambda line: line.pending != Total(),
    "reported": lambda line: line.done != Total() or line.pending != Total(),
    "signed": in_cohort,
    "started": lambda line: in_cohort(line) and line.started_on is not None,
    "paid_in": lambda line: in_cohort(line) and line.paid_in_fen > 0,
    "late": is_late,
    "not_counted": not_counted,
}
_VALUES: dict[str, Value] = {
    "verified": lambda line: line.done,
    "top": lambda line: line.done,
    "pending": lambda line: line.pending,
    "reported": lambda line: line.reported,
    "paid_in": lambda line: Total(line.paid_in_fen, 1),
}


def line_picked(
    lines: Sequence[DealLine], show: str, *, reason: str = "", column: SizeColumn | None = None
) -> list[DealLine]:
    """Give the deals behind a figure: the longest late first, else the largest first."""
    if show == "top":
        return top(lines)
    value = line_value(show)
    found = [line for line in lines if _PICKS[show](line)]
    if reason:
        found = [line for line in found if reason in line.reasons]
    if column is not None:
        found = [line for line in found if line.done.fen >= COLUMN_FROM_FEN[column]]
    if show == "late":
        return latest_first(found)
    return sorted(found, key=lambda line: (-value(line).fen, line.deal_id))


def line_value(show: str) -> Value:
    """Give what a deal brings to a figure: its part of the number, or its contract's total as one deal."""
    return _VALUES.get(show, contract)
