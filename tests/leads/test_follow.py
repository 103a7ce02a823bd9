"""Moving a lead on: stage, loss, reopening, news, the referrer's answer."""

from __future__ import annotations

from datetime import date

import pytest

from app.core.ids import new_id
from app.leads import service
from app.leads.rules import LeadStage, LostReason
from tests.factories.identity import send
from tests.leads.conftest import Office


def test_a_lead_moves_forward_and_back(office: Office) -> None:
    lead, client = office.lead(), office.client()
    assert send(client, f"/leads/{lead.id}/stage", stage="negotiating", version=1).status_code == 303
    moved = office.row(lead.id)
    assert (moved.stage, moved.stage_since) == (LeadStage.NEGOTIATING, date(2022, 11, 22))
    assert send(client, f"/leads/{lead.id}/stage", stage="visiting", version=2).status_code == 303
    assert [event.changes["stage"] for event in office.events("lead.moved")] == [
        ["contacted", "negotiating"],
        ["negotiating", "visiting"],
    ]


@pytest.mark.parametrize("stage", ["signed", "lost", "contacted"])
def test_signing_and_losing_are_no_moves(office: Office, stage: str) -> None:
    lead = office.lead()
    refused = send(office.client(), f"/leads/{lead.id}/stage", stage=stage, version=1)
    assert refused.status_code == 409
    assert office.row(lead.id).stage is LeadStage.CONTACTED


def test_a_stale_form_changes_nothing(office: Office) -> None:
    lead, client = office.lead(), office.client()
    send(client, f"/leads/{lead.id}/stage", stage="visiting", version=1)
    late = send(client, f"/leads/{lead.id}/stage", stage="agreed", version=1)
    assert late.status_code == 412
    assert 'name="version" value="2"' in late.text
    assert office.row(lead.id).stage is LeadStage.VISITING


def test_losing_needs_a_reason_and_where_it_went(office: Office) -> None:
    lead, client = office.lead(), office.client()
    assert 'id="e-reason"' in send(client, f"/leads/{lead.id}/loss", version=1).text
    nowhere = send(client, f"/leads/{lead.id}/loss", reason="went_elsewhere", version=1)
    assert nowhere.status_code == 422
    assert "请填写落户何处" in nowhere.text
    done = send(client, f"/leads/{lead.id}/loss", reason="went_elsewhere", lost_to="浙江桐乡", version=1)
    assert done.status_code == 303
    lost = office.row(lead.id)
    assert (lost.stage, lost.lost_reason, lost.lost_to) == (
        LeadStage.LOST,
        LostReason.WENT_ELSEWHERE,
        "浙江桐乡",
    )
    assert lost.protected_until is None
    page = client.get(f"/leads/{lead.id}").text
    assert "落户其他地方" in page
    assert "首报保护随之结束" in page


def test_what_one_unit_lost_another_may_report(office: Office) -> None:
    lead = office.lead(investor=office.investor)
    send(office.client(), f"/leads/{lead.id}/loss", reason="no_answer", version=1)
    office.clock.advance(minutes=5)
    other = office.lead(unit=office.other, investor=office.investor, owner=None)
    assert office.row(other.id).protected_until == date(2022, 11, 29)
    refused = send(office.client(), f"/leads/{lead.id}/reopening", stage="contacted", version=2)
    assert refused.status_code == 409
    assert "双林镇" in refused.text


def test_a_reopened_lead_claims_anew(office: Office) -> None:
    lead, client = office.lead(), office.client()
    send(client, f"/leads/{lead.id}/loss", reason="plans_changed", version=1)
    office.clock.advance(days=20)
    assert (
        send(office.client(), f"/leads/{lead.id}/reopening", stage="visiting", version=2).status_code == 303
    )
    again = office.row(lead.id)
    assert (again.stage, again.lost_reason) == (LeadStage.VISITING, None)
    # The town has no contact at the investor on record, so the new report is not complete.
    assert again.protected_until is None
    assert len(office.events("lead.reopened")) == 1


def test_news_sets_the_next_step_and_stops_the_idle_clock(office: Office) -> None:
    lead = office.lead()
    office.clock.advance(days=50)
    client = office.client()
    assert "已 50 天无进展" in client.get(f"/leads/{lead.id}").text
    told = send(
        client,
        f"/leads/{lead.id}/note",
        text="对方董事长下月来县",
        next_step="准备考察路线",
        next_follow_up_on="2023-01-20",
        version=1,
    )
    assert told.status_code == 303
    page = client.get(f"/leads/{lead.id}").text
    assert "对方董事长下月来县" in page
    assert "天无进展" not in page
    assert office.row(lead.id).next_step == "准备考察路线"


def test_the_referrer_is_answered(office: Office) -> None:
    lead, client = office.lead(referrer_text="桐乡商会"), office.client("verifier")
    page = office.client().get(f"/leads/{lead.id}").text
    assert "一周内答复引荐人" in page
    assert send(client, f"/leads/{lead.id}/answer", reply="已联系，谢谢", version=1).status_code == 303
    assert office.row(lead.id).replied_at == office.clock.now


def test_signing_ends_the_lead_well(office: Office) -> None:
    lead, deal_id = office.lead(), new_id()
    with office.database.writing() as session:
        service.mark_signed(session, office.actor(), lead.id, deal_id, office.clock.now)
    signed = office.row(lead.id)
    assert (signed.stage, signed.deal_id, signed.protected_until) == (LeadStage.SIGNED, deal_id, None)
    with pytest.raises(service.MoveRefused), office.database.writing() as session:
        service.mark_signed(session, office.actor(), lead.id, deal_id, office.clock.now)
    (event,) = office.events("lead.signed")
    assert event.changes["stage"] == ["contacted", "signed"]


ACTIONS = {
    "stage": {"stage": "visiting"},
    "loss": {"reason": "land"},
    "note": {"text": "有新情况"},
    "answer": {"reply": "已经答复"},
    "readers": {"confidential": "true"},
    "edit": {"title": "改名", "source": "other"},
}


@pytest.mark.parametrize(("action", "form"), ACTIONS.items())
def test_another_unit_finds_nothing(office: Office, action: str, form: dict[str, str]) -> None:
    lead, client = office.lead(), office.client("elsewhere")
    assert client.get(f"/leads/{lead.id}/{action}").status_code == 404
    assert send(client, f"/leads/{lead.id}/{action}", version=1, **form).status_code == 404


@pytest.mark.parametrize(
    ("action", "form"), {key: ACTIONS[key] for key in ("stage", "loss", "note", "edit")}.items()
)
def test_who_reads_all_writes_for_none_but_the_own_unit(
    office: Office, action: str, form: dict[str, str]
) -> None:
    lead = office.lead()
    assert send(office.client("verifier"), f"/leads/{lead.id}/{action}", version=1, **form).status_code == 403
    assert send(office.client("leader"), f"/leads/{lead.id}/{action}", version=1, **form).status_code == 403
    assert office.row(lead.id).version == 1
