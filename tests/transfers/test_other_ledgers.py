"""Ledgers of leads, lists of units and rosters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.core.money import AmountQualifier
from app.identity.models import Person, Unit
from app.leads import service
from app.leads.models import Claim, Lead
from app.leads.rules import LeadSource, LeadStage
from app.transfers.leads.ledger import AT_ONCE
from app.transfers.rules import Kind, Verdict
from app.transfers.service import RowsAreWrong
from tests.deals.conftest import Office
from tests.factories.identity import make_track
from tests.factories.leads import make_lead
from tests.transfers.conftest import bring, csv, look

LEADS = csv(
    "在谈项目名称,在谈建设内容,拟投资额,在谈投资方,投资方所在地,拟建地点,用地情况[亩],联系人,联系人职务,联系人电话,跟踪人,跟踪单位",
    "光学镜头项目,年产500万件,0-5000万,深圳某某光学有限公司,广东省深圳市,城东,30,王某,经理,13800000000,孙大山,河下镇",
    "麻纺二期,扩建,1.2亿,桐乡新纺科技有限公司,,,,,,,外来客,河下镇",
)


def leads(office: Office) -> list[Lead]:
    with office.database.reading() as session:
        return list(session.scalars(select(Lead).order_by(Lead.code)))


def test_a_ledger_of_leads_is_reported_by_the_rule_of_first_reports(office: Office) -> None:
    assert bring(office, LEADS, kind=Kind.LEADS).new == 2
    first, second = leads(office)
    assert (first.planned_min_fen, first.planned_max_fen) == (0, 5_000_000_000)
    assert (second.planned_max_fen, second.planned_qualifier) == (12_000_000_000, AmountQualifier.EXACT)
    # A ledger of 在谈项目 says of each that it is in talks; since when is the day of the import.
    assert (first.stage, first.source) == (LeadStage.NEGOTIATING, LeadSource.OTHER)
    assert first.stage_since == date(2022, 11, 22)
    assert first.owner_person_id == office.people["colleague"].person_id
    assert (second.owner_person_id, second.owner_text) == (None, "外来客")
    with office.database.reading() as session:
        assert {claim.reported_at for claim in session.scalars(select(Claim))} == {office.clock.now}
    assert {row.verdict for row in look(office, LEADS, kind=Kind.LEADS).rows} == {Verdict.UNCHANGED}


def test_a_long_ledger_of_leads_is_reported_in_parts_and_whole_or_not_at_all(office: Office) -> None:
    rows = [f"线缆项目{number},浙江{number}线缆有限公司,{5000 + number}" for number in range(AT_ONCE + 5)]
    # Of one investor in the same part, and in another.
    rows += ["线缆二期,浙江3线缆有限公司,6000", f"线缆三期,浙江{AT_ONCE + 1}线缆有限公司,6000"]
    ledger = csv("项目名称,投资方,拟投资额(万元)", *rows)
    assert bring(office, ledger, kind=Kind.LEADS).new == len(rows)
    found = leads(office)
    assert sorted(lead.title for lead in found) == sorted(row.partition(",")[0] for row in rows)
    assert len({lead.investor_id for lead in found}) == AT_ONCE + 5
    assert {row.verdict for row in look(office, ledger, kind=Kind.LEADS).rows} == {Verdict.UNCHANGED}


def test_a_lead_refused_while_it_is_written_leaves_none_behind(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"线缆项目{number},浙江{number}线缆有限公司,{5000 + number}" for number in range(AT_ONCE + 5)]
    reported = service.report_leads

    def refuses_the_last(session: Any, actor: Any, reports: Sequence[Any], **given: Any) -> list[Any]:
        made: list[Any] = list(reported(session, actor, reports, **given))
        return made if len(reports) == AT_ONCE else [*made[:-1], service.SentAtOnce()]

    monkeypatch.setattr(service, "report_leads", refuses_the_last)
    with pytest.raises(service.SentAtOnce):
        bring(office, csv("项目名称,投资方,拟投资额(万元)", *rows), kind=Kind.LEADS)
    assert leads(office) == []


def test_an_investor_that_another_unit_holds_keeps_the_file_out(office: Office) -> None:
    office.make(make_lead, unit=office.other, investor=office.investor)
    checked = look(office, LEADS, kind=Kind.LEADS)
    assert [(found.row, found.message) for found in checked.errors] == [(3, "error.transfers.held")]
    assert checked.errors[0].params["unit"] == office.other.name
    with pytest.raises(RowsAreWrong):
        bring(office, LEADS, kind=Kind.LEADS)


def test_a_lead_is_changed_where_it_is_confirmed(office: Office) -> None:
    bring(office, LEADS, kind=Kind.LEADS)
    later = csv("项目名称,投资方,拟投资额(万元),拟建地点", "光学镜头项目,深圳某某光学有限公司,8000,城西")
    (row,) = look(office, later, kind=Kind.LEADS).rows
    assert {change.name for change in row.changes} == {"planned", "place"}
    assert bring(office, later, kind=Kind.LEADS, confirmed=(2,)).changed == 1
    first = leads(office)[0]
    assert (first.planned_max_fen, first.place, first.content) == (8_000_000_000, "城西", "年产500万件")


def test_the_stage_of_a_lead_is_read_and_confirmed(office: Office) -> None:
    header = "项目名称,投资方,阶段"
    rows = ("甲项目,甲公司,考察对接", "乙项目,乙公司,", "丙项目,丙公司,已签约")
    checked = look(office, csv(header, *rows), kind=Kind.LEADS)
    assert [found.message for found in checked.warnings] == ["error.transfers.lead_ended"]
    bring(office, csv(header, *rows), kind=Kind.LEADS)
    assert [lead.stage for lead in leads(office)] == [LeadStage.VISITING, LeadStage.NEW, LeadStage.NEW]
    later = csv(header, "甲项目,甲公司,拟签约", "乙项目,乙公司,")
    assert bring(office, later, kind=Kind.LEADS, confirmed=(2,)).changed == 1
    assert leads(office)[0].stage is LeadStage.AGREED
    wrong = look(office, csv(header, "甲项目,甲公司,不知道"), kind=Kind.LEADS)
    assert [found.message for found in wrong.errors] == ["error.transfers.unknown_word"]


def test_a_lead_without_its_investor_is_an_error(office: Office) -> None:
    checked = look(office, csv("项目名称,投资方", "甲项目,"), kind=Kind.LEADS)
    assert [found.message for found in checked.errors] == ["error.transfers.no_investor"]


UNITS = csv(
    "单位名称,简称,类型,上级单位,赛道", "城东工业园,工业园,园区,,园区赛道", "园区招商一队,,招商队伍,工业园,"
)


def test_units_are_added_below_each_other(office: Office) -> None:
    office.make(make_track, name="园区赛道")
    assert bring(office, UNITS, kind=Kind.UNITS, who="admin", unit=None).new == 2
    with office.database.reading() as session:
        park = session.scalars(select(Unit).where(Unit.name == "城东工业园")).one()
        team = session.scalars(select(Unit).where(Unit.name == "园区招商一队")).one()
    assert (park.code, team.parent_id) == ("cdgyy", park.id)
    assert team.path.startswith(park.path)
    checked = look(office, UNITS, kind=Kind.UNITS, who="admin", unit=None)
    assert {row.verdict for row in checked.rows} == {Verdict.UNCHANGED}


def test_a_unit_below_nothing_is_an_error(office: Office) -> None:
    checked = look(office, csv("单位名称,上级单位", "甲队,天外"), kind=Kind.UNITS, who="admin", unit=None)
    assert [found.message for found in checked.errors] == ["error.transfers.no_parent"]


PEOPLE = csv(
    "序号,姓名,单位,职务,电话,是否县领导,分管口",
    "1,刘县长,商务局,副县长,13900000000,是,工业",
    "2,周 远行,双林镇,科长,,,",
)


def test_a_roster_is_brought_in(office: Office) -> None:
    checked = look(office, PEOPLE, kind=Kind.PEOPLE, who="admin", unit=None)
    assert [row.verdict for row in checked.rows] == [Verdict.NEW, Verdict.CHANGED]
    outcome = bring(office, PEOPLE, kind=Kind.PEOPLE, who="admin", unit=None, confirmed=(3,))
    assert (outcome.new, outcome.changed) == (1, 1)
    with office.database.reading() as session:
        leader = session.scalars(select(Person).where(Person.name == "刘县长")).one()
        other = session.scalars(select(Person).where(Person.name == "周远行")).one()
    assert (leader.is_leader, leader.line, leader.unit_id) == (True, "工业", office.bureau.id)
    assert other.post == "科长"
