"""Signing a lead: it ends well, its deal keeps its unit, and a confidential one stays so."""

from __future__ import annotations

from app.leads.models import Lead, LeadReader
from app.leads.rules import LeadStage
from tests.deals.conftest import Office
from tests.deals.test_file import typed
from tests.factories.identity import send
from tests.factories.leads import make_lead


def test_signing_a_lead_ends_it_and_keeps_its_unit(office: Office) -> None:
    owner = office.people["member"]
    lead: Lead = office.make(
        make_lead,
        unit=office.town,
        owner=owner.person_id,
        stage=LeadStage.AGREED,
        reported_at=office.clock.now,
    )
    client = office.client()
    page = client.get(f"/deals/new?lead={lead.id}")
    assert page.status_code == 200
    assert lead.title in page.text
    answer = send(client, f"/deals/new?lead={lead.id}", **typed(confirm_amount="true"))
    assert answer.status_code == 303, answer.text
    (deal,) = office.deals()
    assert (deal.lead_id, deal.owner_unit_id) == (lead.id, office.town.id)
    with office.database.reading() as session:
        found = session.get_one(Lead, lead.id)
        assert (found.stage, found.deal_id) == (LeadStage.SIGNED, deal.id)
    again = send(client, f"/deals/new?lead={lead.id}", **typed(confirm_amount="true"))
    assert again.status_code == 409
    assert len(office.deals()) == 1


def test_the_lead_of_another_unit_is_not_found(office: Office) -> None:
    lead: Lead = office.make(
        make_lead, unit=office.town, stage=LeadStage.AGREED, reported_at=office.clock.now
    )
    client = office.client("elsewhere")
    assert client.get(f"/deals/new?lead={lead.id}").status_code == 404
    assert send(client, f"/deals/new?lead={lead.id}", **typed()).status_code == 404


def test_a_confidential_lead_becomes_a_confidential_deal_with_the_same_readers(office: Office) -> None:
    reader = office.people["colleague"]
    lead: Lead = office.make(
        make_lead,
        unit=office.town,
        owner=office.people["member"].person_id,
        stage=LeadStage.AGREED,
        reported_at=office.clock.now,
        confidential=True,
    )
    with office.database.writing() as session:
        session.add(LeadReader(lead_id=lead.id, person_id=reader.person_id))
    answer = send(office.client(), f"/deals/new?lead={lead.id}", **typed(confirm_amount="true"))
    assert answer.status_code == 303, answer.text
    (deal,) = office.deals()
    assert deal.confidential
    path = f"/deals/{deal.id}"
    assert office.client("colleague").get(path).status_code == 200
    assert office.client("head").get(path).status_code == 404


def test_who_only_reads_signs_nothing(office: Office) -> None:
    lead: Lead = office.make(
        make_lead, unit=office.town, stage=LeadStage.AGREED, reported_at=office.clock.now
    )
    for who in ("leader", "admin"):
        assert send(office.client(who), f"/deals/new?lead={lead.id}", **typed()).status_code == 403
    assert office.deals() == []
