"""Correcting a deal's facts, and handing deals over to another person."""

from __future__ import annotations

from app.deals import service
from tests.deals.conftest import Office, refuses
from tests.factories.identity import send


def test_facts_are_corrected_and_a_stale_form_shows_both(office: Office) -> None:
    deal = office.deal()
    client = office.client()
    assert client.get(f"/deals/{deal.id}/edit").status_code == 200
    given = {"name": "改名后的项目", "place": "城西", "version": deal.version}
    assert send(client, f"/deals/{deal.id}/edit", **given).status_code == 303
    assert office.row(deal.id).place == "城西"
    stale = send(client, f"/deals/{deal.id}/edit", **given | {"place": "城东"})
    assert stale.status_code == 412
    assert "城西" in stale.text
    assert send(office.client("elsewhere"), f"/deals/{deal.id}/edit", **given).status_code == 404
    assert send(office.client("leader"), f"/deals/{deal.id}/edit", **given).status_code == 403


def test_open_deals_are_handed_over(office: Office) -> None:
    giver, taker = office.people["member"].person_id, office.people["colleague"].person_id
    deal = office.deal(responsible_person_id=giver)
    done = office.deal(responsible_person_id=giver, stage="terminated")
    with office.database.writing() as session:
        actor = office.actor("head")
        moved = service.reassign(
            session, actor, from_person_id=giver, to_person_id=taker, at=office.clock.now
        )
        assert [each.id for each in moved] == [deal.id]
    assert office.row(deal.id).responsible_person_id == taker
    assert office.row(done.id).responsible_person_id == giver
    assert office.events("deal.handed_over")


def test_facts_that_cannot_be_are_refused(office: Office) -> None:
    deal = office.deal()
    for field, value in (("name", ""), ("land_mu", "很多"), ("leader_in_charge_id", str(deal.id))):
        answer = office.act(deal, "edit", **{"name": deal.name, field: value})
        assert answer.status_code == 422
        assert f"#f-{field}" in answer.text


def test_only_writers_of_the_unit_correct_facts(office: Office) -> None:
    refuses(office, office.deal(), "edit", name="改名后的项目")
