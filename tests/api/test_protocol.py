"""The conventions that every operation keeps: tags, keys of repetition, problems, languages, duplicates."""

from __future__ import annotations

import json
import re
import threading
from typing import Any

import pytest
from httpx import Response
from starlette.testclient import TestClient

from app.core.actor import Role
from app.core.db import Database
from app.core.idempotency import forget_old_keys
from app.core.ids import new_id
from app.web.api_document import METHODS, PROBLEM, codes_in, document
from tests.api.conftest import County
from tests.factories.identity import make_unit
from tests.partners import Program, is_problem

NEW = {
    "title": "年产10万套线缆项目",
    "source": "partner",
    "investor_name": "江西金桂线缆有限公司",
    "content": "建设线缆生产线",
    "first_contact_on": "2022-11-20",
    "contact": {"name": "孙经理", "phone": "13800000000", "consent": True},
}


def test_a_tag_is_read_as_the_standard_says(county: County) -> None:
    partner = county.program(Role.PARTNER)
    made = partner.post("/leads", NEW)
    path, tag = f"/leads/{made.json()['id']}", made.headers["etag"]
    for same in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        assert partner.get(path, headers={"If-None-Match": same}).status_code == 304
    for other in ('"1-ffffffffffff"', tag.strip('"'), ""):
        assert partner.get(path, headers={"If-None-Match": other}).status_code == 200
    for foreign in ("*", '"x"', f'{tag}, "2-aaaaaaaaaaaa"', tag.strip('"')):
        is_problem(partner.patch(path, {"place": "工业园"}, tag=foreign), 412, "stale")
    assert partner.patch(path, {"place": "工业园"}, tag=f"W/{tag}").status_code == 200


def test_a_key_of_repetition_is_an_accounts_own_and_kept_for_seven_days(county: County) -> None:
    one, two = county.program(Role.PARTNER), county.program(Role.PARTNER)
    first = one.post("/leads", NEW, key="k" * 255)
    assert first.status_code == 201
    for bad in ("k" * 256, "mit Lücke", ""):
        answer = one.client.post(
            "/api/v1/leads", json=NEW, headers={"Idempotency-Key": bad.encode("latin-1")}
        )
        is_problem(answer, 400, "idempotency_key_needed")
    assert two.post("/leads", NEW | {"investor_name": "江西乙公司"}, key="k" * 255).status_code == 201
    county.clock.advance(days=6, hours=23)
    forget(county.database, county)
    assert one.post("/leads", NEW, key="k" * 255).headers["idempotency-replayed"] == "true"
    county.clock.advance(hours=2)
    forget(county.database, county)
    is_problem(one.post("/leads", NEW, key="k" * 255), 409, "leads.duplicate")


def forget(database: Database, county: County) -> None:
    with database.writing() as session:
        forget_old_keys(session, at=county.clock.now)


def test_of_two_requests_at_once_one_creates_and_both_learn_of_it(county: County) -> None:
    partner = county.program(Role.PARTNER)
    answers: list[Response] = []
    gate = threading.Barrier(4)

    def send() -> None:
        client = TestClient(county.app, base_url=str(partner.client.base_url), raise_server_exceptions=False)
        gate.wait()
        named = {"Authorization": f"Bearer {partner.bearer}", "Idempotency-Key": "at-once"}
        answers.append(client.post("/api/v1/leads", json=NEW, headers=named))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {each.status_code for each in answers} <= {201, 409}, [each.text for each in answers]
    made = {each.json()["id"] for each in answers if each.status_code == 201}
    running = [each.json()["title"] for each in answers if each.status_code == 409]
    assert len(made) == 1 and set(running) <= {"idempotency.running"}
    assert len(partner.get("/leads").json()["data"]) == 1


def test_a_record_may_be_made_under_the_senders_own_id(county: County) -> None:
    partner, key = county.program(Role.PARTNER), str(new_id())
    assert partner.post("/leads", NEW | {"id": key}).json()["id"] == key
    taken = partner.post("/leads", NEW | {"id": key, "investor_name": "江西乙公司"})
    is_problem(taken, 409, "conflict")
    old = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"
    for path, body in (("/leads", NEW | {"investor_name": "江西丙公司"}), ("/visits", VISIT)):
        refused = is_problem(county.program().post(path, body | {"id": old}), 422, "invalid_field")
        assert refused["errors"][0]["pointer"] == "/id"


VISIT = {
    "kind": "outbound",
    "from_on": "2022-11-20",
    "investor_name": "江西云杉线缆有限公司",
    "summary": "谈了用地",
    "no_follow_up": True,
}


def test_a_partner_learns_of_a_duplicate_only_what_it_may_see(county: County) -> None:
    """Its own earlier referral by name; of what the office holds already, who and until when."""
    one, two = county.program(Role.PARTNER), None
    two = county.program(Role.PARTNER, unit=county.make(make_unit, name="深商会"))
    mine = one.post("/leads", NEW).json()
    again = is_problem(one.post("/leads", NEW), 409, "leads.duplicate")
    assert [each["id"] for each in again["candidates"]] == [mine["id"]]
    blind = two.post("/leads", NEW | {"title": "另一个说法"})
    body = is_problem(blind, 409, "leads.already_held")
    assert (body["held_by_unit"], body["held_until"]) == ("商务局", "2022-11-29")
    assert "candidates" not in body and mine["title"] not in blind.text and mine["code"] not in blind.text
    many = two.post("/leads/bulk", {"items": [NEW]}).json()["results"][0]["problem"]
    assert (many["code"], many["held_by_unit"], many["candidates"]) == ("leads.already_held", "商务局", None)
    assert one.post("/leads", NEW | {"second_project": True}).status_code == 201


def test_what_an_address_does_not_take_is_a_problem_of_a_known_code(county: County) -> None:
    """Every operation: another method, a foreign parameter, no key, no JSON, JSON that is none."""
    program = county.program()
    codes = codes_in(document(county.app))
    for path, item in document(county.app)["paths"].items():
        address = re.sub(r"\{\w+\}", lambda _found: str(new_id()), path)
        wrong = program.client.request("TRACE", address)
        is_problem(wrong, 405, "method_not_allowed")
        assert wrong.headers["allow"] == ", ".join(
            sorted(method.upper() for method in item if method in METHODS)
        )
        for method in set(item) & set(METHODS):
            for code, answer in refused_by(program, method, address, has_body="requestBody" in item[method]):
                assert answer.headers["content-type"] == PROBLEM, (method, path, answer.text)
                body = answer.json()
                assert body["title"] in code.split("|"), (method, path, body)
                assert codes[body["title"]] == answer.status_code == body["status"]
                assert body["type"] == f"/api/problems#{body['title']}" and body["instance"] == address
                assert body["request_id"] == answer.headers["x-request-id"] and body["detail"]


def refused_by(program: Program, method: str, address: str, *, has_body: bool) -> list[tuple[str, Response]]:
    def ask(content: bytes = b"", query: str = "", **headers: str) -> Response:
        given = {"Idempotency-Key": str(new_id()), "If-Match": '"1"'} | headers
        return program.client.request(method, address + query, content=content, headers=given)

    found = [
        ("unknown_parameter", ask(b"{}", "?select=1", **JSON)),
        ("key_needed", ask(b"{}", **JSON, Authorization="Bearer luodi_nobody")),
        ("key_needed", ask(b"{}", **JSON, Authorization="Basic YTpi")),
    ]
    if has_body:
        found += [
            ("unsupported_body", ask(b"{}", **{"Content-Type": "text/plain"})),
            ("unsupported_body", ask(b"title=ab")),
            ("too_large", ask(b'{"title": "' + b"x" * (2 * 1024 * 1024) + b'"}', **JSON)),
        ]
        found += [("malformed_body|invalid_input|not_found", ask(raw, **JSON)) for raw in TORTURE]
    return found


JSON = {"Content-Type": "application/json"}
TORTURE = [
    b'{"title": NaN}',
    b'{"title": 1e400}',
    b'{"title": "\\ud800"}',
    b'{"title": "\xed\xa0\x80"}',
    b"[" * 100_000,
    b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    b'{"title": ' + b"9" * 10_000 + b"}",
    b'{"version": -0, "items": [' + b"1," * 9_999 + b"1]}",
    b"{" + b",".join(b'"a%d": 1' % number for number in range(10_000)) + b"}",
    b'{"\\u0000": "\\u0000"}',
    b"\xff\xfe",
    b"",
    b"null",
    b"[]",
]


def test_a_field_that_is_named_twice_is_read_once_and_nothing_breaks(county: County) -> None:
    raw = json.dumps(NEW, ensure_ascii=False)[:-1] + ', "title": "后一个说法"}'
    partner = county.program(Role.PARTNER)
    answer = partner.client.post(
        "/api/v1/leads", content=raw.encode(), headers=JSON | {"Idempotency-Key": "twice"}
    )
    assert (answer.status_code, answer.json()["title"]) == (201, "后一个说法")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("en", "key"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "密钥"),
        ("de, en;q=0.5", "key"),
        ("en;q=0, zh", "密钥"),
        ("en;q=nonsense", "密钥"),
        ("*", "密钥"),
    ],
)
def test_problems_are_told_in_the_callers_language(county: County, asked: str, words: str) -> None:
    client = TestClient(county.app, base_url="http://127.0.0.1:8000")
    answer = client.get("/api/v1/meta", headers={"Accept-Language": asked})
    assert words in is_problem(answer, 401, "key_needed")["detail"]
    assert answer.headers["www-authenticate"] == "Bearer"


def test_an_unknown_host_is_a_problem_too(county: County) -> None:
    answer = TestClient(county.app, base_url="http://evil.example").get("/api/v1/meta")
    assert is_problem(answer, 400, "unknown_host")["detail"]


def test_the_override_is_the_apis_alone(county: County) -> None:
    """POST stands for PATCH, PUT and DELETE only, and no page knows of it."""
    program = county.program()

    def post(path: str, **headers: Any) -> Response:
        return program.client.post(path, json={}, headers=headers)

    for method in ("GET", "TRACE", "CONNECT", "patch\x00"):
        is_problem(post("/api/v1/meta", **{"X-HTTP-Method-Override": method}), 405, "method_not_allowed")
    put = post("/api/v1/leads/external/crm/A-1", **{"X-HTTP-Method-Override": "put"})
    is_problem(put, 422, "invalid_input")
    assert post("/leads/new", **{"X-HTTP-Method-Override": "DELETE"}).status_code in (401, 403)
