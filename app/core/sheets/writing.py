"""Write a list as .xlsx or .csv: formulas defused, row count and filter in the sheet, the exporter's name on it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

from app.core.text import defuse_formula, plain_number

if TYPE_CHECKING:
    import xlsxwriter

Cell = str | int | Decimal | date | datetime | None

FEN_PER_WAN = 1_000_000
FEN_PER_YI = 10_000_000_000
A4, A3 = 9, 8


class ColumnKind(StrEnum):
    """How a column's values are written. Money comes in fen; the header must name 万元 or 亿元."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    WAN = "wan"
    YI = "yi"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    header: str
    kind: ColumnKind = ColumnKind.TEXT
    width: int = 14


@dataclass(frozen=True, slots=True)
class Sheet:
    """One list to write. `notes` stand above the header: scope, filter, row count, cut-off; `mark` names the
    exporter and instant on every printed page."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    notes: Sequence[str] = ()
    mark: str = ""
    landscape: bool = True
    a3: bool = False
    groups: dict[int, str] = field(default_factory=dict)


def csv_bytes(sheet: Sheet) -> bytes:
    """Write CSV in UTF-8 with a byte order mark, so that Excel shows Chinese; the header is the first line.

    Notes and mark follow the rows, so that programs find header and data where they expect them.
    """
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([defuse_formula(column.header) for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow(
            [_csv_text(value, column.kind) for value, column in zip(row, sheet.columns, strict=True)]
        )
    for note in (*sheet.notes, sheet.mark):
        if note:
            writer.writerow([defuse_formula(f"# {note}")])
    return text.getvalue().encode("utf-8-sig")


def _csv_text(value: Cell, kind: ColumnKind) -> str:
    if value is None:
        return ""
    if kind in (ColumnKind.WAN, ColumnKind.YI):
        return plain_number(money_number(value, kind))
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return defuse_formula(value)


def money_number(fen: Cell, kind: ColumnKind) -> Decimal:
    """Return fen as a number of 万元 or 亿元, exactly."""
    assert isinstance(fen, int)
    return Decimal(fen) / (FEN_PER_WAN if kind is ColumnKind.WAN else FEN_PER_YI)


def xlsx_bytes(sheet: Sheet) -> bytes:
    """Write .xlsx with a title, notes, a frozen header, print settings and the mark in the footer."""
    buffer = BytesIO()
    # Strings stay strings: no cell may turn into a formula, a link or a number by itself.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    import xlsxwriter  # only when a sheet is written: every worker would carry it

    book = xlsxwriter.Workbook(buffer, options)
    page = book.add_worksheet(_sheet_name(sheet.title))
    formats = _formats(book)
    line = _write_head(page, sheet, formats)
    for number, row in enumerate(sheet.rows):
        if (heading := sheet.groups.get(number)) is not None:
            page.write_string(line, 0, heading, formats["group"])
            line += 1
        for place, (value, column) in enumerate(zip(row, sheet.columns, strict=True)):
            _write_cell(page, line, place, value, column.kind, formats)
        line += 1
    _set_up_print(page, sheet)
    book.close()
    return buffer.getvalue()


def _sheet_name(title: str) -> str:
    return "".join("-" if letter in "[]:*?/\\'" else letter for letter in title)[:31] or "Luodi"


def _formats(book: xlsxwriter.Workbook) -> dict[str, object]:
    border = {"border": 1, "border_color": "#BFBFBF", "valign": "top", "text_wrap": True}
    return {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "note": book.add_format({"font_color": "#595959"}),
        "header": book.add_format({**border, "bold": True, "bg_color": "#F2EEE8", "valign": "vcenter"}),
        "group": book.add_format({"bold": True, "bg_color": "#F7F4EF"}),
        ColumnKind.TEXT: book.add_format(border),
        ColumnKind.WHOLE: book.add_format({**border, "num_format": "0"}),
        ColumnKind.NUMBER: book.add_format({**border, "num_format": "#,##0.00"}),
        ColumnKind.WAN: book.add_format({**border, "num_format": "#,##0.######"}),
        ColumnKind.YI: book.add_format({**border, "num_format": "#,##0.00########"}),
        ColumnKind.DAY: book.add_format({**border, "num_format": "yyyy-mm-dd"}),
    }


def _write_head(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, formats: dict[str, object]) -> int:
    page.write_string(0, 0, sheet.title, formats["title"])
    line = 1
    for note in sheet.notes:
        page.write_string(line, 0, note, formats["note"])
        line += 1
    for place, column in enumerate(sheet.columns):
        page.write_string(line, place, column.header, formats["header"])
        page.set_column(place, place, column.width)
    page.freeze_panes(line + 1, 0)
    page.repeat_rows(line)
    return line + 1


def _write_cell(
    page: xlsxwriter.worksheet.Worksheet,
    line: int,
    place: int,
    value: Cell,
    kind: ColumnKind,
    formats: dict[str, object],
) -> None:
    style = formats[kind]
    if value is None or value == "":
        page.write_blank(line, place, None, style)
    elif kind in (ColumnKind.WAN, ColumnKind.YI):
        page.write_number(line, place, float(money_number(value, kind)), style)
    elif isinstance(value, datetime):
        page.write_string(line, place, value.isoformat(timespec="minutes"), style)
    elif isinstance(value, date):
        page.write_datetime(line, place, value, formats[ColumnKind.DAY])
    elif isinstance(value, int | Decimal):
        page.write_number(line, place, float(value), style)
    else:
        page.write_string(line, place, defuse_formula(value), style)


def _set_up_print(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet) -> None:
    if sheet.landscape:
        page.set_landscape()
    page.set_paper(A3 if sheet.a3 else A4)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    # In a footer & starts a code; the mark is text.
    page.set_footer(f"&L{sheet.mark.replace('&', '&&')}&R&P / &N")
