"""First-report protection as people meet it: judgement, adjudication, the pool, visits that renew."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.core.jobs import Tools
from app.leads import service
from app.leads.models import Adjudication, LeadJudgement
from app.leads.pool.jobs import pool_lapsed
from app.leads.queries import protections_ending
from app.leads.rules import Validity
from app.settings import Settings
from tests.factories.identity import send
from tests.leads.conftest import Office
from tests.leads.test_report import filled


def run_job(office: Office) -> None:
    pool_lapsed(Tools(office.database, Settings(), office.clock), office.clock.now)


def test_a_valid_lead_is_held_for_ninety_days(office: Office) -> None:
    lead, client = office.lead(), office.client("verifier")
    assert send(client, f"/leads/{lead.id}/judgement", validity="valid", version=1).status_code == 303
    judged = office.row(lead.id)
    assert (judged.validity, judged.protected_until) == (Validity.VALID, date(2023, 2, 20))
    assert "保护至2023年2月20日" in office.client().get(f"/leads/{lead.id}").text
    (event,) = office.events("lead.judged")
    assert event.changes["protected_until"] == ["2022-11-29", "2023-02-20"]


def test_an_invalid_one_needs_its_reason_and_holds_nothing(office: Office) -> None:
    lead, client = office.lead(), office.client("verifier")
    assert send(client, f"/leads/{lead.id}/judgement", validity="invalid", version=1).status_code == 422
    done = send(client, f"/leads/{lead.id}/judgement", validity="invalid", note="查无此厂", version=1)
    assert done.status_code == 303
    assert office.row(lead.id).protected_until is None
    assert "已研判为无效线索" in office.client().get(f"/leads/{lead.id}").text
    with office.database.reading() as session:
        assert [each.validity for each in session.scalars(select(LeadJudgement))] == [Validity.INVALID]


@pytest.mark.parametrize("who", ["member", "head", "leader", "admin"])
def test_only_verifiers_judge_and_decide(office: Office, who: str) -> None:
    lead, client = office.lead(), office.client(who)
    assert send(client, f"/leads/{lead.id}/judgement", validity="valid", version=1).status_code == 403
    decision = send(
        client, f"/leads/{lead.id}/rulings/{lead.id}", outcome="no_claim", note="不行不行", version=1
    )
    assert decision.status_code == 403


def test_a_ruling_gives_the_hold_to_the_other_unit(office: Office) -> None:
    send(office.client(), "/leads/new", **filled())
    office.clock.advance(hours=3)
    send(
        office.client("elsewhere"),
        "/leads/new",
        **filled(ruling_reason="我镇三月就已接触", contact_name="郑工"),
    )
    first, second = office.leads()
    with office.database.reading() as session:
        request = session.scalars(select(Adjudication)).one()
    client, address = office.client("verifier"), f"/leads/{second.id}/rulings/{request.id}"
    assert "我镇三月就已接触" in client.get(f"/leads/{second.id}").text
    assert client.get(address).status_code == 200
    assert second.title in client.get("/leads?ruling=true").text
    office.clock.advance(days=1)
    client = office.client("verifier")
    done = send(client, address, outcome="takes_hold", note="有来函为证", version=second.version)
    assert done.status_code == 303
    assert office.row(second.id).protected_until == date(2023, 2, 20)
    assert office.row(first.id).protected_until is None
    assert "双林镇已首报该客商" in office.client().get(f"/leads/{first.id}").text
    again = send(client, address, outcome="no_claim", note="再裁一次", version=second.version + 1)
    assert again.status_code == 409


def test_a_waiting_lead_asks_for_a_ruling_once(office: Office) -> None:
    office.lead(investor=office.investor)
    office.clock.advance(minutes=1)
    waiting = office.lead(
        investor=office.investor, unit=office.other, owner=office.people["elsewhere"].person_id
    )
    client = office.client("elsewhere")
    assert "申请裁定" in client.get(f"/leads/{waiting.id}").text
    asked = send(
        client, f"/leads/{waiting.id}/ruling", reason="是另一条产线", second_project="true", version=1
    )
    assert asked.status_code == 303
    assert send(client, f"/leads/{waiting.id}/ruling", reason="再问一次", version=2).status_code == 409


def test_who_holds_has_nothing_to_ask(office: Office) -> None:
    lead = office.lead()
    assert send(office.client(), f"/leads/{lead.id}/ruling", reason="没有争议", version=1).status_code == 409


def test_a_lapsed_lead_goes_to_the_pool_and_another_unit_takes_it(office: Office) -> None:
    lead = office.lead(investor=office.investor)
    office.clock.advance(days=7)
    run_job(office)
    assert office.row(lead.id).in_pool_since is None  # held through 24:00 of day 7
    client = office.client("elsewhere")
    assert client.get(f"/leads/{lead.id}").status_code == 404
    office.clock.advance(days=1)
    run_job(office)
    run_job(office)
    assert office.row(lead.id).in_pool_since == date(2022, 11, 30)
    assert len(office.events("lead.pooled")) == 1
    client = office.client("elsewhere")
    assert lead.title in client.get("/leads?pool=true").text
    own = send(office.client(), f"/leads/{lead.id}/taking", version=1)
    assert own.status_code == 409
    taken = send(
        client,
        f"/leads/{lead.id}/taking",
        contact_name="郑工",
        first_contact_on="2022-11-30",
        version=1,
    )
    assert taken.status_code == 303, taken.text
    theirs = office.row(lead.id)
    assert (theirs.owner_unit_id, theirs.in_pool_since) == (office.other.id, None)
    assert theirs.protected_until == date(2022, 12, 7)
    assert office.client().get(f"/leads/{lead.id}").status_code == 404
    (event,) = office.events("lead.taken")
    assert event.changes["unit"] == ["河下镇", "双林镇"]


def test_a_lead_is_taken_by_one_unit_only(office: Office) -> None:
    lead = office.lead()
    office.clock.advance(days=9)
    run_job(office)
    client = office.client("elsewhere")
    assert send(client, f"/leads/{lead.id}/taking", version=1).status_code == 303
    late = send(office.client("verifier"), f"/leads/{lead.id}/taking", version=2)
    assert late.status_code == 409


def test_a_visit_in_time_prolongs_to_day_180(office: Office) -> None:
    lead = office.lead(validity=Validity.VALID)
    reported = date(2022, 11, 22)
    office.clock.advance(days=92)
    with office.database.writing() as session:
        service.note_contact(
            session,
            office.actor(),
            lead.id,
            visited_on=reported + timedelta(days=90),
            received_at=office.clock.now,
            offline=True,
        )
    renewed = office.row(lead.id)
    assert renewed.protected_until == reported + timedelta(days=180)
    assert renewed.last_contact_on == reported + timedelta(days=90)
    (event,) = office.events("lead.protection_changed")
    assert event.changes["protected_until"][1] == "2023-05-21"
    assert "期内有当面拜访，保护已延长" in office.client().get(f"/leads/{lead.id}").text


def test_a_call_prolongs_nothing(office: Office) -> None:
    lead = office.lead(validity=Validity.VALID)
    with office.database.writing() as session:
        service.note_contact(
            session,
            office.actor(),
            lead.id,
            visited_on=date(2022, 11, 22),
            received_at=office.clock.now,
            offline=False,
        )
    assert office.row(lead.id).protected_until == date(2023, 2, 20)
    assert office.events("lead.protection_changed") == []


def test_what_ends_soon_is_on_the_own_units_list(office: Office) -> None:
    soon, later = office.lead(), office.lead(validity=Validity.VALID)
    with office.database.reading() as session:
        mine = protections_ending(session, office.actor(), date(2022, 11, 23))
        theirs = protections_ending(session, office.actor("elsewhere"), date(2022, 11, 23))
    assert [lead.id for lead in mine] == [soon.id]
    assert later.id not in [lead.id for lead in mine]
    assert theirs == []
