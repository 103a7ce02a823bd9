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
    assert "badge-red" in page
    assert f"/visits/{visit.id}" not in office.client("head").get("/").text


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
    with counting(office.database) as many:
        client.get("/")
    assert len(many) == len(few)
