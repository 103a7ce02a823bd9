"""Amounts and rates as people read them: rounded half up, once, here and nowhere before."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from app.core.money.arithmetic import FEN_PER_YUAN, MAX_FEN, AmountError, round_half_up

NOT_KNOWN = "—"
_YUAN_TEXT = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{1,20})?")


class AmountUnit(StrEnum):
    """A unit that a column header or an amount names."""

    YUAN = "yuan"
    THOUSAND = "thousand"
    WAN = "wan"
    MILLION = "million"
    YI = "yi"


UNIT_FEN = {
    AmountUnit.YUAN: FEN_PER_YUAN,
    AmountUnit.THOUSAND: 1_000 * FEN_PER_YUAN,
    AmountUnit.WAN: 10_000 * FEN_PER_YUAN,
    AmountUnit.MILLION: 1_000_000 * FEN_PER_YUAN,
    AmountUnit.YI: 100_000_000 * FEN_PER_YUAN,
}
UNIT_WORD = {
    AmountUnit.YUAN: "元",
    AmountUnit.THOUSAND: "千元",
    AmountUnit.WAN: "万元",
    AmountUnit.MILLION: "百万元",
    AmountUnit.YI: "亿元",
}


def format_yi(fen: int | Fraction | None, places: int = 2, *, trim: bool = False) -> str:
    """Write an amount in 亿元 without the unit, for a column that names it; "—" when unknown."""
    return NOT_KNOWN if fen is None else _in_unit(fen, AmountUnit.YI, places=places, trim=trim)


def format_wan(fen: int | Fraction | None, places: int = 2, *, trim: bool = True) -> str:
    """Write an amount in 万元 without the unit; trailing zeros go unless `trim` is off."""
    return NOT_KNOWN if fen is None else _in_unit(fen, AmountUnit.WAN, places=places, trim=trim)


def format_amount(fen: int | Fraction | None, places: int = 2, *, trim: bool = True) -> str:
    """Write an amount with its unit: 亿元 from one 亿 on, else 万元; "—" when unknown."""
    if fen is None:
        return NOT_KNOWN
    number, unit = amount_parts(fen, places, trim=trim)
    return number + UNIT_WORD[unit]


def format_cny(fen: int | Fraction | None, places: int = 2) -> str:
    """Write an amount for readers of English: "CNY 1.05 bn", "CNY 105 m", below a million "CNY 700,000"."""
    if fen is None:
        return NOT_KNOWN
    millions = round_half_up(fen, places, per=UNIT_FEN[AmountUnit.MILLION])
    if abs(millions) >= 1_000:
        return f"CNY {_trimmed(round_half_up(Fraction(fen, 1_000), places, per=UNIT_FEN[AmountUnit.MILLION]))} bn"
    if abs(millions) >= 1:
        return f"CNY {_trimmed(millions)} m"
    return f"CNY {_in_unit(fen, AmountUnit.YUAN, places=places, trim=True)}"


def amount_parts(fen: int | Fraction, places: int = 2, *, trim: bool = True) -> tuple[str, AmountUnit]:
    """Give number and unit apart, so that a page can translate the unit.

    The unit is chosen after rounding, so that 10,000.00万元 never appears; what would round to nothing
    in 万元 is given in 元.
    """
    in_wan = round_half_up(fen, places, per=UNIT_FEN[AmountUnit.WAN])
    unit = AmountUnit.YI if abs(in_wan) >= 10_000 else AmountUnit.WAN
    if fen and not in_wan:
        unit = AmountUnit.YUAN
    return _in_unit(fen, unit, places=places, trim=trim), unit


def yuan_string(fen: int) -> str:
    """Write fen as the API's decimal string of yuan: "1000000000.00"."""
    yuan, cents = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{yuan}.{cents:02d}"


def parse_yuan(text: str, *, allow_negative: bool = False) -> int:
    """Read the API's decimal string of yuan into fen, exactly.

    Raises AmountError for anything but plain digits with a point, for parts of a fen, and for a negative
    amount unless it is allowed.
    """
    if not _YUAN_TEXT.fullmatch(text):
        raise AmountError("money.not_an_amount", text)
    exact = Fraction(text) * FEN_PER_YUAN
    if exact < 0 and not allow_negative:
        raise AmountError("money.negative", text)
    if exact.denominator != 1:
        raise AmountError("money.part_of_fen", text)
    if abs(exact) > MAX_FEN:
        raise AmountError("money.too_large", text)
    return int(exact)


def format_percent(rate: Fraction | None, places: int = 1) -> str:
    """Write a rate (1 is 100 %) as "72.3%"; "—" where there is none."""
    return NOT_KNOWN if rate is None else f"{_plain(round_half_up(rate * 100, places))}%"


def format_points(points: Fraction | None, places: int = 1, *, signed: bool = True) -> str:
    """Write percentage points as "-17.2" or "+13.8", without the words 个百分点; "—" where there are none.

    `signed=False` drops both signs, for sentences that say 快于 or 慢于.
    """
    if points is None:
        return NOT_KNOWN
    rounded = round_half_up(points, places)
    if not signed:
        return _plain(abs(rounded))
    return ("+" if rounded > 0 else "") + _plain(rounded)


def rate_string(rate: Fraction | None, places: int = 4) -> str | None:
    """Write a rate for the API: "0.6080"; None stays None."""
    return None if rate is None else _plain(round_half_up(rate, places))


def _in_unit(fen: int | Fraction, unit: AmountUnit, *, places: int, trim: bool) -> str:
    rounded = round_half_up(fen, places, per=UNIT_FEN[unit])
    return _trimmed(rounded) if trim else _plain(rounded, grouped=True)


def _trimmed(rounded: Decimal) -> str:
    text = _plain(rounded, grouped=True)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain(value: Decimal, *, grouped: bool = False) -> str:
    # A negative value that rounds to zero is zero, not "-0.0".
    value = value if value else abs(value)
    return f"{value:,f}" if grouped else f"{value:f}"
