"""The list as a file: exactly what the filter shows, by whom and when."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook

from app.leads.rules import LeadStage
from tests.factories.identity import send
from tests.leads.conftest import Office


def test_a_sheet_holds_what_the_filter_shows_on_all_its_pages(office: Office) -> None:
    for number in range(55):
        office.lead(stage=LeadStage.VISITING, title=f"项目{number:02}")
    office.lead(stage=LeadStage.NEW, title="不在其中")
    answer = send(office.client(), "/leads/export?stage=visiting", format="xlsx")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    text = str(rows)
    assert rows[0][0] == "线索清单"
    assert "筛选条件：阶段：考察对接" in text
    assert "共 55 条" in text
    assert "不在其中" not in text
    assert sum(1 for row in rows if str(row[1]).startswith("项目") and row[1] != "项目名称") == 55
    header = rows.index(next(row for row in rows if row[0] == "编号"))
    assert rows[header + 1][6] == 5000.0  # 万元
    (event,) = office.events("lead.exported")
    assert event.changes == {"rows": [None, 55], "filter": [None, "阶段：考察对接"], "format": [None, "xlsx"]}
    assert event.actor_name == "钱小树"


def test_csv_defuses_formulas_and_names_the_exporter(office: Office) -> None:
    office.lead(title="=cmd|' /C calc'!A0")
    answer = send(office.client(), "/leads/export", format="csv")
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["编号", "项目名称", "投资方"]
    assert rows[1][1].startswith("'=")
    assert any("钱小树（河下镇）导出于 2022-11-22 10:30" in "".join(row) for row in rows)


def test_another_units_leads_are_not_in_it(office: Office) -> None:
    office.lead(unit=office.other, owner=None, title="别镇项目")
    assert "别镇项目" not in send(office.client(), "/leads/export", format="csv").content.decode()


@pytest.mark.parametrize("who", ["admin", "auditor", "partner"])
def test_who_may_not_export_exports_nothing(office: Office, who: str) -> None:
    assert send(office.client(who), "/leads/export", format="csv").status_code == 403
    assert office.events("lead.exported") == []
