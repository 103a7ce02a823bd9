"""Who reads a visit, how the list is filtered, and that it costs the same at any length."""

from __future__ import annotations

from datetime import date

import pytest

from app.identity.models import Unit
from app.visits.models import Visit, VisitUnit
from tests.counting import counting
from tests.factories.core import copies
from tests.factories.deals import make_deal
from tests.factories.identity import form_token, send
from tests.factories.investors import make_investor
from tests.factories.leads import make_lead
from tests.factories.visits import make_visit
from tests.investors.conftest import Office
from tests.visits.test_log import typed


def visit_of(office: Office, unit: Unit, **values: object):
    return office.make(make_visit, unit=unit, investor=office.investor, **values)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("member", 200),
        ("head", 200),
        ("elsewhere", 404),
        ("verifier", 200),
        ("leader", 200),
        ("admin", 403),
        ("auditor", 403),
    ],
)
def test_who_opens_a_visit(office: Office, who: str, status: int) -> None:
    visit = visit_of(office, office.town)
    assert office.client(who).get(f"/visits/{visit.id}").status_code == status


def test_a_unit_that_took_part_reads_it_but_does_not_change_it(office: Office) -> None:
    visit = visit_of(office, office.town)
    with office.database.writing() as session:
        session.add(VisitUnit(visit_id=visit.id, unit_id=office.other.id))
    client = office.client("elsewhere")
    assert client.get(f"/visits/{visit.id}").status_code == 200
    assert send(client, f"/visits/{visit.id}/follow-up").status_code == 403


def test_the_list_filters_by_name_in_characters_pinyin_and_initials(office: Office) -> None:
    visit_of(office, office.town)
    client = office.client()
    for query in ("云杉", "yunshan", "ysxl", "厂房"):
        assert "江西云杉线缆" in client.get(f"/visits?q={query}").text, query
    assert "没有符合条件的拜访" in client.get("/visits?q=不存在的").text


def test_a_visit_knows_its_neighbours_in_the_list_it_came_from(office: Office) -> None:
    first, middle, last = (
        visit_of(office, office.town, from_on=date(2022, 10, day), to_on=date(2022, 10, day))
        for day in (1, 2, 3)
    )
    page = office.client().get(f"/visits/{middle.id}?sort=from_on").text
    assert f'rel="prev" href="/visits/{first.id}?sort=from_on"' in page
    assert f'rel="next" href="/visits/{last.id}?sort=from_on"' in page


def test_the_list_costs_the_same_at_any_length(office: Office) -> None:
    visit_of(office, office.town)
    client = office.client()
    with counting(office.database) as few:
        client.get("/visits")
    with office.database.writing() as session:
        for number in range(60):
            investor = make_investor(session, name=f"第{number}家客商公司")
            make_visit(session, unit=office.town, investor=investor, from_on=date(2022, 10, 1))
    client = office.client()  # signing in is a change too: nothing is remembered
    with counting(office.database) as many:
        answer = client.get("/visits")
    assert "第 1–50 条，共 61 条" in answer.text
    assert len(many) == len(few) <= 6


def test_the_list_costs_the_same_at_ten_and_at_a_thousand_rows(office: Office) -> None:
    visit = visit_of(office, office.town)
    copies(office.database, Visit, visit.id, 9, code=lambda number: f"V2022-1{number:04}")
    client = office.client()
    with counting(office.database) as few:
        client.get("/visits")
    copies(office.database, Visit, visit.id, 990, code=lambda number: f"V2022-2{number:04}")
    client = office.client()
    with counting(office.database) as many:
        assert "共 1000 条" in client.get("/visits").text
    assert len(many) == len(few) <= 6


def test_bad_filters_are_said_and_the_page_stands(office: Office) -> None:
    answer = office.client().get("/visits?since=nonsense&page=0")
    assert answer.status_code == 200


def test_a_record_and_a_save_keep_to_their_budgets(office: Office) -> None:
    client = office.client()
    other = visit_of(office, office.other)
    token = form_token(client.get("/visits/new").text)
    with counting(office.database) as writing:
        answer = client.post("/visits/new", data=typed(from_on="2022-11-21", csrf_token=token))
    here = answer.headers["location"]
    with counting(office.database) as reading:
        page = client.get(here).text
    lead = office.make(make_lead, unit=office.town, investor=office.investor)
    with counting(office.database) as keeping:
        client.post("/visits/new", data=typed(from_on="2022-11-21", lead_id=str(lead.id), csrf_token=token))
    assert len(keeping) <= 18, "\n".join(keeping)
    assert "疑似同一次拜访" in page
    assert str(other.id) in page
    assert len(reading) <= 14, "\n".join(reading)
    assert len(writing) <= 18, "\n".join(writing)


@pytest.mark.parametrize("owner_text", ["", "李老板的朋友"])
def test_a_visit_of_a_confidential_record_is_closed_also_where_nobody_of_the_roster_follows_it(
    office: Office, owner_text: str
) -> None:
    with office.database.writing() as session:
        closed = [
            make_visit(
                session, unit=office.town, investor=office.investor, summary="保密的拜访", **{kind: key}
            )
            for kind, key in (
                (
                    "lead_id",
                    make_lead(session, unit=office.town, confidential=True, owner_text=owner_text).id,
                ),
                ("deal_id", make_deal(session, unit=office.town, confidential=True).id),
            )
        ]
    for who in ("member", "verifier"):
        client = office.client(who)
        assert [client.get(f"/visits/{visit.id}").status_code for visit in closed] == [404, 404]
        assert "保密的拜访" not in client.get("/visits").text
