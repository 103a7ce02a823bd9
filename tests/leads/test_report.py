"""Reporting a lead."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.investors.models import Contact, Investor
from app.leads.models import Adjudication, Claim
from app.leads.rules import LeadStage
from tests.factories.identity import send
from tests.leads.conftest import Office


def filled(**changes: object) -> dict[str, object]:
    return {
        "title": "年产 30 万台车载镜头项目",
        "investor_name": "碧潭光学有限公司",
        "investor_kind": "company",
        "source": "outbound_visit",
        "planned": "1.2亿",
        "content": "建设三条模组产线",
        "contact_name": "吴总",
        "contact_phone": "13800000000",
        "first_contact_on": "2022-11-20",
        "next_step": "寄送资料",
        "next_follow_up_on": "2022-11-29",
    } | changes


def test_the_first_complete_report_holds_the_investor_for_seven_days(office: Office) -> None:
    client = office.client()
    answer = send(client, "/leads/new", **filled())
    assert answer.status_code == 303, answer.text
    page = client.get(answer.headers["location"]).text
    assert "L2022-0001" in page
    assert "本单位持有该客商，保护至2022年11月29日" in page
    assert "还剩 7 天" in page
    assert "1.2亿元" in page
    (lead,) = office.leads()
    assert (lead.planned_min_fen, lead.planned_max_fen) == (12_000_000_000, 12_000_000_000)
    assert lead.stage is LeadStage.CONTACTED
    assert lead.protected_until == date(2022, 11, 29)
    assert lead.owner_person_id == office.people["member"].person_id
    (event,) = office.events("lead.reported")
    assert event.unit_id == office.town.id
    assert event.changes["investor"] == [None, "碧潭光学有限公司"]
    assert "13800000000" not in str(event.changes)


def test_the_contact_is_kept_at_the_investor_for_the_unit(office: Office) -> None:
    send(office.client(), "/leads/new", **filled())
    with office.database.reading() as session:
        contact = session.scalars(select(Contact)).one()
    assert (contact.name, contact.unit_id) == ("吴总", office.town.id)


def test_without_contact_the_report_holds_nothing_yet(office: Office) -> None:
    client = office.client()
    answer = send(
        client, "/leads/new", **filled(contact_name=None, contact_phone=None, first_contact_on=None)
    )
    page = client.get(answer.headers["location"]).text
    assert "首报要素未齐" in page
    assert "还缺：联系人、首次接触日期" in page
    (lead,) = office.leads()
    assert lead.protected_until is None
    assert lead.stage is LeadStage.NEW


def test_another_unit_learns_only_that_by_whom_and_until_when(office: Office) -> None:
    send(office.client(), "/leads/new", **filled())
    answer = send(office.client("elsewhere"), "/leads/new", **filled(title="二期厂房", contact_name="郑工"))
    assert answer.status_code == 409
    assert "河下镇" in answer.text
    assert "2022-11-29" in answer.text
    assert "车载镜头" not in answer.text
    assert "吴总" not in answer.text
    assert 'value="二期厂房"' in answer.text  # nothing typed is lost
    assert 'name="ruling_reason"' in answer.text
    assert len(office.leads()) == 1
    with office.database.reading() as session:
        assert len(session.scalars(select(Contact)).all()) == 1


def test_with_a_reason_it_is_filed_for_adjudication_and_waits(office: Office) -> None:
    send(office.client(), "/leads/new", **filled())
    client = office.client("elsewhere")
    answer = send(client, "/leads/new", **filled(ruling_reason="是该公司的另一条产线", second_project="true"))
    assert answer.status_code == 303, answer.text
    page = client.get(answer.headers["location"]).text
    assert "河下镇已首报该客商，保护至2022年11月29日" in page
    assert "申请裁定：是该公司的另一条产线" in page
    with office.database.reading() as session:
        request = session.scalars(select(Adjudication)).one()
    assert request.second_project is True
    assert request.decided_at is None


def test_the_own_unit_is_told_of_its_open_lead(office: Office) -> None:
    client = office.client()
    send(client, "/leads/new", **filled())
    again = send(office.client("colleague"), "/leads/new", **filled())
    assert again.status_code == 409
    assert "L2022-0001" in again.text
    second = send(office.client("colleague"), "/leads/new", **filled(second_project="true", title="二期"))
    assert second.status_code == 303


@pytest.mark.parametrize(
    ("typed", "low", "high"),
    [
        ("约2亿", 20_000_000_000, 20_000_000_000),
        ("5000万-1亿", 5_000_000_000, 10_000_000_000),
        ("2亿以上", 20_000_000_000, None),
        ("8000", 8_000_000_000, 8_000_000_000),
        (None, None, None),
    ],
)
def test_planned_amounts_are_numbers_or_ranges(
    office: Office, typed: str | None, low: int | None, high: int | None
) -> None:
    assert send(office.client(), "/leads/new", **filled(planned=typed)).status_code == 303
    (lead,) = office.leads()
    assert (lead.planned_min_fen, lead.planned_max_fen) == (low, high)


@pytest.mark.parametrize("typed", ["300万", "120亿"])
def test_an_amount_that_may_be_a_slip_is_asked_about_once(office: Office, typed: str) -> None:
    client = office.client()
    asked = send(client, "/leads/new", **filled(planned=typed))
    assert asked.status_code == 422
    assert 'name="confirm_amount"' in asked.text
    assert f'value="{typed}"' in asked.text
    assert send(client, "/leads/new", **filled(planned=typed, confirm_amount="true")).status_code == 303


@pytest.mark.parametrize(
    ("field", "value"),
    [("planned", "很多"), ("first_contact_on", "2022-11-23"), ("title", ""), ("source", "dream")],
)
def test_what_cannot_be_is_said_at_its_field(office: Office, field: str, value: str) -> None:
    answer = send(office.client(), "/leads/new", **filled(**{field: value}))
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text
    assert office.leads() == []


def test_the_same_form_sent_twice_reports_once(office: Office) -> None:
    client, values = office.client(), filled(form_key="one-time")
    first, second = send(client, "/leads/new", **values), send(client, "/leads/new", **values)
    assert first.headers["location"] == second.headers["location"]
    assert len(office.leads()) == 1


def test_somebody_types_for_another(office: Office) -> None:
    client = office.client()
    for_whom = office.people["head"].person_id
    answer = send(client, "/leads/new", **filled(on_behalf_of=for_whom))
    page = client.get(answer.headers["location"]).text
    assert "代李青山填" in page
    (lead,) = office.leads()
    assert lead.owner_person_id == for_whom


def test_a_known_investor_is_taken_by_its_id(office: Office) -> None:
    send(office.client(), "/leads/new", **filled(investor_name="随便", investor_id=office.investor.id))
    (lead,) = office.leads()
    assert lead.investor_id == office.investor.id
    with office.database.reading() as session:
        assert len(session.scalars(select(Investor)).all()) == 1
        assert session.scalars(select(Claim)).one().seq == 1


def test_for_another_unit_nobody_reports(office: Office) -> None:
    assert send(office.client(), "/leads/new", **filled(unit_id=office.other.id)).status_code == 403
    assert send(office.client(), "/leads/new", **filled(unit_id=office.investor.id)).status_code == 404


@pytest.mark.parametrize("who", ["leader", "admin", "auditor", "partner"])
def test_who_writes_no_records_reports_no_leads(office: Office, who: str) -> None:
    client = office.client(who)
    assert client.get("/leads/new").status_code == 403
    assert send(client, "/leads/new", **filled()).status_code == 403
    assert office.leads() == []


def test_all_that_is_missing_is_said_at_once(office: Office) -> None:
    answer = send(office.client(), "/leads/new", **filled(investor_name=" ", source="", planned="很多"))
    assert answer.status_code == 422
    for field in ("investor_name", "source", "planned"):
        assert f'id="e-{field}"' in answer.text
    assert 'value="很多"' in answer.text
