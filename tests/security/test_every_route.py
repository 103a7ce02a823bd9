"""What holds for every route of the table: no form of another site, no answer without its headers, sound cookies."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Response

from app.core.actor import Role
from app.core.db import Database
from app.core.i18n import translate
from app.core.ids import new_id
from tests.conftest import Clock
from tests.factories.application import open_app, visitor
from tests.factories.identity import PASSWORD, client_of, form_token, make_user
from tests.permissions.matrix import ROUTES

REFUSED = translate("zh_CN", "error.cross_site")
HEADERS = {
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self)",
    "cache-control": "",
    "x-request-id": "",
}


@pytest.fixture
def app(database: Database, clock: Clock) -> FastAPI:
    with database.writing() as session:
        make_user(session, login="somebody", role=Role.UNIT_HEAD)
    return open_app(database, clock, max_upload_mb=1)


def address(route: str) -> str:
    return re.sub(r"\{\w+\}", lambda _found: str(new_id()), route.partition(" ")[2])


def test_no_form_is_taken_without_its_token_or_from_another_site(app: FastAPI) -> None:
    """Asked before anything else: also of forms that the person may not send, or of records that do not exist."""
    client = client_of(app, "somebody")
    token = form_token(client.get("/account").text)
    posts = [route for route in ROUTES if route.startswith("POST ") and "/api/" not in route]
    assert len(posts) > 60
    ways: list[tuple[dict[str, str], dict[str, str]]] = [
        ({}, {}),
        ({"csrf_token": "0" * 64}, {}),
        ({"csrf_token": token}, {"Sec-Fetch-Site": "cross-site"}),
    ]
    let_in = [
        f"{route} {sent} {headers}"
        for route in posts
        for sent, headers in ways
        if (answer := client.post(address(route), data=sent, headers=headers)).status_code != 403
        or REFUSED not in answer.text
    ]
    assert let_in == []
    assert client.get("/account").status_code == 200


def test_only_posts_change_anything(app: FastAPI) -> None:
    """Whoever follows a link, or whose browser fetches ahead, changes nothing; pages take no other method."""
    assert {route.split()[0] for route in ROUTES if "/api/" not in route} == {"GET", "POST"}


def answers_of_every_kind(app: FastAPI) -> dict[str, Response]:
    stranger, client = client_of(app), client_of(app, "somebody")
    token = form_token(client.get("/account").text)
    app.add_api_route("/fault", lambda: 1 / 0)
    fault = visitor(app, raise_server_exceptions=False).get("/fault")
    app.router.routes.pop()  # the application goes on to the next test
    return {
        "page": stranger.get("/login"),
        "redirect": stranger.get("/leads"),
        "not found": client.get("/nowhere"),
        "not allowed": client.delete("/leads"),
        "not permitted": client.get("/admin/users"),
        "bad input": client.post("/leads/new", data={"csrf_token": token}),
        "too large": client.post("/leads/new", content=b"x" * 6_000_000, headers=FORM),
        "fault": fault,
        "script": stranger.get("/static/js/forms.js"),
        "lost script": stranger.get("/static/js/lost.js"),
        "not modified": stranger.get(
            "/static/js/forms.js",
            headers={"If-None-Match": stranger.get("/static/js/forms.js").headers["etag"]},
        ),
        "health": stranger.get("/healthz"),
        "problem": stranger.get("/api/v1/leads"),
        "lost in the API": stranger.get("/api/v1/nowhere"),
        "document": stranger.get("/api/v1/openapi.json"),
        "documentation": stranger.get("/api/docs"),
        "foreign host": stranger.get("/login", headers={"Host": "evil.example"}),
    }


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
STATUS = {
    "redirect": 303,
    "not found": 404,
    "not allowed": 405,
    "not permitted": 403,
    "bad input": 422,
    "too large": 413,
    "fault": 500,
    "lost script": 404,
    "not modified": 304,
    "problem": 401,
    "lost in the API": 404,
    "foreign host": 400,
}


def test_every_answer_carries_its_headers(app: FastAPI) -> None:
    wrong = {}
    for name, answer in answers_of_every_kind(app).items():
        assert answer.status_code == STATUS.get(name, 200), (name, answer.text[:300])
        lacking = [
            each for each, value in HEADERS.items() if not answer.headers.get(each, "-").startswith(value)
        ]
        if lacking or any(each in answer.headers for each in ("server", "x-powered-by")):
            wrong[name] = lacking
        assert "unsafe" not in answer.headers.get("content-security-policy", "")
        assert "Traceback" not in answer.text and "ZeroDivision" not in answer.text
    assert wrong == {}


@pytest.mark.parametrize("https", [False, True])
def test_every_cookie_is_kept_from_scripts_and_other_sites(
    app: FastAPI, database: Database, clock: Clock, https: bool
) -> None:
    if https:
        app = open_app(database, clock, base_url="https://127.0.0.1:8000")
    client = client_of(app)
    client.base_url = str(client.base_url).replace("http:", "https:") if https else client.base_url
    answers = [client.get("/login")]
    token = form_token(answers[0].text)
    typed = {"login": "somebody", "password": PASSWORD, "csrf_token": token}
    answers.append(client.post("/login", data=typed))
    token = form_token(client.get("/account").text)
    answers += [
        client.post("/account/preferences", data={"csrf_token": token, "locale": "en", "next": "/account"}),
        client.post("/logout", data={"csrf_token": token}),
    ]
    cookies = [
        text
        for answer in answers
        for text in answer.headers.get_list("set-cookie")
        if "Max-Age=0" not in text
    ]
    assert {text.partition("=")[0].removeprefix("__Host-") for text in cookies} >= {
        "luodi_session",
        "luodi_visitor",
        "luodi_preferences",
        "luodi_flash",
    }
    for text in cookies:
        assert "HttpOnly" in text and "SameSite=lax" in text and "Path=/" in text and "Domain" not in text
        assert ("Secure" in text) is https
    if https:
        assert any(text.startswith("__Host-luodi_session=") for text in cookies)


def test_a_session_that_somebody_planted_is_not_taken_over(app: FastAPI) -> None:
    """Signing in makes a new session, ends nothing of another's, and what was planted opens nothing afterwards."""
    client, planted = client_of(app), "planted-by-somebody-else"
    client.cookies.set("luodi_session", planted, domain="127.0.0.1")
    token = form_token(client.get("/login").text)
    answer = client.post("/login", data={"login": "somebody", "password": PASSWORD, "csrf_token": token})
    (fresh,) = [
        text.partition(";")[0].partition("=")[2]
        for text in answer.headers.get_list("set-cookie")
        if text.startswith("luodi_session=")
    ]
    assert fresh and fresh != planted
    attacker = client_of(app)
    attacker.cookies.set("luodi_session", planted, domain="127.0.0.1")
    assert attacker.get("/account").status_code == 303
    owner = client_of(app)
    owner.cookies.set("luodi_session", fresh, domain="127.0.0.1")
    assert owner.get("/account").status_code == 200
    owner.post("/logout", data={"csrf_token": form_token(owner.get("/account").text)})
    owner.cookies.set("luodi_session", fresh, domain="127.0.0.1")
    assert owner.get("/account").status_code == 303


ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.example@127.0.0.1",
    "/\r\nSet-Cookie: a=b",
    "\x00//evil.example",
]


def test_no_address_of_ours_leads_to_another_site(app: FastAPI) -> None:
    client = client_of(app, "somebody")
    token = form_token(client.get("/account").text)

    def leads_away(answer: Response) -> bool:
        found: Any = answer.headers.get("location", "/")
        return not re.match(r"/(?![/\\\t\r\n])", found) or "\n" in found or "set-cookie: a" in found.lower()

    for target in ELSEWHERE:
        named = {"next": target}
        answers = [
            client.get("/login", params=named),
            client_of(app).get("/login", params=named),
            client.get("/account/confirm", params=named),
            client.post("/account/preferences", data=named | {"csrf_token": token}),
            client.post("/account/confirm", data=named | {"csrf_token": token, "password": PASSWORD}),
            client_of(app).get("/leads", params=named),
        ]
        assert not any(leads_away(answer) for answer in answers), target
        for answer in answers:
            assert not re.search(r'href="(//|/\\|[a-z]+:)', answer.text), target
    for path in (
        "//evil.example/leads",
        "/leads//evil.example",
        "/\\evil.example",
        "/leads?page=2&q=//evil.example",
    ):
        assert not leads_away(client_of(app).get(path))
