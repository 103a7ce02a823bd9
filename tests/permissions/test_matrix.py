"""Every route × every role, and every record × its unit, as `matrix` says."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx import Response
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.core.actor import Role
from app.core.db import Database
from app.core.ids import new_id
from app.core.permissions import SCOPES
from app.identity.accounts.rules import ROLES_OF_PEOPLE
from app.identity.models import Unit
from app.identity.rules import UnitKind
from tests.conftest import Clock
from tests.factories.deals import make_deal
from tests.factories.identity import (
    client_of,
    form_token,
    make_key,
    make_person,
    make_root,
    make_unit,
    make_user,
    open_app,
)
from tests.factories.leads import make_lead
from tests.permissions.doors import KEYS, VISITORS, ByUnit, Doors, Scoped
from tests.permissions.matrix import BY_UNIT, LISTED, ROUTES

LOGIN = "somebody"
ENDS_THE_SESSION = {"POST /logout"}


@pytest.fixture
def app(database: Database, clock: Clock) -> FastAPI:
    with database.writing() as session:
        make_root(session)
    return open_app(database, clock)


def routes_of(routes: Any) -> Iterator[str]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield from (f"{method} {route.path}" for method in route.methods)
        elif hasattr(route, "original_router"):
            yield from routes_of(route.original_router.routes)


def test_every_route_is_listed_and_no_other(app: FastAPI) -> None:
    served = list(routes_of(app.routes))
    assert set(served) == set(ROUTES), "say in tests/permissions/rooms who may open it"
    assert len(LISTED) == len(ROUTES), "two rooms list one route"
    assert len(served) == len(set(served)), "two handlers for one address"


def address(route: str, key: UUID | None = None) -> tuple[str, str]:
    """Return (method, path) with every placeholder filled in; without a key nothing is found there."""
    method, _, path = route.partition(" ")
    return method, re.sub(r"\{\w+\}", lambda _found: str(key or new_id()), path)


class Browser:
    """A client that reads its form token once, as long as nobody signs in or out."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.token = form_token(client.get("/account", follow_redirects=True).text)

    def ask(self, route: str, *, key: UUID | None = None, form: dict[str, str] | None = None) -> Response:
        method, path = address(route, key)
        typed = None if method == "GET" else {"csrf_token": self.token} | (form or {})
        return self.client.request(method, path, data=typed)


def outcome(answer: Response) -> str:
    if answer.status_code == 401 or answer.headers.get("location", "").startswith("/login?"):
        return "sign in first"
    return "refused" if answer.status_code == 403 else "let in"


def make_somebody(database: Database, role: Role) -> None:
    with database.writing() as session:
        make_user(session, role=role, login=LOGIN)


def to_a_person(doors: Doors, role: Role) -> str:
    if doors == KEYS or isinstance(doors, Scoped):
        return "sign in first"
    return "let in" if doors == VISITORS or role in doors else "refused"


def to_a_key(doors: Doors, role: Role, scopes: Collection[str]) -> str:
    if not isinstance(doors, Scoped):
        return "let in"
    return "let in" if doors.scope in scopes and role in doors.roles else "refused"


# No person holds the role of a partner: partners act by keys.
@pytest.mark.parametrize("role", ROLES_OF_PEOPLE)
def test_each_role_opens_what_is_its_and_nothing_else(app: FastAPI, database: Database, role: Role) -> None:
    make_somebody(database, role)
    browser = Browser(client_of(app, LOGIN))
    wrong = {}
    for route, doors in ROUTES.items():
        expected = to_a_person(doors, role)
        answer = browser.ask(route)
        if outcome(answer) != expected or answer.status_code >= 500:
            wrong[route] = f"{outcome(answer)} ({answer.status_code}) instead of {expected}"
        if route in ENDS_THE_SESSION:
            browser = Browser(client_of(app, LOGIN))
    assert wrong == {}


def test_a_visitor_opens_only_the_front_door(app: FastAPI) -> None:
    wrong, browser = {}, Browser(client_of(app))
    for route, doors in ROUTES.items():
        expected = "let in" if doors == VISITORS else "sign in first"
        answer = browser.ask(route)
        if outcome(answer) != expected or (answer.status_code >= 500 and route != "GET /readyz"):
            wrong[route] = f"{outcome(answer)} ({answer.status_code}) instead of {expected}"
    assert wrong == {}


def with_key(app: FastAPI, database: Database, role: Role, scopes: tuple[str, ...]) -> Browser:
    with database.writing() as session:
        _key, bearer = make_key(session, role=role, scopes=scopes, per_minute=6_000)
    browser = Browser(client_of(app))
    browser.client.headers["Authorization"] = f"Bearer {bearer}"
    return browser


def test_a_key_opens_no_page(app: FastAPI, database: Database) -> None:
    browser = with_key(app, database, Role.UNIT_HEAD, tuple(SCOPES))
    pages = [
        route
        for route, doors in ROUTES.items()
        if doors not in (VISITORS, KEYS) and not isinstance(doors, Scoped)
    ]
    assert {route for route in pages if outcome(browser.ask(route)) != "sign in first"} == set()


@pytest.mark.parametrize("scopes", [(), tuple(SCOPES)], ids=["no scope", "every scope"])
@pytest.mark.parametrize("role", list(Role))
def test_of_the_api_a_key_opens_what_its_scope_and_role_allow(
    app: FastAPI, database: Database, role: Role, scopes: tuple[str, ...]
) -> None:
    browser = with_key(app, database, role, scopes)
    wrong = {}
    for route, doors in ROUTES.items():
        if doors != KEYS and not isinstance(doors, Scoped):
            continue
        expected = to_a_key(doors, role, scopes)
        if outcome(answer := browser.ask(route)) != expected:
            wrong[route] = f"{answer.status_code} instead of {expected}"
    assert wrong == {}


MAKERS = {
    "deal": lambda session, unit: make_deal(session, unit=unit).id,
    "lead": lambda session, unit: make_lead(session, unit=unit).id,
    "account": lambda session, unit: make_user(session, unit=unit).id,
    "person": lambda session, unit: make_person(session, unit=unit).id,
    "program": lambda session, unit: make_key(session, unit=unit)[0].account_id,
    "unit": lambda _session, unit: unit.id,
}


@pytest.mark.parametrize("case", BY_UNIT, ids=lambda case: f"{case.role} {case.route}")
def test_a_record_is_reached_from_its_own_unit_and_from_above(
    app: FastAPI, database: Database, case: ByUnit
) -> None:
    with database.writing() as session:
        home = make_unit(session)
        places = {
            "own": home,
            "below": make_unit(session, parent=home, kind=UnitKind.OTHER),
            "other": sibling(session),
        }
        records = {where: MAKERS[case.record](session, unit) for where, unit in places.items()}
        make_user(session, role=case.role, unit=home, login=LOGIN)
    browser = Browser(client_of(app, LOGIN))
    answers = {
        where: browser.ask(case.route, key=key, form=case.form).status_code for where, key in records.items()
    }
    assert answers == {"own": case.own, "below": case.below, "other": case.other}


def sibling(session: Session) -> Unit:
    return make_unit(session, name="别的镇")
