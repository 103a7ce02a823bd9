"""A visit of a confidential lead is as closed as the lead: in lists, counts, suspicions, forms and on record."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.leads.models import Lead
from app.visits.models import Visit
from tests.factories.identity import send
from tests.factories.leads import make_lead
from tests.factories.visits import make_visit
from tests.investors.conftest import Office
from tests.visits.test_log import typed, visits


@pytest.fixture(params=["with an owner", "without an owner"])
def secret(request: pytest.FixtureRequest, office: Office) -> Lead:
    """A lead that nobody of these tests' people may open; one without an owner names nobody at all."""
    owner = office.people["leader"].person_id if request.param == "with an owner" else None
    lead: Lead = office.make(
        make_lead,
        unit=office.town,
        investor=office.investor,
        owner=owner,
        title="绝密代号",
        confidential=True,
    )
    return lead


def visit_of(office: Office, lead: Lead, **values: Any) -> Visit:
    made: Visit = office.make(
        make_visit,
        unit=office.town,
        investor=office.investor,
        lead_id=lead.id,
        summary="谈了绝密代号",
        no_follow_up=False,
        next_follow_up_on=date(2022, 11, 20),
        **values,
    )
    return made


@pytest.mark.parametrize("who", ["member", "head", "verifier"])
def test_others_neither_list_nor_open_nor_export_it(office: Office, secret: Lead, who: str) -> None:
    visit, client = visit_of(office, secret), office.client(who)
    for path in ("/visits", "/visits?q=云杉", "/visits?due=1", "/"):
        page = client.get(path).text
        assert str(visit.id) not in page, path
        assert "绝密代号" not in page, path
    assert client.get(f"/visits/{visit.id}").status_code == 404
    assert "绝密代号" not in send(client, "/visits/export", format="csv").content.decode("utf-8-sig")


def test_it_is_no_neighbour(office: Office, secret: Lead) -> None:
    first = office.make(make_visit, unit=office.town, investor=office.investor, from_on=date(2022, 11, 1))
    hidden = visit_of(office, secret, from_on=date(2022, 11, 2))
    assert str(hidden.id) not in office.client().get(f"/visits/{first.id}").text


def test_another_unit_hears_of_no_suspicion_and_cannot_join_it(office: Office, secret: Lead) -> None:
    hidden = visit_of(office, secret)
    mine = office.make(make_visit, unit=office.other, investor=office.investor)
    client = office.client("elsewhere")
    assert "疑似同一次拜访" not in client.get(f"/visits/{mine.id}").text
    answer = send(client, f"/visits/{mine.id}/merge", other_id=str(hidden.id), version=mine.version)
    assert answer.status_code == 409


def test_a_visit_cannot_be_logged_on_it_by_who_may_not_open_it(office: Office, secret: Lead) -> None:
    assert office.client().get(f"/visits/new?lead={secret.id}").status_code == 404
    assert send(office.client(), "/visits/new", **typed(lead_id=str(secret.id))).status_code == 422
    assert visits(office) == []


def test_another_investors_lead_cannot_be_kept_by_this_visit(office: Office) -> None:
    lead = office.make(make_lead, unit=office.town)
    answer = send(office.client(), "/visits/new", **typed(lead_id=str(lead.id)))
    assert answer.status_code == 422
    assert "另一家客商" in answer.text


def test_a_leads_page_begins_a_visit_with_its_investor(office: Office) -> None:
    lead = office.make(make_lead, unit=office.town, investor=office.investor)
    page = office.client().get(f"/visits/new?lead={lead.id}").text
    assert 'value="江西云杉线缆有限公司"' in page
    answer = send(office.client(), "/visits/new", **typed(lead_id=str(lead.id), on_behalf_of=""))
    assert answer.status_code == 303
    assert lead.title in office.client().get(answer.headers["location"]).text
