"""Exact arithmetic on fen: rounding, shares, rates, currency, and the guard against slips of a factor."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

FEN_PER_YUAN = 100
# Ten thousand times the yearly product of the country: whatever is larger is a typing error, and
# every sum of such amounts still fits the database's 64-bit integers.
MAX_FEN = 10**17
OVER_FEN = 1_000_000_000_000
UNDER_FEN = 500_000_000


class AmountError(ValueError):
    """A text or number that is no amount of money; `code` is stable, the wording is translated."""

    def __init__(self, code: str, text: object = "") -> None:
        super().__init__(code)
        self.code = code
        self.text = str(text)[:80]


class SlipReason(StrEnum):
    """Why an amount looks like a slip of a factor of ten or ten thousand."""

    OVER_10_BILLION = "over_10_billion"
    UNDER_5_MILLION = "under_5_million"
    TEN_TIMES_PLANNED = "ten_times_planned"
    TENTH_OF_PLANNED = "tenth_of_planned"


def slip_reasons(
    fen: int | None,
    *,
    planned_fen: int | None = None,
    over_fen: int = OVER_FEN,
    under_fen: int = UNDER_FEN,
) -> tuple[SlipReason, ...]:
    """Name what makes an amount ask for confirmation; empty means it needs none.

    Over ¥10B or under ¥5M (both exclusive), or ten times or a tenth of the planned amount (inclusive).
    An unknown amount is never a slip.
    """
    if fen is None:
        return ()
    reasons = []
    if fen > over_fen:
        reasons.append(SlipReason.OVER_10_BILLION)
    if fen < under_fen:
        reasons.append(SlipReason.UNDER_5_MILLION)
    if planned_fen:
        if fen >= 10 * planned_fen:
            reasons.append(SlipReason.TEN_TIMES_PLANNED)
        if 10 * fen <= planned_fen:
            reasons.append(SlipReason.TENTH_OF_PLANNED)
    return tuple(reasons)


def round_half_up(value: Fraction | Decimal | int, places: int = 0, *, per: int = 1) -> Decimal:
    """Round an exact value half up, away from zero, to so many decimal places; `per` divides it first.

    Whole numbers all the way: a leaders' page rounds some hundred amounts.
    """
    numerator, denominator = value.as_integer_ratio()
    denominator *= per
    if places >= 0:
        numerator *= 10**places
    else:
        denominator *= 10**-places
    quotient, remainder = divmod(abs(numerator), denominator)
    if 2 * remainder >= denominator:
        quotient += 1
    # From text a Decimal is exact at any size; arithmetic with it would work in a context of 28 digits.
    return Decimal(f"{-quotient if numerator < 0 else quotient}E{-places}")


def largest_remainder(total: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Split a total by weights into whole numbers that sum to it exactly.

    Ties go to the earlier weight. A negative total is split like its opposite.
    Raises ValueError when there is no positive weight or a weight is negative.
    """
    exact = [Fraction(weight) for weight in weights]
    whole = sum(exact, Fraction(0))
    if any(weight < 0 for weight in exact) or whole == 0:
        raise ValueError("weights must not be negative and must not all be zero")
    if total < 0:
        return [-part for part in largest_remainder(-total, weights)]
    ideals = [total * weight / whole for weight in exact]
    parts = [ideal.numerator // ideal.denominator for ideal in ideals]
    by_remainder = sorted(range(len(ideals)), key=lambda place: parts[place] - ideals[place])
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts


def convert(original: Decimal, *, rate: Decimal) -> int:
    """Turn an amount of foreign currency (major units) into fen, half up; `rate` is yuan per one unit.

    Done once, at signing. Raises AmountError for a negative or endless amount and for a rate of 0 or less.
    """
    if not original.is_finite() or not rate.is_finite():
        raise AmountError("money.not_finite", original)
    if original < 0:
        raise AmountError("money.negative", original)
    if rate <= 0:
        raise AmountError("money.bad_rate", rate)
    # Before Fraction: 1e400 as an exact fraction is a number of 400 digits, 1e400000 stops the server.
    if original.adjusted() > 20 or rate.adjusted() > 20 or min(original.adjusted(), rate.adjusted()) < -40:
        raise AmountError("money.too_large", original)
    fen = int(round_half_up(Fraction(original) * Fraction(rate) * FEN_PER_YUAN))
    if fen > MAX_FEN:
        raise AmountError("money.too_large", original)
    return fen


def completion_rate(done: int, target: int | None) -> Fraction | None:
    """Give done ÷ target (完成率) exactly; None where there is no target."""
    return Fraction(done, target) if target else None


def year_on_year(now: int, base: int | None) -> Fraction | None:
    """Give the growth over last year's same period (同比) exactly; None where the base is 0 or missing."""
    return Fraction(now, base) - 1 if base else None
