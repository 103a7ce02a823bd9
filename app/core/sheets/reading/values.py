"""Read one cell as text, amount, day or number, whatever type the spreadsheet gave it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from app.core.clock import DayError, SigningDay, parse_signing_day
from app.core.money import AmountError, AmountQualifier, AmountUnit, ParsedAmount, cell_text, parse_amount
from app.core.sheets.reading.shape import Value
from app.core.text import clean_text

NOTHING = re.compile(r"[-/—–_]*|未知|不详|不明|待定|待补|待核实?|未定|未公布|无|暂无|n/?a|none|null|tbd")
_FAULT = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!)")
_UNKNOWN = ParsedAmount(None, AmountQualifier.UNKNOWN)


class CellProblem(ValueError):
    """A cell that cannot be read as what its column holds; `code` is stable, the wording is translated."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def text_of(value: Value, *, multiline: bool = False) -> str:
    """Write a cell as text; empty where it is empty. A whole number has no decimals, a day no time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return cell_text(float(value)) if isinstance(value, float) else str(value)
    return clean_text(value, multiline=multiline)


def amount_of(value: Value, *, unit: AmountUnit | None) -> ParsedAmount:
    """Read an amount; `unit` is what a bare number means. Empty is unknown. Raises CellProblem."""
    _refuse_fault(value)
    if value is None:
        return _UNKNOWN
    if isinstance(value, date | bool):
        raise CellProblem("money.not_an_amount")
    try:
        return parse_amount(text_of(value), default_unit=unit)
    except AmountError as refusal:
        raise CellProblem(refusal.code) from None


def day_of_cell(value: Value) -> SigningDay | None:
    """Read a day with the precision that it has; None where nothing is known. Raises CellProblem."""
    _refuse_fault(value)
    if value is None or (isinstance(value, str) and says_nothing(value)):
        return None
    if isinstance(value, bool):
        raise CellProblem("clock.not_a_day")
    try:
        return parse_signing_day(value)
    except DayError as refusal:
        raise CellProblem(refusal.code) from None


def number_of(value: Value) -> Decimal | None:
    """Read a plain number, with or without a unit behind it (120亩). Raises CellProblem."""
    _refuse_fault(value)
    text = unicodedata.normalize("NFKC", text_of(value)).replace(",", "")
    if not text or says_nothing(text):
        return None
    bare = re.sub(r"\s*(?:亩|万亩|个|人|台|%)$", "", text)
    try:
        number = Decimal(bare)
    except InvalidOperation:
        raise CellProblem("sheets.not_a_number") from None
    if not number.is_finite() or number < 0 or number.adjusted() > 12:
        raise CellProblem("sheets.not_a_number")
    return number * 10_000 if text.endswith("万亩") else number


def says_nothing(text: str) -> bool:
    """Tell whether a text only says that nothing is known: 待定, 无, a dash."""
    return bool(NOTHING.fullmatch("".join(unicodedata.normalize("NFKC", text).split()).casefold()))


def _refuse_fault(value: Value) -> None:
    if isinstance(value, str) and _FAULT.match(value.strip()):
        raise CellProblem("sheets.formula_fault")
