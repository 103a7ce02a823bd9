"""Correcting and completing a lead, handing it over, and what a write costs."""

from __future__ import annotations

from datetime import date

import pytest

from app.core.errors import NotPermitted
from app.identity.actors import actor_of_key, known_key
from app.leads import service
from app.leads.following.schemas import NoteInput
from app.leads.models import Lead
from app.leads.protection.schemas import JudgeInput
from app.leads.queries import get_lead
from app.leads.rules import Validity
from app.leads.schemas import EditLeadInput, ReportLeadInput
from tests.counting import counting
from tests.factories.identity import form_token, make_key, send
from tests.leads.conftest import Office
from tests.leads.test_report import filled


def stored(lead: Lead, **changes: object) -> dict[str, object]:
    return {
        "title": lead.title,
        "source": lead.source.value,
        "planned": "5000万",
        "content": lead.content,
        "first_contact_on": lead.first_contact_on,
        "owner_person_id": lead.owner_person_id,
        "version": lead.version,
    } | changes


def test_old_and_new_stand_in_the_timeline(office: Office) -> None:
    lead, client = office.lead(), office.client()
    form = stored(lead, title="改名项目", planned="8000万", place="工业园")
    assert send(client, f"/leads/{lead.id}/edit", **form).status_code == 303
    page = client.get(f"/leads/{lead.id}").text
    assert f"<del>{lead.title}</del>" in page
    assert "<ins>改名项目</ins>" in page
    assert "<ins>8000万元</ins>" in page.replace(",", "")
    (event,) = office.events("lead.changed")
    assert set(event.changes) == {"title", "planned", "place"}


def test_land_is_written_out_everywhere(office: Office) -> None:
    """Of tens and hundreds of mu the database gives 120.00, and a decimal without its zeros is 1.2E+2."""
    lead, client = office.lead(), office.client()
    assert send(client, f"/leads/{lead.id}/edit", **stored(lead, land_mu="120")).status_code == 303
    assert (
        send(client, f"/leads/{lead.id}/edit", **stored(lead, land_mu="1.5e2", version=2)).status_code == 303
    )
    page = client.get(f"/leads/{lead.id}").text
    assert "150 亩" in page
    assert "<del>120</del> → <ins>150</ins>" in page
    assert 'value="150"' in client.get(f"/leads/{lead.id}/edit").text


def test_nothing_changed_leaves_no_event(office: Office) -> None:
    lead = office.lead()
    assert send(office.client(), f"/leads/{lead.id}/edit", **stored(lead)).status_code == 303
    assert office.events("lead.changed") == []
    assert office.row(lead.id).version == 1


def test_a_report_completed_later_holds_from_then_on(office: Office) -> None:
    lead = office.lead(complete=False)
    assert office.row(lead.id).protected_until is None
    form = stored(lead, content="建两条产线", first_contact_on="2022-11-22", contact_name="吴总")
    assert send(office.client(), f"/leads/{lead.id}/edit", **form).status_code == 303
    assert office.row(lead.id).protected_until == date(2022, 11, 29)


def test_a_stale_form_shows_both_versions(office: Office) -> None:
    lead, client = office.lead(), office.client()
    send(client, f"/leads/{lead.id}/edit", **stored(lead, title="先改的"))
    late = send(client, f"/leads/{lead.id}/edit", **stored(lead, title="后改的"))
    assert late.status_code == 412
    assert "先改的" in late.text
    assert 'value="后改的"' in late.text
    assert office.row(lead.id).title == "先改的"


def test_a_confirmed_amount_is_not_asked_about_again(office: Office) -> None:
    lead, client = office.lead(), office.client()
    asked = send(client, f"/leads/{lead.id}/edit", **stored(lead, planned="200万"))
    assert asked.status_code == 422
    send(client, f"/leads/{lead.id}/edit", **stored(lead, planned="200万", confirm_amount="true"))
    again = send(client, f"/leads/{lead.id}/edit", **stored(lead, planned="200万", version=2, title="只改名"))
    assert again.status_code == 303


def test_a_head_hands_over_what_one_person_follows(office: Office) -> None:
    mine, other = office.lead(), office.lead(unit=office.other, owner=office.people["member"].person_id)
    giver, taker = office.people["member"].person_id, office.people["colleague"].person_id
    with office.database.writing() as session:
        moved = service.reassign(
            session, office.actor("head"), from_person_id=giver, to_person_id=taker, at=office.clock.now
        )
        assert [lead.id for lead in moved] == [mine.id]
    assert office.row(mine.id).owner_person_id == taker
    assert office.row(other.id).owner_person_id == giver
    (event,) = office.events("lead.handed_over")
    assert event.changes["owner_person"] == ["钱小树", "孙大山"]
    with pytest.raises(NotPermitted), office.database.writing() as session:
        service.reassign(
            session, office.actor(), from_person_id=giver, to_person_id=taker, at=office.clock.now
        )


def test_a_partner_refers_edits_until_judged_and_then_only_adds_notes(office: Office) -> None:
    with office.database.writing() as session:
        key, _bearer = make_key(session)
        found = known_key(session, key.key_id)
        assert found is not None
        partner = actor_of_key(found)
        data = ReportLeadInput.model_validate(filled(source="partner"))
        lead = service.report_lead(session, partner, data, at=office.clock.now)
    assert lead.owner_unit_id == office.bureau.id
    assert lead.referred_by_unit_id == partner.unit_ids[0]
    with office.database.writing() as session:
        changed = EditLeadInput.model_validate(filled(source="partner", title="合作单位改名", version=1))
        service.edit_lead(session, partner, lead.id, changed, at=office.clock.now)
        judge = JudgeInput(validity=Validity.VALID, version=2)
        service.judge(session, office.actor("verifier"), lead.id, judge, at=office.clock.now)
    again = EditLeadInput.model_validate(filled(source="partner", title="再改", version=3))
    with pytest.raises(NotPermitted), office.database.writing() as session:
        service.edit_lead(session, partner, lead.id, again, at=office.clock.now)
    with office.database.writing() as session:
        service.note(session, partner, lead.id, NoteInput(text="补充一句", version=3), at=office.clock.now)
        assert get_lead(session, partner, lead.id).title == "合作单位改名"
    assert office.client("elsewhere").get(f"/leads/{lead.id}").status_code == 404


@pytest.mark.parametrize("action", ["new", "note", "judgement"])
def test_a_write_costs_few_statements(office: Office, action: str) -> None:
    lead = office.lead()
    who, path, form = {
        "new": ("member", "/leads/new", filled(investor_name=office.investor.name)),
        "note": ("member", f"/leads/{lead.id}/note", {"text": "有进展", "version": 1}),
        "judgement": ("verifier", f"/leads/{lead.id}/judgement", {"validity": "valid", "version": 1}),
    }[action]
    client = office.client(who)
    token = form_token(client.get("/leads/new" if who == "member" else "/leads").text)
    with counting(office.database) as found:
        answer = client.post(path, data={"csrf_token": token, "form_key": "k", **form})
    assert answer.status_code == 303, answer.text
    assert len(found) <= 18, "\n".join(found)
