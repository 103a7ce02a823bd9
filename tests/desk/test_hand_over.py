"""Handing everything open of one person to another, with a preview first."""

from __future__ import annotations

from datetime import date

import pytest

from app.visits.models import Visit
from tests.factories.identity import make_user, send
from tests.factories.visits import make_visit
from tests.investors.conftest import Office


@pytest.fixture
def visit(office: Office) -> Visit:
    made: Visit = office.make(
        make_visit,
        unit=office.town,
        investor=office.investor,
        entered_by=office.people["member"].person_id,
        no_follow_up=False,
        next_follow_up_on=date(2022, 11, 25),
    )
    return made


def people_of(office: Office) -> dict[str, str]:
    receiver = office.make(make_user, unit=office.town, name="李接手")
    return {"from_person": str(office.people["member"].person_id), "to_person": str(receiver.person_id)}


def sure(people: dict[str, str]) -> dict[str, str]:
    """The second step: the people whom the preview showed."""
    return people | {"sure": f"{people['from_person']}/{people['to_person']}"}


def test_the_preview_shows_what_will_move_and_moves_nothing(office: Office, visit: Visit) -> None:
    answer = send(office.client("head"), "/desk/hand-over", **people_of(office))
    assert answer.status_code == 200
    assert "江西云杉线缆" in answer.text
    assert office.row(Visit, visit.id).entered_by == office.people["member"].person_id


def test_confirmed_each_record_moves_with_its_own_event(office: Office, visit: Visit) -> None:
    people = people_of(office)
    answer = send(office.client("head"), "/desk/hand-over", **sure(people))
    assert answer.status_code == 303
    assert str(office.row(Visit, visit.id).entered_by) == people["to_person"]
    (event,) = office.events("visit.handed_over")
    assert event.changes["entered_by"] == ["钱小树", "李接手"]


def test_a_head_moves_nothing_of_another_unit(office: Office) -> None:
    foreign = office.make(
        make_visit,
        unit=office.other,
        investor=office.investor,
        entered_by=office.people["elsewhere"].person_id,
        no_follow_up=False,
        next_follow_up_on=date(2022, 11, 25),
    )
    people = people_of(office) | {"from_person": str(office.people["elsewhere"].person_id)}
    send(office.client("head"), "/desk/hand-over", **sure(people))
    assert office.row(Visit, foreign.id).entered_by == office.people["elsewhere"].person_id


def test_both_cannot_be_the_same(office: Office) -> None:
    people = people_of(office)
    both = people | {"from_person": people["to_person"]}
    for form in (both, sure(both)):
        answer = send(office.client("head"), "/desk/hand-over", **form)
        assert answer.status_code == 422
        assert "不能是同一个人" in answer.text


def test_people_changed_after_the_preview_are_previewed_first(office: Office, visit: Visit) -> None:
    people = people_of(office)
    shown = f"{office.people['head'].person_id}/{people['to_person']}"
    answer = send(office.client("head"), "/desk/hand-over", **people, sure=shown)
    assert answer.status_code == 200
    assert "江西云杉线缆" in answer.text
    assert office.row(Visit, visit.id).entered_by == office.people["member"].person_id


@pytest.mark.parametrize("who", ["member", "leader", "admin", "auditor"])
def test_who_heads_no_unit_hands_nothing_over(office: Office, who: str) -> None:
    assert send(office.client(who), "/desk/hand-over", **people_of(office)).status_code == 403
