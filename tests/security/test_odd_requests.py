"""Requests that no browser sends: hosts, forwarded headers, huge headers, endless forms, paths that climb."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Response
from starlette.testclient import TestClient

from app.core.actor import Role
from app.core.db import Database
from tests.conftest import Clock
from tests.factories.application import open_app
from tests.factories.identity import client_of, form_token, make_unit, make_user

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def app(database: Database, clock: Clock) -> FastAPI:
    with database.writing() as session:
        unit = make_unit(session, name="河下镇")
        make_user(session, login="somebody", role=Role.UNIT_HEAD, unit=unit)
        make_user(session, login="admin", role=Role.ADMIN, unit=unit)
    return open_app(database, clock)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return client_of(app, "somebody")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("LOCALHOST", 200),
        ("", 400),
        ("evil.example", 400),
        ("127.0.0.1:8000@evil.example", 400),
        ("evil.example:8000", 400),
        ("127.0.0.1.evil.example", 400),
        ("127.0.0.1, evil.example", 400),
        ("[::1]:80", 200),
        ("[::1", 400),
    ],
)
def test_only_our_own_host_names_are_answered(app: FastAPI, host: str, status: int) -> None:
    assert client_of(app).get("/login", headers={"Host": host}).status_code == status


def test_headers_of_a_proxy_that_nobody_named_change_nothing(client: TestClient) -> None:
    plain = client.get("/account").text
    told = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "6.6.6.6",
        "X-Forwarded-Prefix": "/evil",
        "Forwarded": "host=evil.example;proto=https",
        "X-Original-URL": "/admin/users",
        "X-Rewrite-URL": "/admin/users",
        "X-HTTP-Method-Override": "DELETE",
    }
    answer = client.get("/account", headers=told)
    assert answer.status_code == 200
    assert not any(word in answer.text for word in ("evil", "6.6.6.6"))
    assert answer.text.count("<form") == plain.count("<form")
    away = client.get("/leads/not-there", headers=told)
    assert away.status_code == 404 and "evil" not in away.text
    assert "evil" not in client_of(client.app).get("/leads", headers=told).headers["location"]  # type: ignore[arg-type]


def test_a_request_id_is_ours_unless_it_is_harmless(app: FastAPI) -> None:
    visitor = client_of(app)
    assert visitor.get("/healthz", headers={"X-Request-ID": "gateway-12345678"}).headers["x-request-id"] == (
        "gateway-12345678"
    )
    for bad in ("<script>alert(1)</script>", "x" * 65, "a b c d e f g h", "12345678\n", "短"):
        answer = visitor.get("/login", headers={"X-Request-ID": bad.encode()})
        assert answer.headers["x-request-id"] != bad and len(answer.headers["x-request-id"]) == 24


def test_huge_and_broken_headers_and_cookies_are_refused_or_ignored(client: TestClient) -> None:
    for headers in (
        {"Cookie": "luodi_session=" + "x" * 100_000},
        {"Cookie": "; ".join(f"c{number}=1" for number in range(2_000))},
        {"Cookie": b"luodi_flash=\xff\xfe; luodi_preferences=\x80.\x80.\x80; luodi_visitor=<script>"},
        {"Accept-Language": "en;q=" + "9" * 50_000},
        {"Accept-Language": ",".join(["zz"] * 20_000)},
        {"User-Agent": "<script>alert(1)</script>" * 1_000},
        {"Referer": "https://[broken"},
        {"Content-Type": "multipart/form-data; boundary=" + "-" * 5_000},
        {"If-None-Match": '"' * 20_000},
        {"Authorization": "Bearer " + "x" * 100_000},
        {"Range": "bytes=0-0,1-1,2-2" + ",3-3" * 5_000},
    ):
        for path in ("/account", "/login", "/api/v1/leads", "/static/js/forms.js"):
            before = process_time()
            answer = client.get(path, headers=headers)  # type: ignore[arg-type]
            assert answer.status_code < 500 and "<script>alert(1)" not in answer.text, (path, list(headers))
            assert process_time() - before < 2


def test_forms_without_end_are_refused(client: TestClient) -> None:
    token = form_token(client.get("/account").text)

    def send(**given: Any) -> Response:
        before = process_time()
        answer: Response = client.post("/leads/new", **given)
        assert process_time() - before < 5
        return answer

    many = {f"f{number}": "1" for number in range(10_000)} | {"csrf_token": token}
    urlencoded = {"Content-Type": "application/x-www-form-urlencoded"}
    parts = [(f"f{number}", ("a.txt", b"x", "text/plain")) for number in range(10_000)]
    boundary = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' for _ in range(10_000)
    )
    multipart = {"Content-Type": "multipart/form-data; boundary=x"}
    for answer in (
        send(data=many),
        send(files=parts),
        send(content=boundary + b"--x--\r\n", headers=multipart),
        send(content=b"a=1&" * 10_000, headers=urlencoded),
        send(content=b"%" * 10_000, headers=urlencoded),
        send(content=b"a[" * 50_000, headers=urlencoded),
        send(content=b"--x\r\n" * 1_000, headers=multipart),
        send(content=b"", headers={"Content-Type": "multipart/form-data"}),
        send(content=b"--x\r\nA: " + b"b" * 200_000, headers=multipart),
        send(content=b"\x00\xff=\xed\xa0\x80", headers=urlencoded),
        send(data={"csrf_token": [token, token], "title": ["一个", "另一个"], "version": "NaN"}),
        send(
            data={
                "csrf_token": token,
                "title": "1e400",
                "planned": "1e400",
                "land_mu": "NaN",
                "expected_signing_on": "9" * 400,
            }
        ),
    ):
        assert 400 <= answer.status_code < 500, answer.text[:300]


def test_numbers_in_an_address_are_no_way_in(client: TestClient) -> None:
    for path in ("/leads", "/deals", "/visits", "/investors", "/progress/entries"):
        for page in (
            "NaN",
            "1e400",
            "-1",
            "9" * 400,
            "0x10",
            "１",
            "\ud800".encode("utf-8", "surrogatepass"),
            "",
        ):
            assert client.get(path, params={"page": page}).status_code < 500, (path, page)
        assert client.get(path + "?page=1&page=2&page=").status_code < 500


@pytest.mark.parametrize(
    "path",
    [
        "/static/../settings.py",
        "/static/%2e%2e/%2e%2e/pyproject.toml",
        "/static/..%2f..%2fapp/settings.py",
        "/static/..%5c..%5capp%5csettings.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/css/..%00/base.css",
        "/static/js/%c0%ae%c0%ae/forms.js",
        "/static",
        "/static/",
        "/static/js",
        "/files/../../etc/passwd",
        "/transfers/import/..%2f..%2fetc%2fpasswd",
        "/transfers/import/templates/..%2f..%2fpyproject.toml",
        "/.git/config",
        "/.env",
        "/var/luodi.db",
    ],
)
def test_no_path_leads_out_of_its_folder(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (400, 404, 405, 422), answer.text[:200]
    assert "root:" not in answer.text and "[project]" not in answer.text and "LUODI_" not in answer.text


def test_the_name_of_a_file_breaks_out_of_no_header(app: FastAPI, client: TestClient) -> None:
    """A template for imports is named by the address; an upload by whoever sends it."""
    for kind in ("deals", "a%22%0d%0aX-Evil:%201", "deals%0aX-Evil:%201"):
        answer = client.get(f"/transfers/import/templates/{kind}")
        assert "x-evil" not in answer.headers
    page = client.get("/transfers/import")
    for name in (
        'a"\r\nX-Evil: 1.csv',
        "../../../etc/cron.d/x.csv",
        "x" * 500 + ".csv",
        "\u202egpj.csv",
        "..\\..\\a.csv",
    ):
        sent = {"file": (name, "项目名称,总投资（万元）\n=1+1,3000\n".encode(), "text/csv")}
        data = {"csrf_token": form_token(page.text), "kind": "deals"}
        answer = client.post("/transfers/import", data=data, files=sent)
        assert answer.status_code in (303, 422) and "x-evil" not in answer.headers
        if answer.status_code == 303:
            shown = client.get(answer.headers["location"])
            assert shown.status_code == 200 and "../.." not in shown.text and "\u202e" not in shown.text


@pytest.mark.parametrize(
    "path", ["/healthz", "/login", "/leads", "/nowhere", "/api/v1/meta", "/static/app.css"]
)
def test_head_answers_what_get_would_without_the_body(client: TestClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers.get("content-type") == got.headers.get("content-type")
    assert head.headers["x-content-type-options"] == "nosniff"
