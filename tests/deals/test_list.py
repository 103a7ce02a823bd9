"""The list of deals, the schedule, occasions: found, summed, taken out as files, at a constant number of queries."""

from __future__ import annotations

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from app.core.money import AmountQualifier
from app.deals.jobs import flag_regions
from app.deals.models import Deal
from app.deals.rules import EvidenceKind, TermsState
from app.investors.models import Investor
from app.investors.schemas import EditInvestorInput
from app.investors.service import edit_investor
from tests.counting import counting
from tests.deals.conftest import Office
from tests.factories.deals import make_occasion
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


def test_an_occasion_is_a_record_with_its_deals(office: Office) -> None:
    client = office.client()
    answer = send(client, "/occasions/new", name="元宵签约", kind="signing", first_on="2022-02-15")
    assert answer.status_code == 303, answer.text
    path = answer.headers["location"]
    assert "登记活动" in client.get(path).text
    wrong = send(
        client, "/occasions/new", name="倒着的活动", kind="fair", first_on="2022-02-15", last_on="2022-02-14"
    )
    assert wrong.status_code == 422
    edited = {"name": "元宵集中签约", "kind": "signing", "first_on": "2022-02-15", "version": 1}
    assert send(client, f"{path}/edit", **edited).status_code == 303
    assert send(client, f"{path}/edit", **edited | {"place": "会展中心"}).status_code == 412
    assert "元宵集中签约" in client.get("/occasions").text
    assert send(office.client("leader"), "/occasions/new", **edited).status_code == 403


def test_an_occasion_counts_what_was_signed_there(office: Office) -> None:
    occasion = office.make(make_occasion)
    deal = office.deal(occasion_id=occasion.id)
    page = office.client().get(f"/occasions/{occasion.id}").text
    assert deal.name in page
    assert "共 1 个，总投资合计 1亿元" in page


def test_lists_of_key_projects_are_named_by_verifiers(office: Office) -> None:
    given = {"name": "第一批县重点项目", "level": "county", "year": "2022", "batch": "第一批"}
    assert send(office.client("verifier"), "/project-lists", **given).status_code == 303
    assert send(office.client("verifier"), "/project-lists", **given).status_code == 409
    assert send(office.client(), "/project-lists", **given).status_code == 403
    assert "第一批县重点项目" in office.client().get("/project-lists").text


def test_a_corrected_home_flags_the_deals_that_froze_the_old_one(office: Office) -> None:
    deal = office.deal(state=TermsState.VERIFIED, evidence=[EvidenceKind.CONTRACT])
    with office.database.writing() as session:
        investor = session.get_one(Investor, office.investor.id)
        given = EditInvestorInput(
            kind=investor.kind, name=investor.name, home="江西新余", version=investor.version
        )
        edit_investor(session, office.actor(), investor.id, given, at=office.clock.now)
    for _ in range(2):
        with office.database.writing() as session:
            flag_regions(session, office.clock.advance(minutes=1))
    assert len(office.events("deal.region_flagged")) == 1
    page = office.client().get(f"/deals/{deal.id}").text
    assert "所在地在认定后更正过" in page
    assert "省外" in page
    answer = send(office.client(), f"/deals/{deal.id}/region", version=office.row(deal.id).version)
    assert answer.status_code == 303
    with office.database.writing() as session:
        flag_regions(session, office.clock.advance(minutes=1))
    assert office.row(deal.id).region_flagged_at is None


@pytest.mark.parametrize(
    ("path", "most"), [("/deals", 6), ("/deals/schedule", 6), ("/deals/verification", 6)]
)
def test_a_list_costs_the_same_at_any_length(office: Office, path: str, most: int) -> None:
    def make(number: int) -> None:
        for _ in range(number):
            office.deal(
                state=TermsState.SUBMITTED,
                entered_by=office.people["member"],
                evidence=[EvidenceKind.CONTRACT],
            )

    client = office.client("verifier")
    make(3)
    few = queries_of(office, client, path)
    make(25)
    assert queries_of(office, client, path) == few
    assert few <= most


def queries_of(office: Office, client: object, path: str) -> int:
    with counting(office.database) as counted:
        assert client.get(path).status_code == 200  # type: ignore[attr-defined]
    return len([each for each in counted if "dictionary" not in each])


def test_a_record_stays_within_its_budget(office: Office) -> None:
    deal: Deal = office.deal(evidence=[EvidenceKind.CONTRACT], confidential=True)
    assert queries_of(office, office.client(), f"/deals/{deal.id}") <= 14
