"""The list as a file: exactly what the filter shows, by whom and when."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook

from tests.factories.identity import send
from tests.factories.investors import make_contact, make_investor
from tests.investors.conftest import Office


def test_a_sheet_holds_what_the_filter_shows_on_all_its_pages(office: Office) -> None:
    with office.database.writing() as session:
        for number in range(55):
            make_investor(session, name=f"麦浪{number:02}号粮油有限公司", home="420100", tags=("粮油",))
    answer = send(office.client(), "/investors/export?home=420000", format="xlsx")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "客商清单"
    assert "筛选条件：所在地：湖北省" in str(rows)
    assert "共 55 家" in str(rows)
    assert "江西云杉线缆有限公司" not in str(rows)
    assert sum(1 for row in rows if str(row[0]).startswith("麦浪")) == 55
    (event,) = office.events("investor.exported")
    assert event.changes["rows"] == [None, 55]
    assert event.actor_name == "钱小树"


def test_csv_defuses_formulas_and_holds_no_contact(office: Office) -> None:
    made = office.make(make_investor, name="=cmd|' /C calc'!A0")
    office.make(make_contact, investor=made, unit=office.town, name="孙大江")
    text = send(office.client(), "/investors/export", format="csv").content.decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text)))
    assert rows[0][:2] == ["名称", "类别"]
    assert any(row[0].startswith("'=") for row in rows)
    assert any("钱小树（河下镇）导出于 2022-11-22 10:30" in "".join(row) for row in rows)
    assert "孙大江" not in text


@pytest.mark.parametrize("who", ["admin", "auditor", "partner"])
def test_who_may_not_export_exports_nothing(office: Office, who: str) -> None:
    assert send(office.client(who), "/investors/export", format="csv").status_code == 403
    assert office.events("investor.exported") == []
