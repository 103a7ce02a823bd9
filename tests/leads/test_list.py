"""The list of leads: its state stands in the address."""

from __future__ import annotations

import re
from datetime import date

import pytest

from app.core.money import AmountQualifier
from app.leads.models import Lead
from app.leads.queries import follow_ups_due
from app.leads.rules import LeadSource, LeadStage, Validity
from tests.counting import counting
from tests.factories.core import copies
from tests.factories.investors import make_investor
from tests.factories.leads import make_lead
from tests.leads.conftest import Office


def shown(office: Office, query: str = "", who: str = "member") -> list[str]:
    """Return the codes of the list, in order."""
    answer = office.client(who).get(f"/leads{query}")
    assert answer.status_code == 200, answer.text
    return re.findall(r'</a><small>[^<]*· <span class="nowrap">(\S+)</span></small>', answer.text)


def test_a_member_sees_the_own_unit_and_who_reads_all_sees_all(office: Office) -> None:
    own = office.lead()
    other = office.lead(unit=office.other, owner=None)
    assert shown(office) == [own.code]
    assert shown(office, who="head") == [own.code]
    assert set(shown(office, who="leader")) == {own.code, other.code}
    assert office.client("admin").get("/leads").status_code == 403
    assert office.client("auditor").get("/leads").status_code == 403


@pytest.mark.parametrize("typed", ["车载镜头", "镜头", "chezaijingtou", "czjt", "碧潭", "bitan", "btgx"])
def test_names_are_found_in_characters_pinyin_and_initials(office: Office, typed: str) -> None:
    investor = office.make(make_investor, name="碧潭光学有限公司")
    wanted = office.lead(title="年产三十万车载镜头", investor=investor)
    office.lead(title="麻纺一期")
    assert shown(office, f"?q={typed}") == [wanted.code]


def test_every_filter_narrows(office: Office) -> None:
    abroad = office.make(make_investor, home="DE")
    lead = office.lead(
        investor=abroad,
        stage=LeadStage.NEGOTIATING,
        chain="food",
        source=LeadSource.NATIVE,
        validity=Validity.VALID,
        planned_min_fen=60_000_000_000,
        planned_max_fen=None,
        planned_qualifier=AmountQualifier.AT_LEAST,
        next_follow_up_on=date(2022, 11, 1),
    )
    office.lead(stage=LeadStage.NEW, complete=False)
    owner = office.people["member"].person_id
    for query in (
        "stage=negotiating",
        "stage=in_talks",
        "chain=food",
        "source=native",
        "validity=valid",
        "origin=foreign",
        "amount=from_500m",
        "overdue=follow_up",
        f"investor={abroad.id}",
        f"unit={office.town.id}&stage=in_talks",
        f"owner={owner}&stage=in_talks",
        "mine=true&stage=in_talks",
        "updated=7&stage=in_talks",
        f"q={lead.code}",
    ):
        assert shown(office, f"?{query}") == [lead.code], query
    for query in (
        "origin=county",
        "amount=unknown",
        "pool=true",
        "ruling=true",
        "overdue=idle",
        f"unit={office.other.id}",
    ):
        assert shown(office, f"?{query}") == [], query


def test_idle_leads_are_found_by_their_stage(office: Office) -> None:
    idle = office.lead(stage=LeadStage.NEGOTIATING, last_activity_on=date(2022, 10, 23))
    office.lead(stage=LeadStage.VISITING, last_activity_on=date(2022, 10, 23))
    assert shown(office, "?overdue=idle") == [idle.code]


def test_sort_page_and_totals_cover_the_whole_filter(office: Office) -> None:
    for number in range(55):
        office.lead(
            planned_min_fen=10_000_000_000 + number,
            planned_max_fen=20_000_000_000,
            code=f"L2022-S{number:03}",
        )
    office.lead(
        planned_min_fen=None, planned_max_fen=None, planned_qualifier=AmountQualifier.UNKNOWN, code="L2022-U"
    )
    first = office.client().get("/leads?sort=-planned")
    assert "共 56 条" in first.text
    assert "55亿元–110亿元" in first.text
    assert "（1 条金额未知，未计入）" in first.text
    assert "sort=-planned&amp;page=2" in first.text
    assert shown(office, "?sort=-planned")[0] == "L2022-S054"
    assert shown(office, "?sort=-planned&page=2") == [
        *(f"L2022-S{number:03}" for number in (4, 3, 2, 1, 0)),
        "L2022-U",
    ]


def test_the_record_leads_to_its_neighbours_in_the_list(office: Office) -> None:
    leads = [office.lead(stage=LeadStage.VISITING, planned_min_fen=n * 10**9) for n in (1, 2, 3)]
    office.lead(stage=LeadStage.NEW)
    page = office.client().get(f"/leads/{leads[1].id}?stage=visiting&sort=planned").text
    assert f'rel="prev" href="/leads/{leads[0].id}?stage=visiting&amp;sort=planned"' in page
    assert f'rel="next" href="/leads/{leads[2].id}?stage=visiting&amp;sort=planned"' in page
    assert 'href="/leads?stage=visiting&amp;sort=planned"' in page


def test_an_empty_list_says_what_to_do(office: Office) -> None:
    assert "先报一条" in office.client().get("/leads").text
    office.lead()
    assert "没有符合条件的线索" in office.client().get("/leads?q=不存在").text
    assert office.client().get("/leads?stage=nonsense&page=x").status_code == 200


def test_english_readers_get_english(office: Office) -> None:
    lead, client = office.lead(), office.client()
    client.cookies.set("luodi_preferences", "en..")
    page = client.get("/leads").text
    assert "First-report protection" in page
    assert "1 lead, 0 valid" in page
    assert "7 days left" in client.get(f"/leads/{lead.id}").text


def test_follow_ups_due_are_ones_own(office: Office) -> None:
    due = office.lead(next_follow_up_on=date(2022, 11, 22))
    office.lead(next_follow_up_on=date(2022, 11, 23))
    office.lead(next_follow_up_on=date(2022, 11, 1), owner=office.people["colleague"].person_id)
    office.lead(next_follow_up_on=date(2022, 11, 1), stage=LeadStage.LOST)
    with office.database.reading() as session:
        found = follow_ups_due(session, office.actor(), date(2022, 11, 22))
    assert [lead.id for lead in found] == [due.id]


def statements(office: Office, address: str) -> int:
    client = office.client()
    client.get("/leads")
    with counting(office.database) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_a_list_costs_the_same_at_any_length(office: Office) -> None:
    lead = office.lead()
    short = statements(office, "/leads?q=模组"), statements(office, f"/leads/{lead.id}")
    with office.database.writing() as session:
        for _number in range(60):
            make_lead(session, unit=office.town, investor=office.investor, reported_at=office.clock.now)
    long = statements(office, "/leads?q=模组"), statements(office, f"/leads/{lead.id}")
    assert short == long
    assert short[0] <= 6
    assert short[1] <= 14


def test_a_list_costs_the_same_at_ten_and_at_a_thousand_rows(office: Office) -> None:
    lead = office.lead()
    copies(office.database, Lead, lead.id, 9, code=lambda number: f"L2022-1{number:04}")
    few = statements(office, "/leads"), statements(office, f"/leads/{lead.id}")
    copies(office.database, Lead, lead.id, 990, code=lambda number: f"L2022-2{number:04}")
    assert "共 1000 条" in office.client().get("/leads").text
    assert (statements(office, "/leads"), statements(office, f"/leads/{lead.id}")) == few
    assert few[0] <= 6
    assert few[1] <= 14
