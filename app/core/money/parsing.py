"""Read the amounts that people type and that ledgers hold: 约2亿, 1,200.5万元, 0-5000万, 三千万."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

from app.core.money.arithmetic import MAX_FEN, AmountError
from app.core.money.display import UNIT_FEN, AmountUnit, format_amount


class AmountQualifier(StrEnum):
    """How sure an amount is; only an exact one can be verified."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LEAST = "at_least"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class ParsedAmount:
    """What was understood: an amount with its qualifier, or a range, or nothing known.

    A range has no `fen` and the qualifier unknown; a bound that is not given is None. `understood` is the
    Chinese echo for the person who typed, empty when the text says that nothing is known.
    """

    fen: int | None
    qualifier: AmountQualifier
    min_fen: int | None = None
    max_fen: int | None = None
    understood: str = ""


UNKNOWN_AMOUNT = ParsedAmount(None, AmountQualifier.UNKNOWN)

_SCALES = {
    "万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "十亿": 10**9, "亿": 10**8,
    "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "千": 10**3, "百": 10**2,
    "billion": 10**9, "million": 10**6,
}  # fmt: skip
# 3千 under a header 万元 means 3000万; 3万 says its unit itself.
_NAMES_A_UNIT = 10_000
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
# Comma groups are of three digits: "1,2" is more likely a slip than a number, so it is refused.
_DIGITS = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?(?:e\+?[0-9]{1,6})?|\.[0-9]+"
_HAN = r"[零〇一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟廿]+(?:点[零〇一二三四五六七八九]+)?"
_TERM = re.compile(rf"(?P<number>{_DIGITS}|{_HAN})(?P<scale>{_SCALE})?")
_HAN_DIGIT = {digit: str(value) for value, digit in enumerate("零一二三四五六七八九")} | {"〇": "0"}

_NOTHING_KNOWN = re.compile(
    r"[-/—–_]*|未知|不详|不明|待定|待补|待核实?|未定|未公布|面议|保密|无|暂无|n/?a|none|null|tbd"
)
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf(?:inity)?|∞)")
_FOREIGN = re.compile(
    r"美元|美金|欧元|港元|港币|日元|英镑|韩元|台币|澳元|加元|新元|卢布|法郎|usd|eur|hkd|jpy|gbp|[$€£]"
)
_LEAD = re.compile(r"^(?:计划|预计|拟|总)*(?:投资(?:总额|额)?)?[:为]?(?:人民币|rmb|cny|[¥￥])?")
_TAIL = re.compile(r"(?:整|正|人民币|rmb|cny)$")
_ABOUT = re.compile(r"^(?:大约|大概|约为|约|近|~|≈)|(?:左右|上下)$")
_AT_LEAST = re.compile(
    r"^(?:不低于|不少于|不小于|至少|最低|超过|超|逾|高于|大于|多于|>=?|≥)|(?:及以上|以上|之上|起|\+)$"
)
_AT_MOST = re.compile(
    r"^(?:不超过|不高于|不多于|不大于|至多|最多|低于|少于|小于|不足|<=?|≤)|(?:及以下|以下|以内|之内)$"
)
_SOME_MORE = re.compile(r"(?<=[0-9十百千万亿])[多余](?=万|亿|元|$)")
_RANGE = re.compile(r"^(?P<low>[^-]+)-(?P<high>[^-]+)$")
_DASHES = re.compile(r"[-—–−~～〜至到]+")
_SPACE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")

_HEADER_UNITS = (
    (re.compile(r"亿元|(?<=[(\[/:])亿(?=$|[)\]])"), AmountUnit.YI),
    (re.compile(r"百万元"), AmountUnit.MILLION),
    (re.compile(r"(?<![百千十])万元|(?<=[(\[/:])万(?=$|[)\]])"), AmountUnit.WAN),
    (re.compile(r"千元"), AmountUnit.THOUSAND),
    (re.compile(r"(?<=[(\[/:])(?:人民币)?元"), AmountUnit.YUAN),
)


def parse_amount(text: str, *, default_unit: AmountUnit | None) -> ParsedAmount:
    """Read one amount exactly; `default_unit` is what a bare number means (a header's unit, a form's).

    A unit in the text wins over the default. 以上 and 不低于 give a lower bound, 约 an approximate amount,
    "0-5000万" and 以下 a range; an empty cell or 待定 is unknown, never zero.
    Raises AmountError for what is no amount, is negative, endless, too large, in a foreign currency, in
    parts of a fen, or has no unit where `default_unit` is None.
    """
    if len(text) > 64:
        raise AmountError("money.not_an_amount", text)
    return _parse(text, default_unit)


# A ledger holds the same amounts again and again, and an import reads it twice: to check, and to write.
@lru_cache(maxsize=4096)
def _parse(text: str, default_unit: AmountUnit | None) -> ParsedAmount:
    folded = _fold(text)
    if _NOTHING_KNOWN.fullmatch(folded):
        return UNKNOWN_AMOUNT
    if _NOT_FINITE.fullmatch(folded):
        raise AmountError("money.not_finite", text)
    if _FOREIGN.search(folded):
        raise AmountError("money.foreign_currency", text)
    bare, qualifier = _take_qualifier(_LEAD.sub("", _TAIL.sub("", folded)))
    if bare.startswith(("-", "−", "负")):
        raise AmountError("money.negative", text)
    if found := _RANGE.match(_DASHES.sub("-", bare)):
        if qualifier is not None and qualifier is not AmountQualifier.ABOUT:
            raise AmountError("money.not_an_amount", text)
        return _range(found["low"], found["high"], default_unit, text)
    fen = _fen(bare, default_unit, text)
    return _qualified(fen, qualifier)


def header_unit(text: str) -> AmountUnit | None:
    """Recognise the unit that a column header names, as in 总投资(亿元) or 注册资本[万元]; else None."""
    folded = _fold(text)
    if _FOREIGN.search(folded):
        return None
    return next((unit for pattern, unit in _HEADER_UNITS if pattern.search(folded)), None)


def cell_text(value: float | Decimal) -> str:
    """Write a spreadsheet's number with the 15 digits that spreadsheets keep: 0.1 + 0.2 gives "0.3"."""
    return format(value, ".15g") if isinstance(value, float) else str(value)


def _fold(text: str) -> str:
    folded = _SPACE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    folded = (
        folded.replace("圆", "元")
        .replace("億", "亿")
        .replace("萬", "万")
        .replace("【", "[")
        .replace("】", "]")
    )
    return folded.replace("〔", "[").replace("〕", "]").replace("yuan", "元")


def _take_qualifier(text: str) -> tuple[str, AmountQualifier | str | None]:
    for pattern, qualifier in (
        (_AT_LEAST, AmountQualifier.AT_LEAST),
        (_AT_MOST, "at_most"),
        (_ABOUT, AmountQualifier.ABOUT),
        (_SOME_MORE, AmountQualifier.AT_LEAST),
    ):
        bare, found = pattern.subn("", text)
        if found:
            # 约10亿元以上 is a bound: the weaker word goes.
            return _ABOUT.sub("", bare), qualifier
    return text, None


def _qualified(fen: int, qualifier: AmountQualifier | str | None) -> ParsedAmount:
    words = format_amount(fen, places=10)
    if qualifier == "at_most":
        return ParsedAmount(None, AmountQualifier.UNKNOWN, None, fen, f"{words}以下")
    if qualifier is AmountQualifier.AT_LEAST:
        return ParsedAmount(fen, AmountQualifier.AT_LEAST, fen, None, f"{words}以上")
    if qualifier is AmountQualifier.ABOUT:
        return ParsedAmount(fen, AmountQualifier.ABOUT, None, None, f"约{words}")
    return ParsedAmount(fen, AmountQualifier.EXACT, fen, fen, words)


def _range(low: str, high: str, default_unit: AmountUnit | None, text: str) -> ParsedAmount:
    max_fen = _fen(high, default_unit, text)
    # "1-5亿" means 1亿 to 5亿: the first number takes the second's unit.
    own_unit = re.search(r"[万亿元]|illion", low)
    unit_of_high = re.sub(r"^[0-9.,]+", "", high)
    min_fen = _fen(low if own_unit else low + unit_of_high, default_unit, text)
    if min_fen > max_fen:
        raise AmountError("money.range_reversed", text)
    words = f"{format_amount(min_fen, places=10) if min_fen else 0}—{format_amount(max_fen, places=10)}"
    return ParsedAmount(None, AmountQualifier.UNKNOWN, min_fen, max_fen, words)


def _fen(text: str, default_unit: AmountUnit | None, original: str) -> int:
    """Add up terms of falling scale: 1亿2000万."""
    says_yuan = text.endswith("元")
    rest = text[:-1] if says_yuan else text
    yuan, scale_before, has_unit = Fraction(0), 10**13, says_yuan
    while rest:
        term = _TERM.match(rest)
        scale = _SCALES[term["scale"]] if term and term["scale"] else 1
        # 2亿5 is said for 2.5亿 and read as 200,000,005: refused, so that nobody guesses.
        if not term or scale >= scale_before or (has_unit and scale == 1 and not says_yuan):
            raise AmountError("money.not_an_amount", original)
        yuan += _number(term["number"], original) * scale
        has_unit = has_unit or scale >= _NAMES_A_UNIT
        scale_before, rest = scale, rest[term.end() :]
    if scale_before == 10**13:
        raise AmountError("money.not_an_amount", original)
    return _whole_fen(yuan, AmountUnit.YUAN if has_unit else default_unit, original)


def _whole_fen(number: Fraction, unit: AmountUnit | None, original: str) -> int:
    if unit is None:
        raise AmountError("money.no_unit", original)
    exact = number * UNIT_FEN[unit]
    if exact > MAX_FEN:
        raise AmountError("money.too_large", original)
    if exact.denominator != 1:
        raise AmountError("money.part_of_fen", original)
    return int(exact)


def _number(text: str, original: str) -> Fraction:
    if text[0] in "0123456789.":
        value = Decimal(text.replace(",", ""))
        # Before Fraction, which would write 1e400000 out in full.
        if value.adjusted() > 20:
            raise AmountError("money.too_large", original)
        return Fraction(value)
    whole, _, decimals = text.partition("点")
    try:
        value = Decimal(_cn2an().cn2an(whole, "smart"))
    except ValueError:
        raise AmountError("money.not_an_amount", original) from None
    return Fraction(value) + (
        Fraction("0." + "".join(_HAN_DIGIT[digit] for digit in decimals)) if decimals else 0
    )


@cache
def _cn2an() -> Any:
    # Loaded when the first Chinese numeral comes: most processes never meet one.
    return import_module("cn2an")
