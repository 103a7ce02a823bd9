"""Read the cells of one row by the columns' keys, and keep what is wrong with them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from app.core.clock import SigningDay
from app.core.money import AmountQualifier, ParsedAmount
from app.core.sheets.reading import (
    CellProblem,
    SheetColumn,
    SheetRow,
    Value,
    amount_of,
    day_of_cell,
    number_of,
    text_of,
)
from app.core.sheets.reading.values import says_nothing
from app.transfers.rules import Cure, Finding, Severity

Choice = TypeVar("Choice")
NOT_KNOWN = ParsedAmount(None, AmountQualifier.UNKNOWN)
LONGEST_SHOWN = 60


class RowReader:
    """One row of a ledger. Reading never raises: what cannot be read is kept in `findings` and is unknown."""

    def __init__(self, row: SheetRow, columns: Mapping[str, SheetColumn]) -> None:
        self.row = row
        self.columns = columns
        self.findings: list[Finding] = []
        self.given: set[str] = set()

    def value(self, key: str) -> Value:
        column = self.columns.get(key)
        return None if column is None else self.row.cell(column.index)

    def text(self, key: str, *, most: int, multiline: bool = False) -> str:
        """Read a text; one that is too long is an error, because cutting it would lose words."""
        value = self.value(key)
        text = text_of(value, multiline=multiline)
        if not text:
            return ""
        if len(text) > most:
            self.error(key, "error.transfers.too_long", Cure.TEXT, most=most)
            return ""
        self.given.add(key)
        return text

    def amount(self, key: str) -> ParsedAmount:
        """Read an amount in the unit that the header names; a cell merged over rows is nobody's own amount."""
        column = self.columns.get(key)
        if column is None or self.row.cell(column.index) is None:
            return NOT_KNOWN
        if column.index in self.row.spread:
            self.warn(key, "error.transfers.merged_amount", Cure.AMOUNT)
            return NOT_KNOWN
        try:
            amount = amount_of(self.row.cell(column.index), unit=column.unit)
        except CellProblem as problem:
            self.error(key, f"error.{problem.code}", Cure.AMOUNT)
            return NOT_KNOWN
        if amount.fen is not None or amount.min_fen is not None or amount.max_fen is not None:
            self.given.add(key)
        return amount

    def one_amount(self, key: str) -> int | None:
        """Read an amount that must be one number."""
        amount = self.amount(key)
        if amount.fen is None and key in self.given:
            self.given.discard(key)
            self.error(key, "error.transfers.one_amount", Cure.AMOUNT)
        return amount.fen

    def day(self, key: str) -> SigningDay | None:
        """Read a day with the precision that it has."""
        try:
            day = day_of_cell(self.value(key))
        except CellProblem as problem:
            self.error(key, f"error.{problem.code}", Cure.DAY)
            return None
        if day is not None:
            self.given.add(key)
        return day

    def exact_day(self, key: str, *, until: date | None = None) -> date | None:
        """Read a day that is stored as one: of a month its last, which is said. `until`: it may not be later."""
        day = self.day(key)
        if day is None:
            return None
        stored = day.last
        if until is not None and stored > until:
            if day.first > until:
                self.given.discard(key)
                self.error(key, "error.transfers.in_the_future", Cure.DAY)
                return None
            stored = until
        if not day.is_exact:
            self.warn(key, "error.transfers.last_day_taken", Cure.DAY, day=stored.isoformat())
        return stored

    def number(self, key: str) -> Decimal | None:
        try:
            number = number_of(self.value(key))
        except CellProblem as problem:
            self.error(key, f"error.{problem.code}", Cure.NUMBER)
            return None
        if number is not None:
            self.given.add(key)
        return number

    def choice(self, key: str, words: Mapping[str, Choice]) -> Choice | None:
        """Read one of a few words; another word is an error that lists them."""
        text = self.folded(key)
        if not text or says_nothing(text):
            return None
        if text in words:
            self.given.add(key)
            return words[text]
        offered = "、".join(dict.fromkeys(words))
        self.error(key, "error.transfers.unknown_word", Cure.WORD, words=offered[:200])
        return None

    def folded(self, key: str) -> str:
        return "".join(unicodedata.normalize("NFKC", text_of(self.value(key))).split()).casefold()

    def error(self, key: str, message: str, cure: Cure, **params: Any) -> None:
        self._find(key, message, cure, Severity.ERROR, params)

    def warn(self, key: str, message: str, cure: Cure, **params: Any) -> None:
        self._find(key, message, cure, Severity.WARNING, params)

    def _find(self, key: str, message: str, cure: Cure, severity: Severity, params: dict[str, Any]) -> None:
        column = self.columns.get(key)
        value = text_of(self.value(key))
        shown = value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…"
        self.findings.append(
            Finding(
                row=self.row.number,
                column=column.index if column else None,
                header=column.header if column else "",
                value=shown,
                message=message,
                cure=cure,
                severity=severity,
                params=params,
            )
        )

    @property
    def wrong(self) -> bool:
        return any(finding.severity is Severity.ERROR for finding in self.findings)
