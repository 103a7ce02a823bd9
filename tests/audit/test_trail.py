"""The audit trail as auditors read it: in words, values of accounts only, filters in the address."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.core.actor import Role
from app.core.db import Database
from app.core.events import record, seal_pending
from app.core.ids import new_id
from tests.conftest import Clock
from tests.factories.identity import actor_of, client_of, make_user, open_app

LEAD = new_id()


@pytest.fixture
def app(database: Database, clock: Clock) -> FastAPI:
    return open_app(database, clock)


@pytest.fixture
def auditor(app: FastAPI, database: Database, clock: Clock) -> TestClient:
    """An auditor signed in; somebody got a role and reported a lead before."""
    with database.writing() as session:
        login = make_user(session, role=Role.AUDITOR).login
        actor = actor_of(session, make_user(session, name="钱小树"), at=clock.now)
        changes = {"role": (None, "unit_head"), "unit": (None, "河下镇")}
        record(session, actor, "user.role_granted", ("user", new_id()), at=clock(), changes=changes)
        reported = {"title": (None, "绝密的纺织项目"), "stage": ("new", "contacted")}
        record(session, actor, "lead.changed", ("lead", LEAD), at=clock(), changes=reported)
        seal_pending(session, at=clock())
    return client_of(app, login)


def lines(page: str) -> list[str]:
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]


def test_changes_of_accounts_are_told_in_words_and_business_ones_by_their_fields(auditor: TestClient) -> None:
    said = "\n".join(lines(auditor.get("/admin/audit").text))
    assert "授予角色" in said
    assert "角色：— → 单位负责人" in said
    assert "单位：— → 河下镇" in said
    assert "修改线索" in said
    assert "绝密" not in said
    assert "contacted" not in said


def test_the_trail_is_filtered_by_kind_person_and_record(auditor: TestClient) -> None:
    for query in ("kind=lead.", "subject=" + str(LEAD)):
        (line,) = lines(auditor.get(f"/admin/audit?{query}").text)
        assert "修改线索" in line
    assert len(lines(auditor.get("/admin/audit", params={"actor": "钱小树"}).text)) == 2
    assert "没有符合条件的记录" in auditor.get("/admin/audit?until=2000-01-01").text


def test_the_page_says_up_to_where_the_trail_is_sealed(auditor: TestClient) -> None:
    assert "已封存到第 2 条" in auditor.get("/admin/audit").text
