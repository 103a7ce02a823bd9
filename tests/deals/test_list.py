"""The list of deals, the schedule, occasions: found, summed, taken out as files, at a constant number of queries."""

from __future__ import annotations

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from app.core.money import AmountQualifier
from app.deals.rules import TermsState
from tests.deals.conftest import Office
from tests.factories.identity import send


def test_the_list_counts_sums_and_keeps_unknown_amounts_apart(office: Office) -> None:
    office.deal(state=TermsState.VERIFIED)
    office.deal(total_fen=20_000_000_000)
    office.deal(total_fen=None)
    page = office.client().get("/deals").text
    assert "共 3 个，总投资合计 3亿元" in page
    assert "1 个金额未知" in page
    assert "已认定 1 个、1亿元" in page


@pytest.mark.parametrize("typed", ["光学", "gxmz", "guangxue", "桐乡新纺"])
def test_a_deal_is_found_by_characters_pinyin_initials_and_investor(office: Office, typed: str) -> None:
    office.deal(name="光学模组项目")
    office.deal(name="建材园区", investor=None)
    client = office.client()
    page = client.get("/deals", params={"q": typed}).text
    assert "光学模组项目" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("stage=signed", True),
        ("stage=started", False),
        ("state=draft", True),
        ("state=verified", False),
        ("year=2022", True),
        ("year=2021", False),
        ("amount=1_5", True),
        ("amount=10_more", False),
        ("amount=10_20", False),
        ("origin=out_of_province", True),
        ("origin=foreign", False),
        ("agreement=formal_contract", True),
        ("flag=not_started", True),
        ("flag=pending", False),
        ("sort=-amount", True),
        ("sort=signed", True),
        ("page=nonsense", True),
    ],
)
def test_the_list_filters(office: Office, query: str, found: bool) -> None:
    deal = office.deal()
    page = office.client().get(f"/deals?{query}")
    assert page.status_code == 200
    assert (deal.name in page.text) is found


def test_each_reads_the_deals_of_his_own_units(office: Office) -> None:
    deal = office.deal()
    assert deal.name in office.client("head").get("/deals").text
    assert deal.name in office.client("leader").get("/deals").text
    assert deal.name not in office.client("elsewhere").get("/deals").text
    assert office.client("admin").get("/deals").status_code == 403
    assert office.client("elsewhere").get(f"/deals/{deal.id}").status_code == 404


def test_a_record_knows_its_neighbours_in_the_list_it_came_from(office: Office) -> None:
    small, middle, large = (office.deal(total_fen=fen) for fen in (10**10, 2 * 10**10, 3 * 10**10))
    page = office.client().get(f"/deals/{middle.id}?sort=-amount").text
    assert f'rel="prev" href="/deals/{large.id}?sort=-amount"' in page
    assert f'rel="next" href="/deals/{small.id}?sort=-amount"' in page


def test_the_list_is_taken_out_as_it_is_shown_and_on_record(office: Office) -> None:
    office.deal(name="=cmd()", qualifier=AmountQualifier.ABOUT)
    office.deal(name="不在筛选里", total_fen=10**9)
    client = office.client()
    answer = send(client, "/deals/export?amount=1_5", format="xlsx")
    assert answer.status_code == 200
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    text = str(rows)
    assert "cmd()" in text
    assert "不在筛选里" not in text
    assert "1–5亿元" in text
    (event,) = office.events("deal.exported")
    assert event.changes["rows"] == [None, 1]
    csv = send(client, "/deals/export", format="csv")
    assert csv.content.startswith(b"\xef\xbb\xbf")
    assert send(office.client("admin"), "/deals/export", format="csv").status_code == 403
