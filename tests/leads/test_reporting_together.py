"""Many reports at once: as if one after another, in the same few statements however many they are."""

from __future__ import annotations

import random
import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import AppError
from app.core.events import Event
from app.core.ids import new_id
from app.core.models.search import SearchEntry
from app.identity.rules import UnitKind
from app.investors.models import Contact, Investor
from app.leads import service
from app.leads.models import Adjudication, Claim, Lead
from app.leads.protection.holds import hold_on
from app.leads.schemas import ReportLeadInput
from tests.counting import counting
from tests.factories.identity import make_unit
from tests.factories.investors import make_investor
from tests.leads.conftest import Office
from tests.leads.test_api import NEW
from tests.leads.test_report import filled
from tests.partners import Program


def report(**changes: object) -> ReportLeadInput:
    return ReportLeadInput.model_validate(filled(**changes))


def on_record(session: Session, office: Office) -> dict[str, Any]:
    """Return what the database holds of leads, without the ids and codes that a second run gives anew."""
    session.flush()
    leads = {each.id: each for each in session.scalars(select(Lead))}
    names = {each.id: each.name for each in session.scalars(select(Investor))}
    claims = list(session.scalars(select(Claim).order_by(Claim.investor_id, Claim.seq)))
    titles = {claim.id: leads[claim.lead_id].title for claim in claims}
    today = office.clock.now.date()
    return {
        "leads": sorted(
            (each.title, names[each.investor_id], each.stage, str(each.protected_until), each.confidential)
            for each in leads.values()
        ),
        "claims": sorted((names[each.investor_id], each.seq, titles[each.id]) for each in claims),
        "holders": {
            names[key]: hold_on(session, office.town.county_id, key, today=today).state.is_held
            for key in {each.investor_id for each in claims}
        },
        "asked": sorted(titles[key] for key in session.scalars(select(Adjudication.claim_id))),
        "contacts": sorted(
            (names[each.investor_id], each.name, each.phone) for each in session.scalars(select(Contact))
        ),
        "events": sorted(
            (each.kind, leads[each.subject_id].title if each.subject_id in leads else "")
            for each in session.scalars(select(Event))
        ),
        "found": sorted(session.scalars(select(SearchEntry.title))),
        "codes": sorted(each.code for each in leads.values()),
    }


def outcome(one: Lead | AppError) -> tuple[str, ...]:
    if isinstance(one, AppError):
        return (type(one).__name__, getattr(one, "field", ""), str(one.params.get("held_by_unit", "")))
    return ("reported", one.title)


@pytest.mark.parametrize("seed", range(6))
def test_many_at_once_are_as_if_one_after_another(office: Office, seed: int) -> None:
    known = office.make(make_investor, name="江西云顶光电有限公司")
    office.make(make_investor, name="云顶光电旧名有限公司", canonical_id=known.id)
    office.lead(title="在谈的项目", investor=office.investor)
    lead_id = new_id()
    reports = [
        report(title="甲一", investor_name="甲有限公司"),
        report(title="甲二", investor_name="甲 有限公司", contact_phone="138 0000 0000"),
        report(title="甲三", investor_name="甲有限公司", second_project=True),
        report(title="云顶一", investor_name="云顶光电旧名有限公司", contact_name="", contact_phone=""),
        report(title="云顶二", investor_id=known.id, investor_name="", second_project=True),
        report(title="云顶三", investor_name="江西云顶光电有限公司", confidential=True, second_project=True),
        report(title="在谈的", investor_name=office.investor.name),
        report(title="没有这家", investor_id=new_id(), investor_name=""),
        report(title="没有这人", investor_name="乙有限公司", owner_person_id=new_id()),
        report(title="以后接触", investor_name="丙有限公司", first_contact_on="2030-01-01"),
        report(title="同号一", investor_name="丁有限公司", id=lead_id),
        report(title="同号二", investor_name="戊有限公司", id=lead_id),
        report(title="外号一", investor_name="己有限公司", source_system="crm", external_id="7"),
        report(title="外号二", investor_name="庚有限公司", source_system="crm", external_id="7"),
        report(title="个人一", investor_name="王小明", investor_kind="person"),
        report(title="个人二", investor_name="王小明", investor_kind="person"),
    ]
    random.Random(seed).shuffle(reports)
    actor, at = office.actor(), office.clock.now + timedelta(hours=seed)
    with office.database.reading() as session:
        singly = []
        for each in reports:
            try:
                singly.append(outcome(service.report_lead(session, actor, each, at=at)))
            except AppError as refused:
                singly.append(outcome(refused))
        expected = on_record(session, office)
    with office.database.writing() as session:
        together = service.report_leads(session, actor, reports, at=at)
        assert [outcome(each) for each in together] == singly
        assert on_record(session, office) == expected
    assert {each[0] for each in singly} == {
        "reported",
        "DuplicateLead",
        "NotFound",
        "FieldError",
        "Conflict",
        "SentAtOnce",
    }


def test_what_another_unit_holds_is_refused_or_waits_for_a_ruling(office: Office) -> None:
    holder = office.actor("elsewhere")
    with office.database.writing() as session:
        service.report_lead(session, holder, report(title="先到的"), at=office.clock.now)
        first, second, third = service.report_leads(
            session,
            office.actor(),
            [
                report(title="后到的"),
                report(title="求裁定", ruling_reason="我们先谈"),
                report(title="另一家", investor_name="辛有限公司"),
            ],
            at=office.clock.now,
        )
        assert isinstance(first, service.AlreadyHeld)
        assert isinstance(second, Lead) and isinstance(third, Lead)
        (asked,) = session.scalars(select(Adjudication))
        claim = session.get_one(Claim, asked.claim_id)
        assert (claim.lead_id, claim.seq, asked.reason) == (second.id, 2, "我们先谈")
        assert second.protected_until is None and third.protected_until is not None


def test_many_take_as_many_statements_as_one(office: Office) -> None:
    unit = office.make(make_unit, name="沪商会", kind=UnitKind.PARTNER)
    partner = Program(office.app, office.database, unit=unit)
    partner.post("/leads/bulk", {"items": []})  # the key's last use is noted once a while
    counts = []
    for start, number in ((0, 1), (1, 40)):  # with their investors 80 entries of the index: one batch
        items = [NEW | {"investor_name": f"江西第{start + place}公司"} for place in range(number)]
        with counting(office.database) as statements:
            answer = partner.post("/leads/bulk", {"items": items})
        assert answer.json()["created"] == number
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 16, statements


def test_known_investors_and_people_are_asked_for_together(office: Office) -> None:
    actor, owner = office.actor(), office.people["member"].person_id
    counts = []
    for number in (1, 30):
        with office.database.writing() as session:
            known = [
                make_investor(session, name=f"已知{number}之{place}有限公司").id for place in range(number)
            ]
        reports = [
            report(title=f"项目{place}", investor_id=key, investor_name="", owner_person_id=owner)
            for place, key in enumerate(known)
        ]
        with counting(office.database) as statements, office.database.writing() as session:
            done = service.report_leads(session, actor, reports, at=office.clock.now)
            assert all(isinstance(each, Lead) and each.owner_person_id == owner for each in done)
        counts.append(len(statements))
    assert counts[0] == counts[1], statements


def test_two_who_send_the_same_companies_at_once_put_each_on_record_once(office: Office) -> None:
    names = [f"江西第{place}公司" for place in range(12)]
    orders = (names, names[::-1], names[6:] + names[:6])
    together = threading.Barrier(len(orders))
    actor, at = office.actor(), office.clock.now
    kinds: list[str] = []

    def send(order: list[str]) -> None:
        reports = [report(title=f"{name}的项目", investor_name=name, second_project=True) for name in order]
        together.wait()
        with office.database.writing() as session:
            done = service.report_leads(session, actor, reports, at=at)
            kinds.extend(outcome(each)[0] for each in done)

    threads = [threading.Thread(target=send, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kinds == ["reported"] * 36
    with office.database.reading() as session:
        investors = session.scalars(select(Investor.name).where(Investor.name.in_(names))).all()
        claims = session.execute(select(Claim.investor_id, Claim.seq)).all()
    assert sorted(investors) == sorted(names)
    by_investor: dict[UUID, list[int]] = {}
    for investor_id, seq in claims:
        by_investor.setdefault(investor_id, []).append(seq)
    assert all(sorted(taken) == [1, 2, 3] for taken in by_investor.values())


def test_forty_reports_on_one_investor_follow_each_other(office: Office) -> None:
    reports = [report(title=f"项目{place}", second_project=True) for place in range(40)]
    with office.database.writing() as session:
        done = service.report_leads(session, office.actor(), reports, at=office.clock.now)
        codes = [each.code for each in done if isinstance(each, Lead)]
    assert codes == [f"L2022-{place:04d}" for place in range(1, 41)]
