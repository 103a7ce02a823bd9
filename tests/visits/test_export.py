"""The list goes out as a sheet: what the filter shows, nothing that runs, on record."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from tests.factories.identity import form_token
from tests.factories.visits import make_visit
from tests.investors.conftest import Office


@pytest.fixture
def filled(office: Office) -> Office:
    for day, summary in ((1, "=cmd()"), (21, "看了厂房")):
        office.make(
            make_visit,
            unit=office.town,
            investor=office.investor,
            from_on=date(2022, 11, day),
            summary=summary,
        )
    return office


def exported(office: Office, who: str, query: str, kind: str):
    client = office.client(who)
    token = form_token(client.get("/account").text)
    return client.post(f"/visits/export{query}", data={"csrf_token": token, "format": kind})


def test_the_sheet_holds_what_the_filter_shows(filled: Office) -> None:
    answer = exported(filled, "member", "?since=2022-11-10", "xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    texts = [str(cell) for row in rows for cell in row]
    assert any("2022-11-10" in text for text in texts)
    assert "共 1 次" in texts
    assert "看了厂房" in texts
    (event,) = filled.events("visit.exported")
    assert event.changes["rows"] == [None, 1]


def test_formulas_are_defused_in_csv(filled: Office) -> None:
    text = exported(filled, "leader", "", "csv").content.decode("utf-8-sig")
    assert ",=cmd()" not in text
    assert text.splitlines()[0].startswith("编号,客商")


def test_another_unit_takes_nothing_of_ours_out(filled: Office) -> None:
    text = exported(filled, "elsewhere", "", "csv").content.decode("utf-8-sig")
    assert "云杉" not in text


@pytest.mark.parametrize("who", ["admin", "auditor"])
def test_who_reads_no_records_exports_none(filled: Office, who: str) -> None:
    assert exported(filled, who, "", "csv").status_code == 403
