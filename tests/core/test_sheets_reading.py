"""Ledgers as offices send them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from app.core.clock import DayPrecision
from app.core.errors import AppError
from app.core.money import AmountQualifier, AmountUnit
from app.core.sheets import reading
from app.core.sheets.reading import (
    CellProblem,
    Table,
    amount_of,
    day_of_cell,
    find_table,
    guarding,
    number_of,
    open_book,
)

DATA = Path(__file__).resolve().parent.parent / "data"
NAMES = {
    "序号": "seq", "项目名称": "name", "投资方": "investor", "总投资": "total", "其中固投": "fixed",
    "到资": "paid", "签约时间": "signed", "责任单位": "unit", "备注": "note",
}  # fmt: skip


def recognise(words: str) -> str | None:
    bare = words.split("(", maxsplit=1)[0].split("（", maxsplit=1)[0].split("[", maxsplit=1)[0]
    return NAMES.get(bare)


def book_of(build: Callable[[Any, Any], None]) -> bytes:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    build(book, book.add_worksheet("台账"))
    book.close()
    return buffer.getvalue()


def table_of(rows: list[list[Any]], merged: tuple[tuple[int, int, int, int], ...] = ()) -> Table:
    """Write rows as .xlsx, with cells merged over (top, left, bottom, right), and read them back."""

    def build(book: Any, sheet: Any) -> None:
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    style = book.add_format({"num_format": "yyyy-mm-dd"})
                    sheet.write_datetime(place, column, datetime(value.year, value.month, value.day), style)
                elif value is not None:
                    sheet.write(place, column, value)
        for top, left, bottom, right in merged:
            sheet.merge_range(top, left, bottom, right, rows[top][left])

    return find_table(open_book(book_of(build), filename="台账.xlsx"), recognise=recognise)


def headers(table: Table) -> list[str]:
    return [column.header for column in table.columns]


HEADER = ["序号", "项目名称", "投资方", "总投资(亿元)"]


def test_the_header_is_found_among_title_rows() -> None:
    table = table_of(
        [
            ["汾溪县2022年招商引资项目台账"],
            [],
            ["填报单位：河下镇", None, None, "2022年11月"],
            HEADER,
            [1, "甲项目", "甲公司", 1.2],
        ],
        merged=((0, 0, 0, 3),),
    )
    assert table.header_rows == (4,)
    assert headers(table) == HEADER
    assert [(row.number, list(row.cells)) for row in table.rows] == [(5, [1.0, "甲项目", "甲公司", 1.2])]


def test_the_header_may_have_two_rows() -> None:
    table = table_of(
        [
            ["序号", "项目名称", "投资情况（万元）", None, None, "备注"],
            [None, None, "总投资", "其中固投", "到资", None],
            [1, "甲项目", 5000, 4000, 100, None],
        ],
        merged=((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 4), (0, 5, 1, 5)),
    )
    assert table.header_rows == (1, 2)
    assert headers(table) == [
        "序号", "项目名称", "投资情况（万元） / 总投资", "投资情况（万元） / 其中固投", "投资情况（万元） / 到资",
        "备注",
    ]  # fmt: skip
    assert [column.unit for column in table.columns][2:5] == [AmountUnit.WAN] * 3
    assert [row.number for row in table.rows] == [3]


def test_two_rows_of_a_csv_have_no_merged_cells() -> None:
    text = "序号,项目名称,投资情况(亿元),,备注\n,,总投资,其中固投,\n1,甲项目,1.5,1,\n"
    table = find_table(open_book(text.encode(), filename="a.csv"), recognise=recognise)
    assert table.header_rows == (1, 2)
    assert [column.unit for column in table.columns][2:4] == [AmountUnit.YI, AmountUnit.YI]
    assert len(table.rows) == 1


def test_a_record_below_the_header_is_not_taken_for_its_second_row() -> None:
    table = table_of([["项目名称", "投资方", "总投资", "备注"], ["甲项目", "甲公司", None, "待补"]])
    assert table.header_rows == (1,)
    assert len(table.rows) == 1


def test_a_unit_named_above_the_table_holds_for_every_amount() -> None:
    table = table_of(
        [
            ["台账"],
            [None, None, None, "单位：万元"],
            ["序号", "项目名称", "投资方", "总投资"],
            [1, "甲", "乙", 3000],
        ]
    )
    assert table.columns[3].unit is AmountUnit.WAN


@pytest.mark.parametrize(
    ("words", "grand"),
    [
        ("合计", True),
        ("合  计", True),
        ("总计：", True),
        ("合计（2个）", True),
        ("小计", False),
        ("省外小计", False),
        ("省外合计", False),
    ],
)
def test_totals_are_kept_apart(words: str, grand: bool) -> None:
    table = table_of([HEADER, [1, "甲", "甲公司", 1], [2, "乙", "乙公司", 2], [words, None, None, 3]])
    assert len(table.rows) == 2
    (total,) = table.totals
    assert (total.is_grand, total.number, total.cell(3)) == (grand, 4, 3.0)


def test_headings_notes_signatures_and_repeated_headers_are_no_records() -> None:
    table = table_of(
        [
            HEADER,
            ["一、工业项目"],
            [1, "甲", "甲公司", 1],
            HEADER,
            ["二、农业项目"],
            [2, "乙", "乙公司", 2],
            ["注：以上为正式合同"],
            ["填报人：张三", None, "审核人：李四"],
        ]
    )
    assert [row.cell(1) for row in table.rows] == ["甲", "乙"]
    assert [each.number for each in table.aside] == [2, 5, 7, 8]


def test_a_name_alone_is_a_record_with_unknown_facts() -> None:
    table = table_of([HEADER, [None, "甲项目", None, None], [2, "乙", None, None]])
    assert [row.cell(1) for row in table.rows] == ["甲项目", "乙"]


def test_a_cell_merged_over_rows_holds_for_each_of_them() -> None:
    table = table_of(
        [["项目名称", "总投资(亿元)", "责任单位"], ["甲", 1, "河下镇"], ["乙", 2, None], ["丙", 3, None]],
        merged=((1, 2, 3, 2),),
    )
    assert [row.cell(2) for row in table.rows] == ["河下镇"] * 3
    assert table.rows[1].spread == {2}


def test_the_sheet_with_the_most_known_columns_is_read_and_hidden_ones_are_not() -> None:
    def build(book: Any, first: Any) -> None:
        first.write_row(0, 0, ["项目名称", "备注"])
        second = book.add_worksheet("明细")
        second.write_row(0, 0, HEADER)
        second.write_row(1, 0, [1, "甲", "甲公司", 1])
        hidden = book.add_worksheet("旧")
        hidden.write_row(0, 0, [*HEADER, "签约时间"])
        hidden.hide()

    table = find_table(open_book(book_of(build), filename="b.xlsx"), recognise=recognise)
    assert table.sheet == "明细"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_comes_in_any_encoding(encoding: str) -> None:
    content = "项目名称,投资方\r\n甲项目,㮾某某公司\r\n".encode(encoding)
    table = find_table(open_book(content, filename="A.CSV"), recognise=recognise)
    assert table.rows[0].cells == ["甲项目", "㮾某某公司"]


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_csv_comes_with_any_separator(separator: str) -> None:
    content = f"项目名称{separator}投资方\n甲{separator}乙\n".encode()
    assert find_table(open_book(content, filename="a.csv"), recognise=recognise).rows[0].cells == ["甲", "乙"]


def test_our_own_notes_and_apostrophes_come_back_as_they_were() -> None:
    content = "项目名称,投资方\n'=甲,'-乙\n# 共 1 个\n".encode()
    table = find_table(open_book(content, filename="a.csv"), recognise=recognise)
    assert [row.cells for row in table.rows] == [["=甲", "-乙"]]


def test_three_samples_are_given_of_a_column() -> None:
    table = table_of([HEADER, *[[n, f"项目{n // 2}", "甲", n] for n in range(9)]])
    assert table.samples(1) == ["项目0", "项目1", "项目2"]


@pytest.mark.parametrize(
    ("content", "filename", "code"),
    [
        (b"", "a.csv", "sheets.unreadable"),
        (b"%PDF-1.4", "a.xlsx", "sheets.unknown_format"),
        (b"hello", "a.docx", "sheets.unknown_format"),
        (b"PK\x03\x04broken", "a.xlsx", "sheets.unreadable"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 600, "a.xls", "sheets.unreadable"),
        (b"\x81\xff\xff\xff,\x80", "a.csv", "sheets.unknown_encoding"),
        ("甲,乙\n1,2\n".encode(), "a.csv", "sheets.no_header"),
    ],
)
def test_what_is_no_ledger_is_refused(content: bytes, filename: str, code: str) -> None:
    with pytest.raises(AppError) as refusal:
        find_table(open_book(content, filename=filename), recognise=recognise)
    assert refusal.value.code == code


def test_one_far_cell_is_refused_before_it_is_unpacked() -> None:
    def build(_book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "项目名称")
        sheet.write(1_048_575, 16_383, "远")

    with pytest.raises(reading.SheetTooLarge):
        open_book(book_of(build), filename="a.xlsx")


def test_too_many_rows_and_columns_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "项目名称,投资方\n" + "甲,乙\n" * (guarding.MOST_ROWS + 1)
    with pytest.raises(reading.SheetTooLarge):
        open_book(rows.encode(), filename="a.csv")
    with pytest.raises(reading.SheetTooLarge):
        open_book(b"," * 5000 + b"1\n", filename="a.csv")


def test_a_package_that_unpacks_without_end_is_refused() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b" " * (guarding.MOST_UNPACKED + 1))
    with pytest.raises(reading.SheetTooLarge):
        open_book(buffer.getvalue(), filename="a.xlsx")


@pytest.mark.parametrize(
    ("value", "unit", "fen", "qualifier"),
    [
        (1.2, AmountUnit.YI, 12_000_000_000, AmountQualifier.EXACT),
        (0.1 + 0.2, AmountUnit.YI, 3_000_000_000, AmountQualifier.EXACT),
        ("约2亿", AmountUnit.WAN, 20_000_000_000, AmountQualifier.ABOUT),
        ("１，２００.5万元", None, 1_200_500_000, AmountQualifier.EXACT),
        ("10亿元以上", None, 100_000_000_000, AmountQualifier.AT_LEAST),
        (None, AmountUnit.YI, None, AmountQualifier.UNKNOWN),
        ("待定", AmountUnit.YI, None, AmountQualifier.UNKNOWN),
    ],
)
def test_amounts_are_read_from_numbers_and_words(
    value: Any, unit: AmountUnit | None, fen: int | None, qualifier: AmountQualifier
) -> None:
    amount = amount_of(value, unit=unit)
    assert (amount.fen, amount.qualifier) == (fen, qualifier)


@pytest.mark.parametrize(
    ("value", "precision", "last"),
    [
        (date(2022, 3, 4), DayPrecision.DAY, date(2022, 3, 4)),
        (44624, DayPrecision.DAY, date(2022, 3, 4)),
        (44624.0, DayPrecision.DAY, date(2022, 3, 4)),
        ("2022.3.4", DayPrecision.DAY, date(2022, 3, 4)),
        ("2022年3月 ", DayPrecision.MONTH, date(2022, 3, 31)),
        (202203, DayPrecision.MONTH, date(2022, 3, 31)),
        ("2009年1-8月", DayPrecision.RANGE, date(2009, 8, 31)),
    ],
)
def test_days_are_read_in_every_form(value: Any, precision: DayPrecision, last: date) -> None:
    day = day_of_cell(value)
    assert day is not None
    assert (day.precision, day.last) == (precision, last)


@pytest.mark.parametrize("value", [None, "待定", "/", " — "])
def test_an_unknown_day_stays_unknown(value: Any) -> None:
    assert day_of_cell(value) is None


@pytest.mark.parametrize(
    ("read", "value", "code"),
    [
        (lambda v: amount_of(v, unit=AmountUnit.YI), "很多", "money.not_an_amount"),
        (lambda v: amount_of(v, unit=None), 5, "money.no_unit"),
        (lambda v: amount_of(v, unit=AmountUnit.YI), "#REF!", "sheets.formula_fault"),
        (lambda v: amount_of(v, unit=AmountUnit.YI), date(2022, 1, 1), "money.not_an_amount"),
        (day_of_cell, "2022-02-30", "clock.impossible_day"),
        (day_of_cell, "昨天", "clock.not_a_day"),
        (number_of, "一大片", "sheets.not_a_number"),
        (number_of, -3, "sheets.not_a_number"),
    ],
)
def test_a_cell_that_cannot_be_read_says_why(read: Callable[[Any], Any], value: Any, code: str) -> None:
    with pytest.raises(CellProblem) as refusal:
        read(value)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("120亩", Decimal(120)),
        (35.5, Decimal("35.5")),
        ("３０", Decimal(30)),
        ("无", None),
        ("1.2万亩", Decimal(12000)),
    ],
)
def test_numbers_may_carry_their_unit(value: Any, number: Decimal | None) -> None:
    assert number_of(value) == number


@pytest.mark.parametrize(("name", "rows", "totals"), [("wanzai-2009.csv", 11, 1), ("fenyi-2022.csv", 4, 0)])
def test_the_published_ledgers_are_read(name: str, rows: int, totals: int) -> None:
    table = find_table(open_book((DATA / name).read_bytes(), filename=name), recognise=recognise)
    assert (len(table.rows), len(table.totals)) == (rows, totals)
    assert table.columns[4].unit is AmountUnit.YI
