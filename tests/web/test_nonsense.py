"""Nonsense in any form or filter is a refusal in words, never an error of ours."""

from __future__ import annotations

import re
from html import unescape

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from app.core.actor import Role
from app.core.db import Database
from tests.factories.identity import client_of, form_token, make_unit, make_user

NONSENSE = [
    "\x00",
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "𝕏" * 6000,
    "-1",
    "99999999999999999999",
    "1e400",
    "NaN",
    '=HYPERLINK("http://x")',
    "<script>alert(1)</script>",
    "2022-13-45",
    "0001-01-01",
    "9999-12-31",
    "%_\\'\";--",
]
PAGES = {
    Role.MEMBER: ["/leads/new", "/visits/new", "/visits/trips/new", "/deals/new", "/investors/new"],
    Role.UNIT_HEAD: ["/desk/hand-over", "/unit/users"],
    Role.ADMIN: ["/admin/units/new", "/admin/people/new", "/admin/users/new", "/admin/keys/new"],
}
LISTS = {
    Role.MEMBER: ["/leads", "/visits", "/deals", "/investors", "/investors/suggest", "/fragments/money"],
    Role.ADMIN: ["/admin/units", "/admin/people", "/admin/users"],
    Role.AUDITOR: ["/admin/audit"],
}


def as_role(app: FastAPI, database: Database, role: Role) -> TestClient:
    with database.writing() as session:
        user = make_user(session, role=role, unit=make_unit(session))
    return client_of(app, user)


def field_names(page: str) -> list[str]:
    main = page.partition("<main")[2].partition("</main>")[0]
    found = re.findall(r'<(?:input|select|textarea)[^>]*\sname="([^"]+)"', main)
    return [unescape(name) for name in dict.fromkeys(found) if name not in ("csrf_token", "form_key")]


@pytest.mark.parametrize("role", PAGES)
def test_forms_refuse_nonsense_in_words(app: FastAPI, database: Database, role: Role) -> None:
    client = as_role(app, database, role)
    for path in PAGES[role]:
        page = client.get(path).text
        for nonsense in NONSENSE:
            typed = dict.fromkeys(field_names(page), nonsense) | {"csrf_token": form_token(page)}
            answer = client.post(path, data=typed)
            assert answer.status_code < 500, (path, nonsense[:20])
            assert "<script>alert(1)" not in answer.text, path


@pytest.mark.parametrize("role", LISTS)
def test_lists_stand_nonsense_in_their_address(app: FastAPI, database: Database, role: Role) -> None:
    client = as_role(app, database, role)
    for path in LISTS[role]:
        names = (
            [*field_names(client.get(path).text), "q", "text", "page", "sort"] if "/s" not in path else ["q"]
        )
        for nonsense in NONSENSE:
            answer = client.get(path, params=dict.fromkeys(names, nonsense[:40]))
            assert answer.status_code < 500, (path, nonsense[:20])
            assert "<script>alert(1)" not in answer.text, path


def test_every_address_stands_a_nonsense_id(app: FastAPI, database: Database) -> None:
    client = as_role(app, database, Role.MEMBER)
    for route in app.routes:
        if isinstance(route, APIRoute) and "{" in route.path and "GET" in route.methods:
            for value in ("x", "00000000-0000-0000-0000-000000000000", "%00"):
                path = re.sub(r"\{[^}]+\}", value, route.path)
                assert client.get(path).status_code in (400, 401, 403, 404, 422), path
