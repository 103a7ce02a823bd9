"""Deciding the county's settings: what holds from which day, what is refused, and what follows from it."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from app.core.clock import day_of
from app.core.options import KNOWN, OptionKind, get_option
from app.leads.models import Lead
from app.main import make_worker
from tests.factories.identity import send
from tests.factories.leads import make_lead
from tests.identity.conftest import Office

DAYS = "leads.protection_lapse_days"
PATH = f"/admin/settings/{DAYS}"
IN_WORDS = {OptionKind.DAYS: "12", OptionKind.FLAG: "false", OptionKind.STAGES: "agreed"}


def value(office: Office, name: str, day: date) -> Any:
    with office.database.reading() as session:
        return get_option(session, office.town.county_id, name, day)


def today(office: Office) -> date:
    return day_of(office.clock.now)


def decide(office: Office, name: str = DAYS, **values: str) -> Any:
    given = {"applies_from": today(office).isoformat(), "version": "0"} | values
    return send(office.client(), f"/admin/settings/{name}", **given)


@pytest.mark.parametrize("name", KNOWN)
def test_every_setting_is_shown_and_decided(office: Office, name: str) -> None:
    known = KNOWN[name]
    given = str(office.town.id) if known.kind is OptionKind.UNIT else IN_WORDS[known.kind]
    page = office.client().get(f"/admin/settings/{name}").text
    assert known.label in page
    assert known.doc in page
    assert "还没有改过" in page
    assert decide(office, name, value=given).status_code == 303
    stands = {"12": 12, "false": False, "agreed": ["agreed"]}.get(given, given)
    assert value(office, name, today(office)) == stands
    assert value(office, name, today(office) - timedelta(days=1)) == known.default


def test_every_setting_has_an_effect() -> None:
    """A setting that nothing reads would be a promise that is not kept."""
    source = "".join(
        path.read_text(encoding="utf-8") for path in Path("app").rglob("*.py") if "options" not in path.parts
    )
    written = set(re.findall(r'f?"(leads|deals|appraisal)\.([a-z_{}]+)"', source))
    patterns = [re.compile(re.sub(r"\{\w+\}", r"\\w+", f"{room}\\.{rest}")) for room, rest in written]
    silent = [name for name in KNOWN if not any(pattern.fullmatch(name) for pattern in patterns)]
    assert silent == []


def test_a_value_may_wait_for_its_day(office: Office) -> None:
    later = today(office) + timedelta(days=10)
    assert decide(office, value="12", applies_from=later.isoformat()).status_code == 303
    assert (value(office, DAYS, today(office)), value(office, DAYS, later)) == (7, 12)
    page = office.client().get("/admin/settings").text
    assert "7 天" in page
    assert "起：12 天" in page
    office.clock.advance(minutes=1)
    decide(office, value="14", applies_from=later.isoformat(), version="1")
    page = office.client().get("/admin/settings").text
    assert "起：14 天" in page
    assert "起：12 天" not in page


def test_deciding_again_for_the_same_day_takes_the_place_of_the_first(office: Office) -> None:
    decide(office, value="12")
    office.clock.advance(minutes=1)
    assert decide(office, value="9", version="1").status_code == 303
    assert value(office, DAYS, today(office)) == 9
    page = office.client().get(PATH).text
    assert page.index("9 天") < page.index("12 天")
    assert office.people["admin"].login not in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"value": "-1"}, "不能小于 0"),
        ({"value": "4000"}, "不能大于 3660"),
        ({"value": "一周"}, "请填整数"),
        ({"value": ""}, "这一项必须填写"),
        ({"value": "7"}, "从这一天起已经是这个取值"),
        ({"value": "9", "applies_from": "2021-01-01"}, "请选今天或以后的日子"),
        ({"value": "9", "applies_from": "昨天"}, "日期"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_typed(office: Office, values: dict[str, str], said: str) -> None:
    answer = decide(office, **values)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{values["value"]}"' in answer.text
    assert value(office, DAYS, today(office)) == 7
    assert office.events("option.decided") == []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("leads.in_progress_stages", {}),
        ("leads.in_progress_stages", {"value": "signing"}),
        ("appraisal.rank_by_amount", {"value": "perhaps"}),
        ("leads.intake_unit_id", {"value": "0192f0c1-0000-7000-8000-000000000000"}),
        ("leads.intake_unit_id", {"value": "河下镇"}),
    ],
)
def test_a_value_of_another_kind_is_refused(office: Office, name: str, values: dict[str, str]) -> None:
    assert decide(office, name, **values).status_code == 422
    assert value(office, name, today(office)) == KNOWN[name].default


def test_whoever_comes_second_sees_both_versions(office: Office) -> None:
    decide(office, value="12")
    late = decide(office, value="9")
    assert late.status_code == 412
    assert "现在已保存的" in late.text
    assert 'value="9"' in late.text
    assert 'name="version" value="1"' in late.text
    assert value(office, DAYS, today(office)) == 12


def test_the_audit_trail_names_the_setting_and_both_values(office: Office) -> None:
    decide(office, value="12")
    decide(office, "leads.intake_unit_id", value=str(office.other.id))
    page = office.client("auditor").get("/admin/audit").text
    assert "调整设置" in page
    assert "待研判的保护天数" in page
    assert "7 → 12" in page
    assert "双林镇" in page
    assert DAYS not in page


def test_an_unknown_setting_is_not_found(office: Office) -> None:
    assert office.client().get("/admin/settings/no.such").status_code == 404
    assert decide(office, "no.such", value="1").status_code == 404


def test_only_administrators_decide(office: Office) -> None:
    for who in ("leader", "verifier", "head", "auditor"):
        assert office.client(who).get("/admin/settings").status_code == 403
        assert send(office.client(who), PATH, value="9", applies_from="2030-01-01").status_code == 403


def test_the_list_asks_no_more_when_everything_was_decided(
    office: Office, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    client = office.client()
    counts = [counted(client, count_queries)]
    for name, known in KNOWN.items():
        if known.kind is OptionKind.DAYS:
            decide(office, name, value="20")
            office.clock.advance(minutes=1)
            decide(office, name, value="21", version="1")
    counts.append(counted(client, count_queries))
    assert counts[0] == counts[1]


def counted(client: TestClient, count_queries: Callable[[], AbstractContextManager[Any]]) -> int:
    client.get("/admin/settings")
    with count_queries() as queries:
        client.get("/admin/settings")
    return int(queries.count)


def test_other_days_of_protection_reach_the_leads_when_their_day_begins(office: Office) -> None:
    """A lead held for the first seven days is held for twelve as soon as that is decided, and again for fewer later."""
    lead: Lead = office.make(make_lead, unit=office.town, reported_at=office.clock.now)
    first = today(office) + timedelta(days=7)
    assert held_until(office, lead.id) == first
    decide(office, value="12")
    work(office)
    assert held_until(office, lead.id) == first + timedelta(days=5)
    later = today(office) + timedelta(days=2)
    office.clock.advance(minutes=1)
    decide(office, value="9", applies_from=later.isoformat(), version="1")
    work(office)
    assert held_until(office, lead.id) == first + timedelta(days=5)
    office.clock.advance(days=2)
    work(office)
    assert held_until(office, lead.id) == first + timedelta(days=2)


def work(office: Office) -> None:
    make_worker(office.database, office.app.state.settings, office.clock).run_jobs()


def held_until(office: Office, lead_id: UUID) -> date | None:
    found: Lead = office.row(Lead, lead_id)
    return found.protected_until
