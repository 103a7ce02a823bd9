"""Targets, their division, rules and cut-offs over HTTP, as the verifying bureau uses them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from app.core.actor import Role
from app.core.clock import day_of
from app.core.db import Database
from app.core.events import Event
from app.targets import service as ledger
from app.targets.managing import queries
from app.targets.models import CountingRule, Cutoff, RuleVersionRow, Target
from app.targets.rules import CreditRole, PartKind
from tests.conftest import Clock
from tests.counting import counting
from tests.factories.core import make_actor
from tests.factories.identity import (
    client_of,
    make_person,
    make_track,
    make_unit,
    make_user,
    open_app,
    send,
)
from tests.factories.targets import WAN, YI, deal_facts, make_rule, make_target, terms_facts

NEW = {
    "year": "2022",
    "set_by": "county",
    "measure": "signed_investment",
    "name": "新签约省外2000万元以上项目总投资",
    "credit_role": "introducer",
    "pace": "months_and_days",
}


@dataclass
class Bureau:
    """The verifying bureau's browser, with a target of ¥30B."""

    database: Database
    app: FastAPI
    clock: Clock
    client: TestClient
    target_id: UUID
    login: str

    @property
    def here(self) -> str:
        return f"/progress/targets/{self.target_id}"

    def target(self, target_id: UUID | None = None) -> Target:
        with self.database.reading() as session:
            found = session.get(Target, target_id or self.target_id)
            assert found is not None
            actor = make_actor(found.county_id)
            return queries.get_target(session, actor, found.id)

    def events(self) -> list[str]:
        with self.database.reading() as session:
            return list(session.scalars(select(Event.kind)))


@pytest.fixture
def bureau(database: Database, clock: Clock) -> Bureau:
    with database.writing() as session:
        target = make_target(session, year=2022, name="县定目标")
        user = make_user(session, role=Role.VERIFIER)
    app = open_app(database, clock)
    return Bureau(database, app, clock, client_of(app, user), target.id, user.login)


def test_a_target_is_set_listed_and_shown(bureau: Bureau) -> None:
    with bureau.database.writing() as session:
        rule = make_rule(session)
    answer = send(
        bureau.client,
        "/progress/targets/new",
        **NEW | {"year": "2023", "rule_id": str(rule.id), "amount": "320亿", "document": "分办字〔2023〕1号"},
    )
    assert answer.status_code == 303
    page = bureau.client.get(answer.headers["location"])
    assert "320亿元" in page.text
    assert "分办字〔2023〕1号" in page.text
    listed = bureau.client.get("/progress/targets").text
    assert "320亿元" in listed
    assert "300亿元" in listed
    only = bureau.client.get("/progress/targets?year=2022").text
    assert "320亿元" not in only
    assert "target.added" in bureau.events()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"amount": "约300亿"}, "amount"),
        ({"amount": "三百头"}, "amount"),
        ({"measure": "signed_count", "amount": "3亿"}, "amount"),
        ({"year": "1949"}, "year"),
        ({"name": ""}, "name"),
    ],
)
def test_what_cannot_be_a_target_is_shown_again_as_typed(
    bureau: Bureau, changed: dict[str, str], field: str
) -> None:
    with bureau.database.writing() as session:
        rule = make_rule(session)
    typed = NEW | {"year": "2023", "rule_id": str(rule.id), "amount": "320亿"} | changed
    answer = send(bureau.client, "/progress/targets/new", **typed)
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert typed["amount"] in answer.text


def test_the_same_target_is_not_set_twice(bureau: Bureau) -> None:
    rule_id = str(bureau.target().rule_id)
    answer = send(bureau.client, "/progress/targets/new", **NEW | {"rule_id": rule_id, "amount": "1"})
    assert answer.status_code == 409


def test_a_changed_amount_is_a_new_decision_and_the_old_one_stays(bureau: Bureau) -> None:
    typed = {
        "name": "县定目标", "credit_role": "landing", "pace": "whole_months", "amount": "330.5",
        "applies_from": "2022-07-01", "document": "分办字〔2022〕20号", "version": "1",
    }  # fmt: skip
    assert send(bureau.client, f"{bureau.here}/edit", **typed).status_code == 303
    target = bureau.target()
    assert target.amount_on(date(2022, 6, 30)) == 300 * YI
    assert target.amount_on(date(2022, 7, 1)) == 330 * YI + 5000 * WAN
    assert target.credit_role is CreditRole.LANDING
    page = bureau.client.get(bureau.here).text
    assert "330.5亿元" in page
    assert "目标数调整记录" in page
    # Saving the same once more decides nothing new.
    assert send(bureau.client, f"{bureau.here}/edit", **typed | {"version": "2"}).status_code == 303
    assert len(bureau.target().amounts) == 2


def test_a_stale_change_shows_both_versions(bureau: Bureau) -> None:
    typed = {"name": "甲", "credit_role": "landing", "pace": "whole_months", "amount": "300", "version": "1"}
    send(bureau.client, f"{bureau.here}/edit", **typed)
    answer = send(bureau.client, f"{bureau.here}/edit", **typed | {"name": "乙"})
    assert answer.status_code == 412
    assert "甲" in answer.text
    assert "乙" in answer.text


def test_a_target_is_divided_and_the_sum_stands_beside_the_whole(bureau: Bureau) -> None:
    with bureau.database.writing() as session:
        towns = [make_unit(session, name=name) for name in ("杨桥镇", "湖泽镇")]
    parts = f"{bureau.here}/parts"
    offered = bureau.client.get(parts).text
    assert "杨桥镇" in offered
    typed = {
        "kind": "unit",
        "key": [str(one.id) for one in towns],
        "amount": ["200", "120亿"],
        "version": "1",
    }
    assert send(bureau.client, parts, **typed).status_code == 303
    page = bureau.client.get(bureau.here).text
    assert "合计 320亿元，比总目标多 20亿元" in page
    typed |= {"amount": ["", "120亿"], "version": "2"}
    assert send(bureau.client, parts, **typed).status_code == 303
    kept = [(part.key, part.amount) for part in bureau.target().parts]
    assert kept == [(str(towns[1].id), 120 * YI)]
    assert "合计 120亿元，比总目标少 180亿元" in bureau.client.get(bureau.here).text


def test_each_kind_of_part_is_kept_by_itself(bureau: Bureau) -> None:
    with bureau.database.writing() as session:
        track = make_track(session, name="乡镇赛道")
        leader = make_person(session, name="赵县长", is_leader=True)
    for kind, key in (("track", track.id), ("leader", leader.id), ("chain", "food")):
        typed = {"kind": kind, "key": str(key), "amount": "300", "version": str(bureau.target().version)}
        assert send(bureau.client, f"{bureau.here}/parts", **typed).status_code == 303
    assert {part.kind for part in bureau.target().parts} == {PartKind.TRACK, PartKind.LEADER, PartKind.CHAIN}
    page = bureau.client.get(bureau.here).text
    assert page.count("与总目标一致") == 3
    assert "赵县长" in page


@pytest.mark.parametrize(
    "typed",
    [
        {"kind": "unit", "key": "nobody", "amount": "10"},
        {"kind": "chain", "key": ["food", "food"], "amount": ["1", "2"]},
        {"kind": "chain", "key": "food", "amount": "多一些"},
    ],
)
def test_a_part_that_cannot_be_is_refused_and_typed_amounts_stay(
    bureau: Bureau, typed: dict[str, Any]
) -> None:
    answer = send(bureau.client, f"{bureau.here}/parts", **typed, version="1")
    assert answer.status_code == 422
    assert bureau.target().parts == []


def test_months_are_planned_and_can_be_filled_in_evenly(bureau: Bureau) -> None:
    plan = f"{bureau.here}/plan"
    assert bureau.client.get(f"{plan}?even=true").text.count('value="25"') == 12
    months = ["20"] * 11 + ["80"]
    assert send(bureau.client, plan, amount=months, version="1").status_code == 303
    assert sum(month.amount for month in bureau.target().plan) == 300 * YI
    assert "合计 300亿元，与总目标一致" in bureau.client.get(plan).text
    cleared = send(bureau.client, plan, amount=["", *months[1:]], version="2")
    assert cleared.status_code == 303
    assert [month.month for month in bureau.target().plan] == list(range(2, 13))


def test_of_two_plans_the_second_sees_the_first(bureau: Bureau) -> None:
    plan = f"{bureau.here}/plan"
    send(bureau.client, plan, amount=["21", *["20"] * 11], version="1")
    second = send(bureau.client, plan, amount=["22", *["20"] * 11], version="1")
    assert second.status_code == 412
    shown = second.text[second.text.index("<table") : second.text.index("</table>")]
    assert ("1月" in shown, "21" in shown, "22" in shown, "2月" in shown) == (True, True, True, False)
    assert 'value="22"' in second.text
    assert bureau.target().plan[0].amount == 21 * YI


def test_of_two_divisions_the_second_sees_the_first(bureau: Bureau) -> None:
    with bureau.database.writing() as session:
        town = make_unit(session, name="杨桥镇")
    typed = {"kind": "unit", "key": str(town.id), "version": "1"}
    send(bureau.client, f"{bureau.here}/parts", **typed, amount="200")
    second = send(bureau.client, f"{bureau.here}/parts", **typed, amount="190")
    assert second.status_code == 412
    shown = second.text[second.text.index("<table") : second.text.index("</table>")]
    assert all(word in shown for word in ("杨桥镇", "200", "190"))


def test_last_years_bulletins_are_typed_in_with_their_numbers(bureau: Bureau) -> None:
    empty = [""] * 11
    typed = {
        "year": "2021",
        "done": ["12.5", *empty],
        "count": ["8", *empty],
        "rank": ["3", *empty],
        "ranked": ["12", *empty],
        "document": ["余商字〔2021〕5号", *empty],
        "version": "1",
    }
    path = f"{bureau.here}/published"
    assert send(bureau.client, path, **typed).status_code == 303
    (figure,) = bureau.target().published
    assert (figure.year, figure.month, figure.done) == (2021, 1, 12 * YI + 5000 * WAN)
    assert (figure.count, figure.rank, figure.ranked) == (8, 3, 12)
    page = bureau.client.get(bureau.here).text
    assert "3 / 12" in page
    assert "余商字〔2021〕5号" in page
    for wrong in ({"document": [""] * 12}, {"rank": ["13", *empty]}, {"year": "2019"}):
        answer = send(bureau.client, path, **typed | wrong | {"version": "2"})
        assert answer.status_code == 422
    assert 'value="12.5"' in bureau.client.get(f"{path}?year=2021").text


def test_of_two_who_type_in_the_same_bulletin_the_second_sees_both(bureau: Bureau) -> None:
    empty = [""] * 11
    names = ("done", "count", "rank", "ranked")
    typed = {"year": "2021", "version": "1"} | {name: ["", *empty] for name in names}
    numbered = {"document": ["余商字〔2021〕5号", *empty]}
    path = f"{bureau.here}/published"
    assert send(bureau.client, path, **typed | {"done": ["12.5", *empty], **numbered}).status_code == 303
    second = send(bureau.client, path, **typed | {"done": ["13.25", *empty], **numbered})
    assert second.status_code == 412
    assert 'value="13.25"' in second.text, "what was typed is kept"
    assert "12.5" in second.text
    (figure,) = bureau.target().published
    assert figure.done == 12 * YI + 5000 * WAN


def test_of_two_who_publish_a_rule_the_second_is_refused(bureau: Bureau) -> None:
    (first,) = versions(bureau)
    path = f"/progress/rules/{first.rule_id}/versions/new"
    typed = CLAUSES | {"applies_from": "2023-01-01", "basis": "甲文", "version": "1"}
    assert send(bureau.client, path, **typed).status_code == 303
    second = send(bureau.client, path, **typed | {"minimum": "7000万", "basis": "乙文"})
    assert second.status_code == 412
    assert 'value="乙文"' in second.text, "what was typed is kept"
    assert [one.basis for one in versions(bureau)][1:] == ["甲文"]


def test_a_target_set_by_mistake_is_withdrawn_but_never_one_in_use(bureau: Bureau) -> None:
    with bureau.database.writing() as session:
        other = make_target(session, year=2023)
        actor = make_actor(other.county_id)
        facts = deal_facts(terms_facts(1, date(2022, 3, 1), wan=3000))
        ledger.post(session, actor, facts, event=None, at=bureau.clock())
    assert send(bureau.client, f"{bureau.here}/archive", version="1").status_code == 409
    assert send(bureau.client, f"/progress/targets/{other.id}/archive", version="1").status_code == 303
    assert bureau.client.get(f"/progress/targets/{other.id}").status_code == 404
    # The same one can be set again.
    again = NEW | {"year": "2023", "rule_id": str(other.rule_id), "amount": "310"}
    answer = send(bureau.client, "/progress/targets/new", **again)
    assert answer.headers["location"] == f"/progress/targets/{other.id}"
    assert bureau.target(other.id).amounts[-1].amount == 310 * YI


def test_a_cut_off_keeps_its_day_and_instant_under_a_name(bureau: Bureau) -> None:
    typed = {"name": "第47周上报", "as_of": "2022-11-20"}
    assert send(bureau.client, "/progress/cutoffs", **typed).status_code == 303
    with bureau.database.reading() as session:
        kept = session.scalars(select(Cutoff)).one()
    assert (kept.as_of, kept.known_at) == (date(2022, 11, 20), bureau.clock())
    assert "第47周上报" in bureau.client.get("/progress/cutoffs").text
    assert send(bureau.client, "/progress/cutoffs", **typed).status_code == 409


CLAUSES = {
    "minimum": "5000万",
    "minimum_inclusive": "true",
    "agreements": ["formal_contract"],
    "origins": ["out_of_province", "hk_mo_tw"],
    "returning": "out_of_province",
    "share_mode": "full",
    "minimum_share_percent": "51",
    "exclusions": ["real_estate", "ppp"],
    "expansion": "increment",
    "increment": "cumulative",
}


def versions(bureau: Bureau) -> list[RuleVersionRow]:
    with bureau.database.reading() as session:
        return list(session.scalars(select(RuleVersionRow).order_by(RuleVersionRow.number)))


def test_a_rule_is_said_in_words_and_published_anew_with_its_day(bureau: Bureau) -> None:
    page = bureau.client.get("/progress/rules").text
    for words in (
        "总投资2,000万元以上（含）",
        "正式合同",
        "出资占比达到50%的，全额计入",
        "2000年1月1日起签约的项目",
    ):
        assert words in page
    (first,) = versions(bureau)
    path = f"/progress/rules/{first.rule_id}/versions/new"
    form = bureau.client.get(path).text
    assert 'value="2000"' in form
    published = send(
        bureau.client, path, **CLAUSES, applies_from="2023-01-01", basis="分商字〔2023〕2号", version="1"
    )
    assert published.status_code == 303
    second = versions(bureau)[1]
    assert second.applies_to_signed_from == date(2023, 1, 1)
    assert second.as_rule.clauses.minimum_fen == 5000 * WAN
    page = bureau.client.get("/progress/rules").text
    assert "总投资5,000万元以上（含）" in page
    assert "分商字〔2023〕2号" in page
    # Published again for the same day, the older one no longer judges.
    again = CLAUSES | {"minimum": "6000万"}
    send(bureau.client, path, **again, applies_from="2023-01-01", basis="更正", version="2")
    assert [one.superseded_at is not None for one in versions(bureau)] == [False, True, False]
    assert bureau.events().count("rule.published") == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"minimum": "约5000万"},
        {"origins": ["unknown"]},
        {"agreements": ["unknown"]},
        {"exclusions": ["nothing_known"]},
        {"minimum_share_percent": "101"},
        {"basis": ""},
    ],
)
def test_a_version_that_cannot_be_is_refused(bureau: Bureau, wrong: dict[str, Any]) -> None:
    (first,) = versions(bureau)
    typed = CLAUSES | {"applies_from": "2023-01-01", "basis": "文", "version": "1"} | wrong
    answer = send(bureau.client, f"/progress/rules/{first.rule_id}/versions/new", **typed)
    assert answer.status_code == 422
    assert len(versions(bureau)) == 1


def test_a_further_rule_stands_beside_the_shipped_one(bureau: Bureau) -> None:
    typed = CLAUSES | {"name": "市外1亿元以上", "code": "city_100m", "applies_from": "2022-01-01"}
    assert send(bureau.client, "/progress/rules/new", **typed).status_code == 303
    assert send(bureau.client, "/progress/rules/new", **typed).status_code == 409
    with bureau.database.reading() as session:
        assert set(session.scalars(select(CountingRule.code))) == {"headline", "city_100m"}


def test_every_page_reads_in_english_too(bureau: Bureau) -> None:
    bureau.client.cookies.set("luodi_preferences", "en..")
    (first,) = versions(bureau)
    for path in (
        "/progress/targets", "/progress/targets/new", bureau.here, f"{bureau.here}/edit",
        f"{bureau.here}/parts", f"{bureau.here}/plan", f"{bureau.here}/published", "/progress/cutoffs",
        "/progress/rules", "/progress/rules/new", f"/progress/rules/{first.rule_id}/versions/new",
    ):  # fmt: skip
        page = bureau.client.get(path)
        assert page.status_code == 200, path
        assert 'lang="en"' in page.text
    assert "Total investment of at least" in bureau.client.get("/progress/rules").text


def test_a_member_and_a_visitor_are_kept_out(bureau: Bureau) -> None:
    with bureau.database.writing() as session:
        member = make_user(session, role=Role.MEMBER)
    assert client_of(bureau.app, member).get("/progress/targets").status_code == 403
    assert client_of(bureau.app).get("/progress/targets").status_code in (303, 401)


def test_the_list_costs_the_same_at_any_number_of_targets(bureau: Bureau) -> None:
    def cost() -> int:
        with counting(bureau.database) as statements:
            assert bureau.client.get("/progress/targets").status_code == 200
        return len(statements)

    before = cost()
    with bureau.database.writing() as session:
        for year in range(2001, 2020):
            make_target(session, year=year)
    assert cost() == before <= 6
    with counting(bureau.database) as statements:
        bureau.client.get(bureau.here)
    assert len(statements) <= 14


def test_today_is_the_offices_day(bureau: Bureau) -> None:
    assert f'value="{day_of(bureau.clock())}"' in bureau.client.get("/progress/cutoffs").text


def test_one_place_is_marked_in_the_navigation(bureau: Bureau) -> None:
    page = bureau.client.get("/progress/targets/new").text
    navigation = page[page.index('<nav class="nav"') :].split("</nav>")[0]
    assert navigation.count('aria-current="page"') == 1
