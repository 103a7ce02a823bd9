"""Files for people to fill in or to mend: an empty form of each kind, and a ledger with our remarks in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from app.core.i18n import N_, label, translate
from app.core.sheets import Sheet, xlsx_bytes
from app.core.sheets.reading import Grid, Value, open_book
from app.core.text import defuse_formula
from app.transfers.checking import Checked
from app.transfers.exporting import TITLES, columns_of
from app.transfers.rules import Finding, Kind, Severity

_COLOURS = {Severity.ERROR: "#F8D0C8", Severity.WARNING: "#FBEBC0"}


def blank_form(kind: Kind, *, locale: str) -> bytes:
    """Write an empty ledger of a kind, with the rules of filling it in above the header."""
    notes = [
        N_("列可以删减、调换次序；表头里写明金额单位。"),
        N_("不知道的留空，不要填 0；“约2亿”“10亿元以上”“2022年3月”这样写也可以。"),
        N_("单位、责任人按系统里的名称填写；同一文件可以重复导入，不会重复登记。"),
    ]
    sheet = Sheet(
        title=translate(locale, TITLES[kind]),
        columns=columns_of(kind),
        rows=[],
        notes=[translate(locale, note) for note in notes],
        a3=True,
    )
    return xlsx_bytes(sheet)


def annotated(content: bytes, checked: Checked, *, filename: str, locale: str) -> bytes:
    """Write the ledger again with each row's result behind it and each finding at its cell; rows keep their numbers."""
    grid = _grid_of(content, checked, filename=filename)
    buffer = BytesIO()
    import xlsxwriter  # only when a sheet is written: every worker would carry it

    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    page = book.add_worksheet(translate(locale, N_("核对结果")))
    by_row: dict[int, list[Finding]] = defaultdict(list)
    for finding in checked.findings:
        by_row[finding.row].append(finding)
    styles = {severity: book.add_format({"bg_color": colour}) for severity, colour in _COLOURS.items()}
    plain, day = book.add_format({}), book.add_format({"num_format": "yyyy-mm-dd"})
    width = max((len(row) for row in grid.rows), default=0)
    for place, row in enumerate(grid.rows):
        for column, value in enumerate(row):
            _write(page, place, column, value, day if isinstance(value, date) else plain)
        _write_findings(page, place, by_row.get(place + 1, ()), row, styles, locale=locale)
    _write_results(page, checked, by_row, at=width, locale=locale)
    page.freeze_panes(checked.opened.table.header_rows[-1], 0)
    book.close()
    return buffer.getvalue()


def said(finding: Finding, *, locale: str) -> str:
    """Say in one line what is wrong with a cell and how it is mended."""
    what = translate(locale, finding.message, **finding.params)
    return (
        f"{what}；{label(locale, finding.cure)}"
        if locale != "en"
        else f"{what}. {label(locale, finding.cure)}"
    )


def _grid_of(content: bytes, checked: Checked, *, filename: str) -> Grid:
    name = checked.opened.table.sheet
    return next(grid for grid in open_book(content, filename=filename) if grid.name == name)


def _write_findings(
    page: Any,
    place: int,
    findings: Sequence[Finding],
    row: Sequence[Value],
    styles: dict[Severity, Any],
    *,
    locale: str,
) -> None:
    for finding in findings:
        if finding.column is None:
            continue
        value = row[finding.column] if finding.column < len(row) else None
        _write(page, place, finding.column, value, styles[finding.severity])
        page.write_comment(place, finding.column, said(finding, locale=locale))


def _write_results(
    page: Any, checked: Checked, by_row: dict[int, list[Finding]], *, at: int, locale: str
) -> None:
    header = checked.opened.table.header_rows[-1] - 1
    for place, words in enumerate((N_("核对结果"), N_("说明"), N_("系统编号"))):
        page.write_string(header, at + place, translate(locale, words))
    for row in checked.rows:
        remarks = [f"{each.header}：{said(each, locale=locale)}" for each in by_row.get(row.number, ())]
        remarks += [f"{each.label}：{each.theirs or '—'} → {each.yours}" for each in row.changes]
        page.write_string(row.number - 1, at, label(locale, row.verdict))
        page.write_string(row.number - 1, at + 1, defuse_formula("\n".join(remarks)))
        page.write_string(row.number - 1, at + 2, row.code)
    page.set_column(at, at, 12)
    page.set_column(at + 1, at + 1, 60)


def _write(page: Any, line: int, column: int, value: Value, style: Any) -> None:
    if isinstance(value, bool):
        page.write_boolean(line, column, value, style)
    elif isinstance(value, int | float):
        page.write_number(line, column, value, style)
    elif isinstance(value, datetime):
        page.write_datetime(line, column, value, style)
    elif isinstance(value, date):
        midnight = datetime(value.year, value.month, value.day, tzinfo=UTC).replace(tzinfo=None)
        page.write_datetime(line, column, midnight, style)
    elif value is not None:
        page.write_string(line, column, defuse_formula(value), style)
