"""Open a file of any of the four formats and give its sheets as rows of plain values."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from pathlib import PurePath

import python_calamine

from app.core.sheets.reading.guarding import LONGEST, MOST_COLUMNS, MOST_ROWS, WIDEST, guard_package
from app.core.sheets.reading.problems import (
    SheetProtected,
    SheetTooLarge,
    SheetUnreadable,
    UnknownEncoding,
    UnknownFormat,
)
from app.core.sheets.reading.shape import Grid, Value

FORMATS = (".xlsx", ".xls", ".ods", ".csv")
_ZIPPED = {".xlsx": "xl/workbook.xml", ".ods": "content.xml"}
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_SEPARATORS = ",\t;"
_MOST_SHEETS = 30
_LONGEST_CELL = 32_767


def open_book(content: bytes, *, filename: str) -> list[Grid]:
    """Read every visible sheet. Raises a refusal of `problems` for what is no ledger or more than one."""
    ending = PurePath(filename).suffix.lower()
    if not content:
        raise SheetUnreadable()
    if ending == ".csv":
        return [Grid("", _csv_rows(content))]
    if ending not in FORMATS:
        raise UnknownFormat()
    # WPS and web sites save one format under the other's name: the content decides.
    if content.startswith(b"PK\x03\x04"):
        guard_package(content, main_part=_ZIPPED.get(ending, _ZIPPED[".xlsx"]))
    elif not content.startswith(_OLE):
        raise UnknownFormat()
    return _workbook(content)


def _workbook(content: bytes) -> list[Grid]:
    try:
        book = python_calamine.load_workbook(BytesIO(content))
        hidden = (python_calamine.SheetVisibleEnum.Hidden, python_calamine.SheetVisibleEnum.VeryHidden)
        names = [sheet.name for sheet in book.sheets_metadata if sheet.visible not in hidden]
        sheets = [book.get_sheet_by_name(name) for name in names[:_MOST_SHEETS]]
    except python_calamine.PasswordError:
        raise SheetProtected() from None
    except python_calamine.CalamineError:
        raise SheetUnreadable() from None
    return [_grid(sheet) for sheet in sheets]


def _grid(sheet: python_calamine.CalamineSheet) -> Grid:
    if sheet.total_width > WIDEST or sheet.total_height > LONGEST:
        raise SheetTooLarge(what="rows", most=MOST_ROWS)
    rows = [[_plain(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
    return Grid(sheet.name, _bounded(rows), merged)


def _plain(value: object) -> Value:
    if isinstance(value, str):
        return value[:_LONGEST_CELL] if value.strip() else None
    if isinstance(value, bool | int | float | datetime | date):
        return value
    if isinstance(value, time | timedelta):
        return str(value)
    return None


def _csv_rows(content: bytes) -> list[list[Value]]:
    text = _decoded(content)
    if "\x00" in text:
        raise SheetUnreadable()
    csv.field_size_limit(min(sys.maxsize, 1_000_000))
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    rows: list[list[Value]] = []
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=separator):
            if len(rows) >= LONGEST:
                raise SheetTooLarge(what="rows", most=MOST_ROWS)
            rows.append([_undefused(cell) for cell in row])
    except csv.Error:
        raise SheetUnreadable() from None
    return _bounded(rows)


def _undefused(cell: str) -> Value:
    """Take off the apostrophe that our own export puts before a text that a spreadsheet would run."""
    text = cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@") else cell
    return text[:_LONGEST_CELL] if text.strip() else None


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: Sequence[str] = ("utf-16",)
    else:
        # GB18030 reads nearly any bytes, so that it comes last; it includes GBK and GB2312.
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnknownEncoding()


def _bounded(rows: list[list[Value]]) -> list[list[Value]]:
    """Drop what is empty at the right and at the end. Raises SheetTooLarge for what is left beyond a ledger's size."""
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    if sum(1 for row in rows if row) > MOST_ROWS:
        raise SheetTooLarge(what="rows", most=MOST_ROWS)
    if max(map(len, rows), default=0) > MOST_COLUMNS:
        raise SheetTooLarge(what="columns", most=MOST_COLUMNS)
    return rows
