"""The pages of freezes: proposed by one, confirmed or turned down by another, and told to who has to decide."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from app.core.actor import Role
from app.core.db import Database
from app.targets import service as ledger
from app.targets.models import CountingRule, Freeze, Target
from app.targets.rules import FreezeState
from tests.conftest import Clock
from tests.counting import counting
from tests.factories.core import make_actor
from tests.factories.identity import client_of, make_user, open_app, send
from tests.factories.targets import deal_facts, make_target, terms_facts

OCTOBER = "2022-10-31"


@dataclass
class Bureau:
    """Two verifiers and a leader, each with a browser, and a target of 2022 with one deal."""

    database: Database
    target_id: UUID
    verifier: TestClient
    other: TestClient
    leader: TestClient

    def propose(self, through: str = OCTOBER, **typed: str) -> str:
        """Propose a freeze; returns the address of its page."""
        answer = send(
            self.verifier, f"/progress/freezes/new?target={self.target_id}", through=through, **typed
        )
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def states(self) -> list[FreezeState]:
        with self.database.reading() as session:
            return list(session.scalars(select(Freeze.state).order_by(Freeze.proposed_at)))


@pytest.fixture
def bureau(database: Database, clock: Clock) -> Bureau:
    with database.writing() as session:
        target = make_target(session, year=2022, name="县定目标")
        users = [make_user(session, role=role) for role in (Role.VERIFIER, Role.VERIFIER, Role.LEADER)]
        facts = deal_facts(terms_facts(1, date(2022, 3, 1), wan=50_000))
        ledger.post(session, make_actor(target.county_id), facts, event=None, at=clock())
    app = open_app(database, clock)
    return Bureau(database, target.id, *(client_of(app, user) for user in users))


def test_one_proposes_another_confirms_and_the_target_says_so(bureau: Bureau) -> None:
    here = bureau.propose(note="与第10期简报一致")
    page = bureau.leader.get(here).text
    assert "与第10期简报一致" in page
    assert "确认并封账" in page
    assert f"/progress?target={bureau.target_id}&amp;as_of={OCTOBER}" in page
    assert send(bureau.leader, f"{here}/confirmation").status_code == 303
    assert bureau.states() == [FreezeState.CONFIRMED]
    after = bureau.leader.get(here).text
    assert "已封账" in after
    assert "确认并封账" not in after
    assert f'href="{here}"' in bureau.verifier.get(f"/progress/targets/{bureau.target_id}").text
    assert "2022年10月31日" in bureau.verifier.get("/progress/freezes").text
    number = f"/progress?target={bureau.target_id}"
    assert "已封账至2022年10月31日" in bureau.leader.get(number).text
    assert "已封账至" not in bureau.leader.get(f"{number}&known_at=2022-10-31T12:00").text


def test_nobody_confirms_his_own_and_takes_it_back_instead(bureau: Bureau) -> None:
    here = bureau.propose()
    page = bureau.verifier.get(here).text
    assert "确认并封账" not in page
    assert "撤回申请" in page
    refused = send(bureau.verifier, f"{here}/confirmation")
    assert refused.status_code == 409
    assert "须由" in refused.text or "另一" in refused.text
    assert send(bureau.verifier, f"{here}/refusal", note="写错了月份").status_code == 303
    assert bureau.states() == [FreezeState.DECLINED]
    assert send(bureau.other, f"{here}/confirmation").status_code == 409
    bureau.propose("2022-09-30")


def test_a_proposal_that_cannot_be_is_refused_in_words_and_what_was_typed_stays(bureau: Bureau) -> None:
    new = f"/progress/freezes/new?target={bureau.target_id}"
    for through in ("2022-10-30", "2022-12-31", "2021-12-31", "下月", ""):
        refused = send(bureau.verifier, new, through=through, note="第10期")
        assert refused.status_code == 422, through
        assert 'id="e-through"' in refused.text
        assert "第10期" in refused.text
    bureau.propose()
    again = send(bureau.other, new, through=OCTOBER)
    assert again.status_code == 409
    assert "等待确认" in bureau.other.get(new).text
    assert bureau.states() == [FreezeState.PROPOSED]


def test_too_long_a_reason_is_refused_beside_its_field_and_kept(bureau: Bureau) -> None:
    here = bureau.propose()
    refused = send(bureau.leader, f"{here}/refusal", note="不" * 501)
    assert refused.status_code == 422
    assert 'id="e-note"' in refused.text
    assert "最多 500 个字" in refused.text
    assert "不" * 501 in refused.text
    assert bureau.states() == [FreezeState.PROPOSED]


def test_months_are_offered_until_all_are_closed(bureau: Bureau) -> None:
    new = f"/progress/freezes/new?target={bureau.target_id}"
    page = bureau.verifier.get(new).text
    assert re.search(rf'<option value="{OCTOBER}" selected', page)
    here = bureau.propose()
    send(bureau.other, f"{here}/confirmation")
    assert "没有可以封账的月份" in bureau.verifier.get(new).text
    assert "/progress/freezes/new" not in bureau.verifier.get("/progress/freezes").text


def test_it_waits_on_the_start_page_of_who_may_decide_and_of_nobody_else(bureau: Bureau) -> None:
    here = bureau.propose()
    for client in (bureau.other, bureau.leader):
        assert here in client.get("/").text
    assert here not in bureau.verifier.get("/").text
    send(bureau.leader, f"{here}/refusal", note="等省里公布")
    assert here not in bureau.leader.get("/").text


def test_of_a_target_that_is_not_there_nothing_is_said(bureau: Bureau) -> None:
    nowhere = UUID(int=9)
    assert bureau.verifier.get(f"/progress/freezes/new?target={nowhere}").status_code == 404
    assert bureau.leader.get(f"/progress/freezes/{nowhere}").status_code == 404


def test_the_list_costs_the_same_at_any_length(bureau: Bureau, database: Database) -> None:
    bureau.leader.get("/progress/freezes")
    with counting(database) as few:
        bureau.leader.get("/progress/freezes")
    with database.writing() as session:
        rule = session.get_one(CountingRule, session.get_one(Target, bureau.target_id).rule_id)
        for year in range(2010, 2020):
            make_target(session, year=year, name=f"{year}年目标", rule=rule)
    bureau.propose()
    bureau.leader.get("/progress/freezes")
    with counting(database) as many:
        bureau.leader.get("/progress/freezes")
    assert len(many) == len(few)
