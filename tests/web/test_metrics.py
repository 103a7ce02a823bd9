"""`/metrics`: figures for those who watch the server, and nothing that tells of a person or a record."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from sqlalchemy import insert

from app.core.db import Database
from app.core.ids import new_id
from app.core.models import Job, JobState
from tests.conftest import Clock
from tests.factories.identity import client_of, make_user, open_app

TOKEN = {"Authorization": "Bearer watch-tower"}


@pytest.fixture
def app(database: Database, clock: Clock) -> FastAPI:
    return open_app(database, clock, metrics_token="watch-tower")


def figures(app: FastAPI) -> dict[str, float]:
    answer = client_of(app).get("/metrics", headers=TOKEN)
    assert answer.status_code == 200
    lines = [line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_requests_are_counted_by_method_and_status_class(app: FastAPI) -> None:
    before = figures(app)
    client = client_of(app)
    client.get("/healthz")
    client.get(f"/leads/{new_id()}")
    client.get("/no/such/page")
    client.request("BREW", "/healthz")
    after = figures(app)

    def more(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    # The page of the figures itself was asked for once between the two.
    assert more('luodi_requests_total{method="GET",status="2xx"}') == 2
    assert more('luodi_requests_total{method="GET",status="4xx"}') >= 1
    assert more('luodi_requests_total{method="other",status="4xx"}') == 1
    assert more('luodi_request_seconds_count{method="GET"}') == 4
    assert more('luodi_request_seconds_bucket{le="+Inf",method="GET"}') == 4


def test_no_label_holds_an_address_or_an_id(app: FastAPI, database: Database) -> None:
    with database.writing() as session:
        user = make_user(session)
    lead = new_id()
    client_of(app, user).get(f"/leads/{lead}?q=某某公司")
    text = client_of(app).get("/metrics", headers=TOKEN).text
    assert str(lead) not in text and user.login not in text and "某某" not in text
    labels = set(re.findall(r"(\w+)=\"", text))
    assert labels <= {"method", "status", "le", "state", "generation", "implementation", *VERSION}


VERSION = ("major", "minor", "patchlevel", "version")


def test_jobs_and_the_pool_are_figures(app: FastAPI, database: Database, clock: Clock) -> None:
    row = {
        "kind": "mail",
        "payload": {},
        "created_at": clock.now,
        "attempts": 0,
        "lease": "",
        "last_error": "",
    }
    later = clock.now.replace(year=clock.now.year + 1)
    wanted = [(JobState.WAITING, clock.now), (JobState.WAITING, later), (JobState.DEAD, clock.now)]
    with database.writing() as session:
        for state, run_at in wanted:
            session.execute(insert(Job).values(id=new_id(), state=state, run_at=run_at, **row))
    found = figures(app)
    assert found['luodi_jobs{state="waiting"}'] == 2
    assert found['luodi_jobs{state="due"}'] == 1
    assert found['luodi_jobs{state="dead"}'] == 1
    assert found['luodi_jobs{state="running"}'] == 0
    assert found["luodi_database_up"] == 1
    assert found['luodi_db_pool_connections{state="limit"}'] == 20


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}])
def test_nobody_else_finds_them(app: FastAPI, headers: dict[str, str]) -> None:
    assert client_of(app).get("/metrics", headers=headers).status_code == 404


def test_without_a_token_there_is_no_such_page(database: Database, clock: Clock) -> None:
    client = client_of(open_app(database, clock))
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_may_come_by_any_address(app: FastAPI, path: str) -> None:
    by_address = {"Host": "10.1.2.3:8000"} | TOKEN
    assert client_of(app).get(path, headers=by_address).status_code == 200
    assert client_of(app).get("/login", headers=by_address).status_code == 400
