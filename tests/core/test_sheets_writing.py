"""What is exported opens in Excel and WPS, carries its scope, and runs nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

from app.core.sheets import Column, ColumnKind, Sheet, csv_bytes, xlsx_bytes

HOSTILE = "=cmd|' /C calc'!A0"


def sheet(**changes: object) -> Sheet:
    given: dict[str, object] = {
        "title": "线索",
        "columns": [
            Column("项目名称"),
            Column("总投资(亿元)", ColumnKind.YI),
            Column("签约时间", ColumnKind.DAY),
            Column("用地(亩)", ColumnKind.NUMBER),
        ],
        "rows": [[HOSTILE, 120_000_000_00, date(2022, 3, 4), Decimal("12.5")], ["甲项目", None, None, None]],
        "notes": ["筛选:阶段=在谈", "共 2 条"],
        "mark": "town 2022-03-05 09:00 导出",
    }
    return Sheet(**(given | changes))  # type: ignore[arg-type]


def test_csv_defuses_formulas_and_keeps_exact_amounts() -> None:
    text = csv_bytes(sheet()).decode("utf-8-sig").splitlines()
    assert text[0] == "项目名称,总投资(亿元),签约时间,用地(亩)"
    assert not text[1].startswith("=")
    assert ",1.2,2022-03-04,12.5" in text[1]
    assert text[2] == "甲项目,,,"
    assert text[-1].endswith("导出")


def test_xlsx_carries_notes_header_and_values() -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(xlsx_bytes(sheet())))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[:4]] == ["线索", "筛选:阶段=在谈", "共 2 条", "项目名称"]
    assert rows[4][1:] == [1.2, date(2022, 3, 4), 12.5]
    assert rows[5][0] == "甲项目"


def test_xlsx_holds_no_formula_and_the_mark_is_on_every_page() -> None:
    with ZipFile(BytesIO(xlsx_bytes(sheet(mark="A & B")))) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert "A &amp;&amp; B" in page
    assert 'orientation="landscape"' in page


def test_odd_titles_make_a_legal_sheet_name() -> None:
    assert CalamineWorkbook.from_filelike(BytesIO(xlsx_bytes(sheet(title="a/b:c*" * 9)))).sheet_names
