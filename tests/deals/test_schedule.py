"""The schedule (调度表): who is in charge, the newest note, what is late; on the page and as a sheet."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from app.core.ids import new_id
from app.deals.models import Deal, DealNote
from app.identity.models import Person
from tests.deals.conftest import Office
from tests.factories.identity import make_person, send

PATH = "/deals/schedule"


def note(office: Office, deal: Deal, *, day: int, **said: Any) -> None:
    with office.database.writing() as session:
        session.add(
            DealNote(
                id=new_id(),
                deal_id=deal.id,
                on_day=date(2022, 11, day),
                support_needs=[],
                by=deal.entered_by,
                recorded_at=office.clock.now,
                **said,
            )
        )


@pytest.fixture
def leader(office: Office) -> Person:
    person: Person = office.make(make_person, unit=office.bureau, name="赵书记", is_leader=True)
    return person


def test_deals_stand_by_leader_with_their_newest_note_and_the_days_they_are_late(
    office: Office, leader: Person
) -> None:
    deal = office.deal(leader_in_charge_id=leader.id, signed_on=date(2022, 3, 4))
    office.deal(stage="started")
    note(office, deal, day=1, progress="旧进展")
    note(office, deal, day=20, progress="新进展", to_coordinate="请县领导协调用电")
    page = office.client("leader").get(PATH).text
    for text in ("赵书记", "新进展", "请县领导协调用电", "未明确挂点领导", "超期 83 天", "河下镇"):
        assert text in page
    assert "旧进展" not in page
    assert f'href="#leader-{leader.id}"' in page
    assert page.index("赵书记") < page.index("未明确挂点领导")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"未开工", "在建"}),
        ("only=late", {"未开工"}),
        ("only=not_started", {"未开工"}),
        ("only=building", {"在建"}),
        ("only=problem", {"在建"}),
        ("only=silent", {"未开工"}),
        ("only=all", {"未开工", "在建", "已投产"}),
        ("stage=producing", {"已投产"}),
        ("stage=started", {"在建"}),
        ("year=2021", set()),
        ("only=nonsense", {"未开工", "在建"}),
        ("paper=a3", {"未开工", "在建"}),
    ],
)
def test_the_schedule_is_narrowed(office: Office, query: str, shown: set[str]) -> None:
    made = {
        name: office.deal(name=f"{name}的项目", stage=stage, signed_on=date(2022, 3, 4))
        for name, stage in (("未开工", "signed"), ("在建", "started"), ("已投产", "producing"))
    }
    note(office, made["在建"], day=20, progress="主体封顶", problem="用工不足")
    page = office.client("leader").get(f"{PATH}?{query}")
    assert page.status_code == 200
    assert {name for name in made if f"{name}的项目" in page.text} == shown


def test_the_schedule_of_one_leader_or_one_unit(office: Office, leader: Person) -> None:
    office.deal(name="赵书记的项目", leader_in_charge_id=leader.id)
    office.deal(name="双林镇的项目", responsible_unit_id=office.other.id)
    client = office.client("leader")
    mine = client.get(f"{PATH}?leader={leader.id}").text
    assert "赵书记的项目" in mine
    assert "双林镇的项目" not in mine
    theirs = client.get(f"{PATH}?unit={office.other.id}").text
    assert "双林镇的项目" in theirs
    assert "赵书记的项目" not in theirs


def test_the_schedule_is_taken_out_with_its_filter_and_on_record(office: Office, leader: Person) -> None:
    deal = office.deal(name="=1+1", leader_in_charge_id=leader.id, signed_on=date(2022, 3, 4))
    office.deal(name="已开工的项目", stage="started")
    note(office, deal, day=20, progress="新进展")
    answer = send(office.client("leader"), f"{PATH}/export?only=late")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    words = [cell for row in rows for cell in row]
    assert "新进展" in words
    assert "筛选条件：范围：超期未开工" in words
    assert "=1+1" not in words
    assert 83 in words
    assert "已开工的项目" not in words
    header = next(row for row in rows if "挂点领导" in row)
    assert "超期天数" in header
    (event,) = office.events("deal.schedule_exported")
    assert event.changes["rows"] == [None, 1]
    assert event.changes["filter"] == [None, "范围：超期未开工"]


def test_a_confidential_deal_says_no_more_than_that(office: Office, leader: Person) -> None:
    deal = office.deal(
        name="绝密芯片项目", confidential=True, leader_in_charge_id=leader.id, signed_on=date(2022, 3, 4)
    )
    note(office, deal, day=20, progress="绝密进展")
    client = office.client("leader")
    page = client.get(PATH).text
    assert "某项目（保密）" in page
    for query in ("", "?only=late", "?only=silent", f"?leader={leader.id}"):
        text = client.get(f"{PATH}{query}").text
        assert "绝密" not in text
        if query:
            assert "某项目（保密）" not in text
    exported = send(client, f"{PATH}/export").content
    rows = str(CalamineWorkbook.from_filelike(BytesIO(exported)).get_sheet_by_index(0).to_python())
    assert "绝密" not in rows
    assert "某项目（保密）" in rows


def test_each_sees_the_schedule_of_his_own_units(office: Office) -> None:
    deal = office.deal()
    assert deal.name in office.client().get(PATH).text
    assert deal.name not in office.client("elsewhere").get(PATH).text
    assert office.client("admin").get(PATH).status_code == 403
    assert send(office.client("admin"), f"{PATH}/export").status_code == 403
