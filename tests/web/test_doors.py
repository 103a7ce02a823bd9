"""What every answer carries and what no request gets past: headers, hosts, other sites, old browsers, huge bodies."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Annotated, get_type_hints

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.testclient import TestClient

from app.core.db import Database
from app.core.permissions import Permission
from app.settings import UnsafeSettings
from app.web.access import Page, allow, pages
from app.web.context import Context
from tests.conftest import Clock
from tests.factories.identity import client_of, form_token, open_app


def test_every_page_carries_its_security_headers(app: FastAPI) -> None:
    answer = client_of(app).get("/login")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"]


def test_the_nonce_is_new_for_every_page(app: FastAPI) -> None:
    client = client_of(app)
    first, second = (client.get("/login").headers["content-security-policy"] for _ in range(2))
    assert first != second


def test_a_foreign_host_name_is_refused(app: FastAPI) -> None:
    assert TestClient(app, base_url="http://evil.example").get("/login").status_code == 400


def test_session_cookies_are_kept_from_scripts_and_other_sites(app: FastAPI, login: str) -> None:
    client = client_of(app)
    token = form_token(client.get("/login").text)
    answer = client.post(
        "/login", data={"login": login, "password": "a-Sound-Password-7", "csrf_token": token}
    )
    (cookie,) = [
        value for value in answer.headers.get_list("set-cookie") if value.startswith("luodi_session")
    ]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": None, "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": None},
        {"Sec-Fetch-Site": None, "Referer": "https://evil.example/127.0.0.1:8000"},
    ],
)
def test_forms_of_other_sites_are_refused(app: FastAPI, login: str, headers: dict[str, str | None]) -> None:
    client = client_of(app, login)
    token = form_token(client.get("/account").text)
    client.headers.pop("Sec-Fetch-Site", None)
    sent = {name: value for name, value in headers.items() if value is not None}
    answer = client.post("/logout", data={"csrf_token": token}, headers=sent)
    assert answer.status_code == 403
    assert client.get("/account").status_code == 200


def test_an_old_browser_without_fetch_metadata_still_works(app: FastAPI, login: str) -> None:
    client = client_of(app, login)
    token = form_token(client.get("/account").text)
    client.headers.pop("Sec-Fetch-Site", None)
    answer = client.post("/logout", data={"csrf_token": token}, headers={"Origin": "http://127.0.0.1:8000"})
    assert answer.status_code == 303


@pytest.mark.parametrize("token", ["", "0" * 64])
def test_a_form_without_its_token_is_refused(app: FastAPI, login: str, token: str) -> None:
    assert client_of(app, login).post("/logout", data={"csrf_token": token}).status_code == 403


def test_who_may_not_enter_does_not_learn_that_an_address_is_wrong(app: FastAPI, login: str) -> None:
    wrong = ["/leads/none", "/leads/new?investor_id=none"]
    for address in wrong:
        assert client_of(app).get(address).headers.get("location", "").startswith("/login"), address
    assert [client_of(app, login).get(address).status_code for address in wrong] == [404, 422]
    assert 'class="sidebar"' in client_of(app, login).get("/leads/none").text
    assert client_of(app).get("/admin/units/none").headers["location"].startswith("/login")
    assert client_of(app, login).get("/admin/units/none").status_code == 403


def test_a_handler_beside_its_door_is_never_run(app: FastAPI, login: str) -> None:
    """A router that is not made by `pages()` has nobody who lets people in: that is a fault, not an open door."""
    router, reached = APIRouter(), []

    @router.get("/beside")
    def beside(ctx: Annotated[Context, allow(Permission.READ_RECORDS)]) -> Response:
        reached.append(ctx.actor)
        return Response()

    before = list(app.router.routes)
    app.router.routes[:0] = router.routes
    try:
        for client in (client_of(app), client_of(app, login)):
            assert client.get("/beside").status_code == 500
    finally:
        app.router.routes[:] = before
    assert reached == []


def test_each_address_with_a_door_lets_people_in_by_it(app: FastAPI) -> None:
    behind = [
        route
        for route in app.routes
        if isinstance(route, APIRoute) and Context in get_type_hints(inspect.unwrap(route.endpoint)).values()
    ]
    assert len(behind) > 150
    assert [route.path for route in behind if not isinstance(route, Page)] == []


def test_an_address_answers_alike_before_and_after_it_is_first_asked(app: FastAPI, login: str) -> None:
    """What a handler asks for is read when its address is first asked: who comes first must see no difference."""
    router = pages()

    @router.get("/late/{number}")
    def late(number: int, ctx: Annotated[Context, allow(Permission.READ_RECORDS)]) -> Response:
        return Response(f"{number} {ctx.actor.name}")

    before = list(app.router.routes)
    app.router.routes[:0] = router.routes
    try:
        client = client_of(app, login)
        ways = [
            ("PUT", "/late/1"),
            ("HEAD", "/late/1"),
            ("GET", "/late/x"),
            ("GET", "/late/1"),
            ("GET", "/late/2"),
        ]
        first = [client.request(*way).status_code for way in ways]
        assert first == [client.request(*way).status_code for way in ways] == [405, 200, 404, 200, 200]
        assert client.get("/late/2").text.startswith("2 ")
    finally:
        app.router.routes[:] = before


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_sign_in_leads_to_no_other_site(app: FastAPI, login: str, target: str) -> None:
    client = client_of(app)
    token = form_token(client.get("/login").text)
    answer = client.post(
        "/login",
        data={"login": login, "password": "a-Sound-Password-7", "csrf_token": token, "next": target},
    )
    assert answer.headers["location"] == "/"


def test_trident_gets_one_plain_page(app: FastAPI) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko"
    answer = client_of(app).get("/leads", headers={"User-Agent": agent})
    assert answer.status_code == 200
    assert "极速模式" in answer.text


def test_a_huge_body_is_refused(app: FastAPI) -> None:
    answer = client_of(app).post("/api/v1/meta", content=b"x" * (3 * 1024 * 1024))
    assert answer.status_code in (405, 413)


def test_problems_of_the_api_are_problem_json_in_the_callers_language(app: FastAPI) -> None:
    for language, words in (("en", "valid API key"), ("zh-CN", "密钥")):
        answer = client_of(app).get("/api/v1/meta", headers={"Accept-Language": language})
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        body = answer.json()
        assert body["title"] == "key_needed"
        assert words in body["detail"]
        assert body["request_id"] == answer.headers["x-request-id"]


def test_pages_answer_503_in_words_while_the_database_is_away(
    app: FastAPI, database: Database, login: str
) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL that goes away is tested with a cluster of its own")
    client = client_of(app, login)
    database.dispose()
    path = Path(str(database.url.database))
    path.chmod(0o000)
    path.rename(path.with_suffix(".away"))
    path.mkdir()
    answer = client.get("/account")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert "系统正忙" in answer.text


def test_a_role_that_does_not_exist_cannot_require_a_code(database: Database, clock: Clock) -> None:
    with pytest.raises(UnsafeSettings, match="verifer"):
        open_app(database, clock, totp_required_for=["admin", "verifer"])
