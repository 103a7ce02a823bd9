"""Decisions about targets: what a typed amount means, and how parts and months compare with the whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.core.money import AmountError, AmountUnit, parse_amount
from app.core.money.display import UNIT_FEN
from app.core.money.parsing import AmountQualifier
from app.targets.rules import Measure, counts_deals, not_handed_out

MAX_DEALS = 100_000


@dataclass(frozen=True, slots=True)
class Compared:
    """A sum of parts beside the whole: `left` is what is not handed out, negative where the parts add to more."""

    total: int
    left: int | None


def read_amount(text: str, measure: Measure) -> int | None:
    """Read a target's amount as typed: 亿元 where the measure is money and no unit is named, else a number of deals.

    None where nothing was typed. Raises AmountError.
    """
    folded = text.strip()
    if not folded:
        return None
    if counts_deals(measure):
        # Chinese readers add the measure word.
        number = folded.removesuffix("个").strip()
        if not number.isascii() or not number.isdigit() or int(number[:9]) > MAX_DEALS or len(number) > 9:
            raise AmountError("targets.not_a_count", text)
        return int(number)
    parsed = parse_amount(folded, default_unit=AmountUnit.YI)
    if parsed.fen is None or parsed.qualifier is not AmountQualifier.EXACT:
        raise AmountError("targets.not_an_exact_amount", text)
    return parsed.fen


def typed_amount(amount: int | None, measure: Measure) -> str:
    """Write an amount as a person would type it into the form: exactly, in 亿元 or in deals."""
    if amount is None:
        return ""
    if counts_deals(measure):
        return str(amount)
    whole, rest = divmod(amount, UNIT_FEN[AmountUnit.YI])
    return f"{whole}.{rest:010d}".rstrip("0").rstrip(".") if rest else str(whole)


def compared(parts: Iterable[int], whole: int | None) -> Compared:
    """Compare the sum of parts with the whole; no `left` where the whole is not decided."""
    listed = list(parts)
    return Compared(sum(listed), None if whole is None else not_handed_out(whole, listed))


def even_plan(whole: int) -> Sequence[int]:
    """Spread a whole over twelve months evenly; the months sum to it."""
    return [whole * month // 12 - whole * (month - 1) // 12 for month in range(1, 13)]
