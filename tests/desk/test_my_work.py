"""The start page: what waits for this person today."""

from __future__ import annotations

from datetime import date

import pytest

from tests.counting import counting
from tests.factories.visits import make_visit
from tests.investors.conftest import Office


def test_an_empty_desk_says_so_and_what_will_appear(office: Office) -> None:
    assert "今天没有待办" in office.client().get("/").text


def test_a_follow_up_due_links_to_its_visit(office: Office) -> None:
    visit = office.make(
        make_visit,
        unit=office.town,
        investor=office.investor,
        entered_by=office.people["member"].person_id,
        no_follow_up=False,
        next_follow_up_on=date(2022, 11, 21),
    )
    page = office.client().get("/").text
    assert f"/visits/{visit.id}" in page
    assert "逾期 1 天" in page
    assert f"/visits/{visit.id}" not in office.client("head").get("/").text


def test_a_leader_sees_what_to_move_and_what_lies_open(office: Office) -> None:
    visit = office.make(
        make_visit,
        unit=office.town,
        investor=office.investor,
        needs_leader="请县领导出面会见",
        no_follow_up=True,
    )
    office.make(
        make_visit,
        unit=office.town,
        investor=office.investor,
        no_follow_up=False,
        next_follow_up_on=date(2022, 11, 1),
    )
    page = office.client("leader").get("/").text
    assert "请县领导出面会见" in page
    assert f"/visits/{visit.id}" in page
    assert "全县要盯的事" in page
    assert '<div class="stat-value">1<small>次</small>' in page
    assert "请县领导出面会见" in office.client("leader").get("/visits?needs_leader=1").text
    assert "要盯的事" not in office.client().get("/").text
    assert "本单位要盯的事" in office.client("head").get("/").text


@pytest.mark.parametrize("who", ["leader", "verifier", "head"])
def test_the_desk_of_who_looks_after_others_keeps_to_its_budget(office: Office, who: str) -> None:
    client = office.client(who)
    with counting(office.database) as found:
        client.get("/")
    assert len(found) <= 14, "\n".join(found)


@pytest.mark.parametrize(("who", "start"), [("admin", "/admin/users"), ("auditor", "/admin/audit")])
def test_who_reads_no_records_starts_where_his_work_is(office: Office, who: str, start: str) -> None:
    assert office.client(who).get("/").headers["location"] == start


def test_the_desk_costs_the_same_with_much_to_do(office: Office) -> None:
    client = office.client()
    with counting(office.database) as few:
        client.get("/")
    for _ in range(12):
        test_values = {"no_follow_up": False, "next_follow_up_on": date(2022, 11, 1)}
        office.make(
            make_visit,
            unit=office.town,
            investor=office.investor,
            entered_by=office.people["member"].person_id,
            **test_values,
        )
    client = office.client()  # signing in is a change too: nothing is remembered
    with counting(office.database) as many:
        client.get("/")
    assert len(many) == len(few) <= 14
    with counting(office.database) as again:
        client.get("/")
    assert not again, "nothing was changed"
    assert "另外 4 条" in client.get("/").text
