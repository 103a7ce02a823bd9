"""What a sheet is made of, before and after its header was found. Rows count from 1, as people see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.core.money import AmountUnit

Value = str | int | float | bool | date | datetime | None
# Top row, left column, bottom row, right column, from 0, all included.
Merged = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet as it stands: rows of values, empty cells None."""

    name: str
    rows: Sequence[Sequence[Value]]
    merged: Sequence[Merged] = ()


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column under the header. `words` are what its name may be read from, the most telling first; `unit` is what
    the header, or the sheet's title (单位：万元), says a number means."""

    index: int
    header: str
    words: tuple[str, ...]
    unit: AmountUnit | None = None

    @property
    def letter(self) -> str:
        return letter_of(self.index)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A record's row. `spread` are the columns whose value comes from a cell merged over several rows."""

    number: int
    cells: Sequence[Value]
    spread: frozenset[int] = frozenset()

    def cell(self, index: int) -> Value:
        return self.cells[index] if index < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A row that sums others: 合计 of the whole sheet, or 小计 of a part."""

    number: int
    label: str
    is_grand: bool
    cells: Sequence[Value]

    def cell(self, index: int) -> Value:
        return self.cells[index] if index < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that is no record: a section's heading, a note, a signature line."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A ledger: its header, its records, and what stands beside them."""

    sheet: str
    header_rows: tuple[int, ...]
    columns: Sequence[SheetColumn]
    rows: Sequence[SheetRow]
    totals: Sequence[TotalRow] = field(default_factory=tuple)
    aside: Sequence[Aside] = field(default_factory=tuple)

    def samples(self, index: int, most: int = 3) -> list[Value]:
        """Give the first values of a column that differ."""
        found: list[Value] = []
        for row in self.rows:
            value = row.cell(index)
            if value is not None and value not in found:
                found.append(value)
                if len(found) == most:
                    break
        return found


def letter_of(index: int) -> str:
    """Name a column as spreadsheets do: 0 is A, 26 is AA."""
    name, left = "", index + 1
    while left:
        left, rest = divmod(left - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
