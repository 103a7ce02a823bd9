"""What happens to a deal by the day: stages, notes, funds, credit, lists, readers, evidence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from httpx import Response
from PIL import Image
from sqlalchemy import select

from app.deals import service
from app.deals.models import Credit, Deal, DealNote, Evidence, PaidIn
from app.deals.rules import DealStage, EvidenceKind, TermsState
from tests.deals.conftest import Office
from tests.factories.deals import make_evidence, make_project_list
from tests.factories.identity import form_token, send


def act(office: Office, deal: Deal, action: str, *, who: str = "member", **fields: Any) -> Response:
    given = {"version": office.row(deal.id).version} | fields
    return send(office.client(who), f"/deals/{deal.id}/{action}", **given)


def rows(office: Office, model: type[Any]) -> list[Any]:
    with office.database.reading() as session:
        return list(session.scalars(select(model)))


def picture() -> bytes:
    content = BytesIO()
    Image.new("RGB", (40, 40), "white").save(content, "PNG")
    return content.getvalue()


def upload(office: Office, deal: Deal, *, who: str = "member", **fields: Any) -> Response:
    client = office.client(who)
    token = form_token(client.get("/account").text)
    files = {"file": ("合同首页.png", picture(), "image/png")}
    data = {"csrf_token": token, "kind": "contract_first_page"} | fields
    return client.post(f"/deals/{deal.id}/evidence/new", data=data, files=files)


@pytest.mark.parametrize(
    "action", ["stage", "note", "paid-in", "credits", "lists", "readers", "evidence/new"]
)
def test_each_action_has_a_page_and_its_scope(office: Office, action: str) -> None:
    deal = office.deal()
    path = f"/deals/{deal.id}/{action}"
    assert office.client().get(path).status_code == 200
    assert office.client("elsewhere").get(path).status_code == 404
    assert office.client("leader").get(path).status_code == 403
    assert act(office, deal, action, who="leader").status_code == 403
    wrong = act(
        office, deal, action, who="elsewhere", stage="started", on_day="2022-11-01", as_of="2022-11-01"
    )
    assert wrong.status_code in (404, 422)


def test_a_stage_is_reached_on_its_day(office: Office) -> None:
    deal = office.deal()
    assert act(office, deal, "stage", stage="started", on_day="2022-10-08").status_code == 303
    found = office.row(deal.id)
    assert (found.stage, found.started_on) == (DealStage.STARTED, date(2022, 10, 8))
    assert office.events("deal.moved")[0].changes["stage"] == ["signed", "started"]


def test_a_step_back_needs_its_reason_and_takes_later_days_away(office: Office) -> None:
    deal = office.deal(stage="started")
    assert act(office, deal, "stage", stage="registered", on_day="2022-05-01").status_code == 422
    answer = act(office, deal, "stage", stage="registered", on_day="2022-05-01", note="误报开工")
    assert answer.status_code == 303
    found = office.row(deal.id)
    assert (found.started_on, found.registered_on) == (None, date(2022, 5, 1))


def test_a_day_in_the_future_and_a_termination_are_refused(office: Office) -> None:
    deal = office.deal()
    assert act(office, deal, "stage", stage="started", on_day="2022-12-31").status_code == 422
    assert act(office, deal, "stage", stage="terminated", on_day="2022-11-01").status_code == 422


def test_a_note_is_dated_and_says_something(office: Office) -> None:
    deal = office.deal()
    assert act(office, deal, "note", on_day="2022-11-22").status_code == 422
    given = {
        "on_day": "2022-11-22",
        "progress": "厂房主体封顶",
        "next_step": "设备进场",
        "due_on": "2022-12-20",
        "support_needs": ["energy", "labour"],
    }
    assert act(office, deal, "note", **given).status_code == 303
    (note,) = rows(office, DealNote)
    assert (note.progress, note.support_needs) == ("厂房主体封顶", ["energy", "labour"])
    assert "厂房主体封顶" in office.client().get(f"/deals/{deal.id}").text


def test_funds_are_stated_by_the_day_and_corrected_in_place(office: Office) -> None:
    deal = office.deal()
    answer = act(office, deal, "paid-in", as_of="2022-10-31", total="3000", outside="2000")
    assert answer.status_code == 303, answer.text
    assert act(office, deal, "paid-in", as_of="2022-10-31", total="3200", outside="").status_code == 303
    (row,) = rows(office, PaidIn)
    assert (row.total_fen, row.outside_fen) == (3_200_000_000, None)
    assert office.events("deal.paid_in_stated")[1].changes["paid_in"] == [3_000_000_000, 3_200_000_000]


def test_odd_funds_ask_for_a_reason(office: Office) -> None:
    deal = office.deal()
    given = {"as_of": "2022-10-31", "total": "2亿"}
    assert act(office, deal, "paid-in", **given).status_code == 422
    assert act(office, deal, "paid-in", **given, confirm="true").status_code == 422
    assert act(office, deal, "paid-in", **given, confirm="true", note="含设备").status_code == 303
    assert act(office, deal, "paid-in", as_of="2022-11-01", total="100", outside="200").status_code == 422


def test_credit_sums_to_the_whole(office: Office) -> None:
    deal = office.deal()
    town, other = str(office.town.id), str(office.other.id)
    given = {"credit_unit": [town, other, ""], "credit_role": ["first", "introducer", "first"]}
    wrong = act(office, deal, "credits", **given, credit_share=["60", "30", ""])
    assert wrong.status_code == 422
    answer = act(office, deal, "credits", **given, credit_share=["60", "40", ""])
    assert answer.status_code == 303, answer.text
    shares = {row.unit_id: row.share_percent for row in rows(office, Credit)}
    assert shares == {office.town.id: Decimal(60), office.other.id: Decimal(40)}
    assert office.client("elsewhere").get(f"/deals/{deal.id}").status_code == 200
    assert office.client("elsewhere").get(f"/deals/{deal.id}/edit").status_code == 200
    refused = act(office, deal, "note", who="elsewhere", on_day="2022-11-22", progress="别的单位")
    assert refused.status_code == 403


def test_a_deal_stands_on_several_lists(office: Office) -> None:
    deal = office.deal()
    lists = [office.make(make_project_list), office.make(make_project_list, name="市重点", level="city")]
    answer = act(office, deal, "lists", lists=[str(each.id) for each in lists])
    assert answer.status_code == 303
    page = office.client().get(f"/deals?list={lists[1].id}").text
    assert deal.name in page
    assert act(office, deal, "lists").status_code == 303
    assert deal.name not in office.client().get(f"/deals?list={lists[1].id}").text


def test_evidence_is_uploaded_kept_apart_and_taken_away(office: Office) -> None:
    deal = office.deal()
    answer = upload(office, deal)
    assert answer.status_code == 303, answer.text
    (row,) = rows(office, Evidence)
    assert row.kind is EvidenceKind.CONTRACT_FIRST_PAGE
    client = office.client()
    got = client.get(f"/deals/{deal.id}/evidence/{row.id}")
    assert got.headers["content-disposition"].startswith("attachment")
    shown = client.get(f"/deals/{deal.id}/evidence/{row.id}?preview=true")
    assert shown.headers["content-disposition"].startswith("inline")
    assert "sandbox" in shown.headers["content-security-policy"]
    assert office.client("elsewhere").get(f"/deals/{deal.id}/evidence/{row.id}").status_code == 404
    assert upload(office, deal, who="elsewhere").status_code == 404
    assert act(office, deal, f"evidence/{row.id}/removal").status_code == 303
    assert client.get(f"/deals/{deal.id}/evidence/{row.id}").status_code == 404


def test_a_file_that_is_not_what_it_says_is_refused(office: Office) -> None:
    deal = office.deal()
    client = office.client()
    token = form_token(client.get("/account").text)
    data = {"csrf_token": token, "kind": "contract"}
    files = {"file": ("合同.pdf", b"<html>", "application/pdf")}
    answer = client.post(f"/deals/{deal.id}/evidence/new", data=data, files=files)
    assert answer.status_code == 422
    assert act(office, deal, "evidence/new", kind="contract").status_code == 422


def test_what_verified_terms_rest_on_stays(office: Office) -> None:
    deal = office.deal(state=TermsState.VERIFIED)
    row = office.make(lambda session: make_evidence(session, session.get_one(Deal, deal.id)))
    assert act(office, deal, f"evidence/{row.id}/removal").status_code == 409


def test_only_the_people_named_open_a_confidential_deal(office: Office) -> None:
    deal = office.deal(name="绝密芯片项目")
    reader = office.people["colleague"]
    assert (
        act(office, deal, "readers", confidential="true", readers=[str(reader.person_id)]).status_code == 303
    )
    path = f"/deals/{deal.id}"
    assert office.client().get(path).status_code == 200
    assert office.client("colleague").get(path).status_code == 200
    for who in ("head", "verifier", "leader", "elsewhere"):
        assert office.client(who).get(path).status_code == 404
    listed = office.client("leader").get("/deals").text
    assert "绝密芯片" not in listed
    assert "某项目（保密）" in listed
    assert "共 1 个" in listed
    assert "绝密芯片" not in office.client("leader").get("/deals?q=绝密").text
    assert "某项目（保密）" not in office.client("leader").get("/deals?q=绝密").text
    assert "绝密芯片" not in office.client("leader").get("/deals/schedule").text


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
