"""Find the ledger in a sheet: the header among title rows, one or two rows high, then records, totals and notes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from app.core.money import AmountUnit, header_unit
from app.core.sheets.reading.problems import NoHeader
from app.core.sheets.reading.shape import (
    Aside,
    Grid,
    Merged,
    SheetColumn,
    SheetRow,
    Table,
    TotalRow,
    Value,
)
from app.core.sheets.reading.values import text_of

Recognise = Callable[[str], str | None]
SEARCHED_ROWS = 30
_FEWEST = 2

_TOTAL = re.compile(r"(?P<of>.{0,12}?)(?P<word>总合计|合计|总计|共计|累计|小计)(?:\(.{0,12}\))?:?")
_NOTE = re.compile(
    r"(?:注|备注|说明)[:\d]|#|(?:填报|填表|制表|审核|审批|报送|单位负责|负责)[^:]{0,6}:|联系电话:"
)
_SECTION = re.compile(r"(?:\(?[一二三四五六七八九十]+[)、.]|第[一二三四五六七八九十]+[部批类])")
_TITLE_UNIT = re.compile(r"单位:.*元")


def find_table(book: Sequence[Grid], *, recognise: Recognise, sheet: str | None = None) -> Table:
    """Find the ledger: in the sheet that is named, else in the one whose header names the most known columns.

    `recognise` gives a known column's key for a header's words, None for unknown ones. Raises NoHeader.
    """
    best: tuple[int, Grid, int, int] | None = None
    for grid in book:
        if sheet is not None and grid.name != sheet:
            continue
        for row in range(min(SEARCHED_ROWS, len(grid.rows))):
            for height in (1, 2):
                score = _score(grid, row, height, recognise)
                # A title above the names looks like a first row of theirs: of two equal readings the plain one.
                if score >= _FEWEST and (best is None or (score, -height) > (best[0], -best[3])):
                    best = (score, grid, row, height)
    if best is None:
        raise NoHeader()
    _score_of, grid, row, height = best
    return _table(grid, row, height)


def _score(grid: Grid, row: int, height: int, recognise: Recognise) -> int:
    """Count the known columns that a header here would have; 0 where the second row is no header's."""
    if height == 2 and not _is_second(grid, row):
        return 0
    known = set()
    for column in _columns(grid, row, height):
        known.add(next(filter(None, map(recognise, column.words)), None))
    return len(known - {None})


def _is_second(grid: Grid, row: int) -> bool:
    """Tell whether the row below belongs to the header: words under a merged or empty cell, and no numbers."""
    if row + 1 >= len(grid.rows):
        return False
    above, below = grid.rows[row], grid.rows[row + 1]
    filled = [(place, value) for place, value in enumerate(below) if value is not None]
    if not filled or any(not isinstance(value, str) for _place, value in filled):
        return False
    if any(re.match(r"[0-9]", text_of(value)) for _place, value in filled):
        return False
    spread = {
        place for top, left, bottom, right in grid.merged if top == row and bottom == row
        for place in range(left, right + 1)
    }  # fmt: skip
    under = {place for place, _value in filled}
    # Without merged cells a group's name stands over its first part, and nothing over the others.
    begins = {place for place in under if place + 1 in under and _at(above, place + 1) is None}
    free = spread | begins | {place for place in under if _at(above, place) is None}
    return under <= free and bool(under - begins)


def _columns(grid: Grid, row: int, height: int) -> list[SheetColumn]:
    title_unit = _title_unit(grid, row)
    upper = _header_cells(grid, row)
    lower = _header_cells(grid, row + 1) if height == 2 else []
    if height == 2:
        _spread_groups(grid, row, upper, lower)
    columns = []
    for place in range(max(len(upper), len(lower))):
        top, bottom = _at_text(upper, place), _at_text(lower, place)
        if not top and not bottom:
            continue
        header = f"{top} / {bottom}" if top and bottom and top != bottom else bottom or top
        words = tuple(dict.fromkeys(word for word in (bottom, top + bottom, "" if bottom else top) if word))
        unit = header_unit(bottom) or header_unit(top) or title_unit
        columns.append(SheetColumn(place, header, words, unit))
    return columns


def _spread_groups(grid: Grid, row: int, upper: list[str], lower: list[str]) -> None:
    """Let a group's name stand over each of its columns: by the merged cell, else up to the next name."""
    for top, left, bottom, right in grid.merged:
        if top <= row <= bottom:
            upper.extend([""] * (right + 1 - len(upper)))
            for place in range(left, right + 1):
                upper[place] = upper[place] or _at_text(_header_cells(grid, top), left)
                # A name merged over both rows has no second part.
                if bottom > row and place < len(lower):
                    lower[place] = ""
    if not grid.merged:
        for place in range(1, len(lower)):
            if lower[place] and not _at_text(upper, place) and lower[place - 1]:
                upper.extend([""] * (place + 1 - len(upper)))
                upper[place] = upper[place - 1]


def _header_cells(grid: Grid, row: int) -> list[str]:
    if row >= len(grid.rows):
        return []
    return ["".join(text_of(value).split()) for value in grid.rows[row]]


def _title_unit(grid: Grid, header: int) -> AmountUnit | None:
    for row in grid.rows[:header]:
        for value in row:
            if isinstance(value, str) and (said := _TITLE_UNIT.search(unicodedata.normalize("NFKC", value))):
                return header_unit(said[0])
    return None


def _table(grid: Grid, row: int, height: int) -> Table:
    columns = _columns(grid, row, height)
    spread = _spread_down(grid.merged, row + height)
    rows: list[SheetRow] = []
    totals: list[TotalRow] = []
    aside: list[Aside] = []
    headers = {tuple(_header_cells(grid, row + place)) for place in range(height)}
    for place, cells in _body(grid, row + height):
        texts = tuple("".join(text_of(value).split()) for value in cells)
        if texts in headers:
            continue
        number = place + 1
        if (total := _total_of(texts)) is not None:
            totals.append(TotalRow(number, *total, cells))
        elif _is_aside(grid, place, texts, len(columns)):
            aside.append(Aside(number, " ".join(text for text in texts if text)))
        else:
            rows.append(_record(grid, number, cells, spread.get(place, {})))
    headed = tuple(range(row + 1, row + height + 1))
    return Table(grid.name, headed, columns, rows, totals, aside)


def _body(grid: Grid, first: int) -> Iterator[tuple[int, Sequence[Value]]]:
    for place in range(first, len(grid.rows)):
        if any(value is not None for value in grid.rows[place]):
            yield place, grid.rows[place]


def _spread_down(merged: Sequence[Merged], first: int) -> dict[int, dict[int, tuple[int, int]]]:
    """Map each row below a merged cell's first to {column: (row, column) of the value}."""
    found: dict[int, dict[int, tuple[int, int]]] = {}
    for top, left, bottom, right in merged:
        if top < first or (top == bottom):
            continue
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                found.setdefault(row, {})[column] = (top, left)
    return found


def _record(grid: Grid, number: int, cells: Sequence[Value], spread: dict[int, tuple[int, int]]) -> SheetRow:
    if not spread:
        return SheetRow(number, cells)
    filled = list(cells) + [None] * (max(spread) + 1 - len(cells))
    for column, (row, from_column) in spread.items():
        filled[column] = _at(grid.rows[row], from_column)
    return SheetRow(number, filled, frozenset(spread))


def _total_of(texts: Sequence[str]) -> tuple[str, bool] | None:
    """Tell a total by one of its first words: 合计 alone is the whole sheet's, 小计 or 省外合计 a part's."""
    for text in [text for text in texts if text][:3]:
        if found := _TOTAL.fullmatch(unicodedata.normalize("NFKC", text)):
            return text, found["word"] != "小计" and not found["of"]
    return None


def _is_aside(grid: Grid, place: int, texts: Sequence[str], width: int) -> bool:
    filled = [(column, text) for column, text in enumerate(texts) if text]
    column, first = filled[0]
    plain = unicodedata.normalize("NFKC", first)
    if _NOTE.match(plain):
        return True
    if len(filled) > 1 or width <= _FEWEST:
        return False
    merged = any(
        top == place and left == column and right - left >= 2 for top, left, _bottom, right in grid.merged
    )
    return merged or bool(_SECTION.match(plain))


def _at(values: Sequence[Value], place: int) -> Value:
    return values[place] if place < len(values) else None


def _at_text(values: Sequence[str], place: int) -> str:
    return values[place] if place < len(values) else ""
