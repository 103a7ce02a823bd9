"""Targets, progress and entries over the API: the page's figures, and nothing by name that the key may not read."""

from __future__ import annotations

from datetime import date

import pytest

from app.core.actor import Role
from app.deals.rules import TermsState
from app.targets.models import Target
from app.targets.service import post
from tests.api.conftest import County
from tests.factories.core import make_actor
from tests.factories.deals import make_deal
from tests.factories.targets import deal_facts, make_target, terms_facts
from tests.partners import is_problem


@pytest.fixture
def target(county: County) -> Target:
    made: Target = county.make(make_target, year=2022, name="年度签约目标")
    return made


def test_targets_are_listed_and_read(county: County, target: Target) -> None:
    program = county.program(Role.PARTNER)
    body = program.get(f"/targets/{target.id}").json()
    assert (body["name"], body["year"], body["measure"]) == ("年度签约目标", 2022, "signed_investment")
    assert body["amount"] == {"amount": "30000000000.00", "currency": "CNY"} and body["count"] is None
    assert program.get("/targets", year=2022).json()["data"] == [body]
    assert program.get("/targets", year=2021).json()["data"] == []
    is_problem(program.get(f"/targets/{county.town.id}"), 404, "not_found")
    is_problem(program.get(f"/targets/{county.town.id}/progress"), 404, "not_found")
    is_problem(program.get(f"/targets/{county.town.id}/entries"), 404, "not_found")


def test_progress_has_the_shape_of_the_contract(county: County, target: Target) -> None:
    county.make(make_deal, unit=county.town, state=TermsState.SUBMITTED, total_fen=100_000_000_00)
    program = county.program()
    answer = program.get(f"/targets/{target.id}/progress", as_of="2022-10-31", by_month_basis="signed")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["target"]["amount"]["amount"] == "30000000000.00"
    assert (body["as_of"], body["done"]["amount"], body["completion_rate"]) == (
        "2022-10-31",
        "0.00",
        "0.0000",
    )
    assert body["time_progress"] == "0.8333" and body["pace_gap_points"] == "-83.3"
    assert body["remaining"]["amount"] == "30000000000.00"
    assert [month["month"] for month in body["by_month"]][-1] == "2022-10"
    assert len(body["by_band"]) == 8
    assert body["reported"]["count"] == body["pending"]["count"] + body["count"]
    is_problem(program.get(f"/targets/{target.id}/progress", limit=5), 400, "unknown_parameter")
    is_problem(program.get(f"/targets/{target.id}/progress", as_of="gestern"), 422, "invalid_input")


def test_entries_are_paged_and_a_deal_that_may_not_be_seen_has_no_name(
    county: County, target: Target
) -> None:
    for unit, wan in ((county.town, 30_000), (county.other, 20_000), (county.town, 10_000)):
        deal = county.make(make_deal, unit=unit, state=TermsState.VERIFIED, total_fen=wan * 1_000_000)
        facts = deal_facts(terms_facts(1, date(2022, 3, 4), wan=wan), unit=unit, deal_id=deal.id)
        with county.database.writing() as session:
            post(session, make_actor(target.county_id), facts, event=None, at=county.clock.now)
    program = county.program()
    first = program.get(f"/targets/{target.id}/entries", limit=2).json()
    cursor = first["page"]["next_cursor"]
    rows = first["data"] + program.get(f"/targets/{target.id}/entries", limit=2, cursor=cursor).json()["data"]
    assert [row["seq"] for row in rows] == [3, 2, 1]
    assert [row["delta"]["amount"] for row in rows] == ["100000000.00", "200000000.00", "300000000.00"]
    assert [row["deal"] is None for row in rows] == [False, True, False]
    assert [bool(row["shares"]) for row in rows] == [True, False, True]
    body = program.get(f"/targets/{target.id}/progress").json()
    assert (body["done"]["amount"], body["count"]) == ("600000000.00", 3)
    assert sum(row["count"] for row in body["top"]) == 3 and body["top"][-1]["deal"] is None
    assert {row["unit"] and row["unit"]["name"] for row in body["by_unit"]} == {"河下镇", None}
