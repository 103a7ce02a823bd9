"""What a check finds: per cell what is wrong and how to mend it, per amount column whether the sheet's sum agrees."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a ledger lists."""

    DEALS = "deals"
    LEADS = "leads"
    UNITS = "units"
    PEOPLE = "people"


class Severity(StrEnum):
    """An error keeps the whole file out; a warning is read and let pass."""

    ERROR = "error"
    WARNING = "warning"


class Cure(StrEnum):
    """How a cell is mended."""

    AMOUNT = "amount"
    DAY = "day"
    NUMBER = "number"
    WORD = "word"
    TEXT = "text"
    ROSTER = "roster"
    UNIT = "unit"
    PLACE = "place"
    CODE = "code"
    CONFIRM = "confirm"
    LATER = "later"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one cell. `message` is a coded id with `params`; `column` None is the whole row."""

    row: int
    column: int | None
    header: str
    value: str
    message: str
    cure: Cure
    severity: Severity = Severity.ERROR
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the ledger states otherwise. `applies` is False where an import may not change it."""

    name: str
    label: str
    theirs: str
    yours: str
    applies: bool = True


@dataclass(frozen=True, slots=True)
class TotalCompared:
    """The sheet's own sum of a column against the sum of the rows, both in fen."""

    header: str
    row: int
    stated_fen: int
    read_fen: int

    @property
    def gap_fen(self) -> int:
        return abs(self.read_fen - self.stated_fen)
