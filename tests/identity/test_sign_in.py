"""Signing in: who gets in, how long it lasts, and what guessing meets."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Barrier, Thread

import pytest
from fastapi import FastAPI
from httpx import Response
from sqlalchemy import select
from starlette.testclient import TestClient

from app.core.actor import Role
from app.core.db import Database
from app.core.events import Event
from app.identity.models import SessionRow, User
from app.identity.sign_in import service
from tests.conftest import Clock
from tests.factories.identity import PASSWORD, client_of, form_token, make_user, open_app, send, sign_in


@dataclass
class House:
    """An application with one member, whose clock the test moves."""

    database: Database
    app: FastAPI
    clock: Clock
    user: User

    def visitor(self) -> TestClient:
        return client_of(self.app)

    def signed_in(self) -> TestClient:
        return client_of(self.app, self.user)


@pytest.fixture
def house(database: Database, clock: Clock) -> House:
    with database.writing() as session:
        user = make_user(session, login="Zhang.San")
    return House(database, open_app(database, clock), clock, user)


def attempt(client: TestClient, login: str, password: str, **more: str) -> Response:
    token = form_token(client.get("/login").text)
    typed = {"login": login, "password": password, "csrf_token": token} | more
    return client.post("/login", data=typed, follow_redirects=False)


def test_the_right_password_opens_and_is_on_record(house: House) -> None:
    answer = attempt(house.visitor(), "zhang.san", PASSWORD)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    with house.database.reading() as session:
        assert session.scalars(select(Event.kind).where(Event.kind == "user.signed_in")).all()


def test_of_two_who_sign_in_at_once_each_gets_a_session_of_its_own(house: House) -> None:
    visitors = [house.visitor(), house.visitor()]
    gate, answers = Barrier(len(visitors)), []

    def sign_in_when_all_are_here(client: TestClient) -> None:
        gate.wait()
        answers.append(attempt(client, "zhang.san", PASSWORD))

    threads = [Thread(target=sign_in_when_all_are_here, args=(client,)) for client in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [303, 303]
    assert [client.get("/").status_code for client in visitors] == [200, 200]
    with house.database.reading() as session:
        assert len(session.scalars(select(SessionRow)).all()) == len(visitors)


def test_full_width_letters_and_capitals_name_the_same_account(house: House) -> None:
    assert attempt(house.visitor(), "ＺＨＡＮＧ．ＳＡＮ", PASSWORD).status_code == 303


def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(house: House) -> None:
    wrong = attempt(house.visitor(), "zhang.san", "wrong-password")
    unknown = attempt(house.visitor(), "li.si", "wrong-password")
    assert wrong.status_code == unknown.status_code == 422
    said = "用户名或密码不正确"
    assert said in wrong.text
    assert said in unknown.text
    assert 'value="zhang.san"' in wrong.text
    assert "wrong-password" not in wrong.text


def test_guessing_one_account_closes_it_for_a_while(house: House) -> None:
    client = house.visitor()
    for _ in range(5):
        assert attempt(client, "zhang.san", "wrong-password").status_code == 422
    answer = attempt(client, "zhang.san", PASSWORD)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 800
    house.clock.advance(minutes=16)
    assert attempt(client, "zhang.san", PASSWORD).status_code == 303


def test_guessing_many_accounts_from_one_address_closes_the_address(house: House) -> None:
    client = house.visitor()
    for number in range(50):
        assert attempt(client, f"nobody{number}", "wrong-password").status_code == 422
    assert attempt(client, "zhang.san", PASSWORD).status_code == 429


def test_a_forwarded_address_does_not_open_another_allowance(house: House) -> None:
    client = house.visitor()
    for number in range(5):
        client.headers["X-Forwarded-For"] = f"203.0.113.{number}"
        attempt(client, "zhang.san", "wrong-password")
    assert attempt(client, "zhang.san", PASSWORD).status_code == 429


def test_a_switched_off_account_gets_the_answer_of_an_unknown_one(house: House) -> None:
    with house.database.writing() as session:
        session.get_one(User, house.user.id).disabled_at = house.clock.now
    assert attempt(house.visitor(), "zhang.san", PASSWORD).status_code == 422


def test_a_session_ends_after_thirty_idle_minutes(house: House) -> None:
    client = house.signed_in()
    for _ in range(3):
        house.clock.advance(minutes=29)
        assert client.get("/account").status_code == 200
    house.clock.advance(minutes=31)
    assert client.get("/account").headers["location"] == "/login?next=%2Faccount"


def test_a_session_ends_after_twelve_hours_of_use(house: House) -> None:
    client = house.signed_in()
    for _ in range(25):
        house.clock.advance(minutes=29)
        client.get("/account")
    assert client.get("/account").status_code == 303


def test_only_the_hash_of_a_token_is_stored(house: House) -> None:
    client = house.signed_in()
    token = client.cookies["luodi_session"]
    with house.database.reading() as session:
        (row,) = session.scalars(select(SessionRow))
    assert len(row.token_hash) == 32
    assert token.encode() not in row.token_hash


def test_signing_out_ends_the_session_for_good(house: House) -> None:
    client = house.signed_in()
    token = client.cookies["luodi_session"]
    assert send(client, "/logout").status_code == 303
    client.cookies.set("luodi_session", token)
    assert client.get("/account").status_code == 303


def test_changing_the_password_signs_out_everywhere_else(house: House) -> None:
    here, elsewhere = house.signed_in(), house.signed_in()
    new = "Another-Sound-8"
    answer = send(here, "/account/password", current=PASSWORD, new=new, again=new)
    assert answer.status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    assert attempt(house.visitor(), "zhang.san", new).status_code == 303


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"current": "wrong", "new": "Another-Sound-8", "again": "Another-Sound-8"}, "密码不正确"),
        ({"current": PASSWORD, "new": "short", "again": "short"}, "8"),
        ({"current": PASSWORD, "new": "password123", "again": "password123"}, "常见"),
        ({"current": PASSWORD, "new": "zhang.san-77", "again": "zhang.san-77"}, "用户名"),
        ({"current": PASSWORD, "new": "Another-Sound-8", "again": "Another-Sound-9"}, "不一致"),
        ({"current": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "相同"),
    ],
)
def test_a_poor_new_password_is_refused_in_words(house: House, typed: dict[str, str], words: str) -> None:
    answer = send(house.signed_in(), "/account/password", **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert attempt(house.visitor(), "zhang.san", PASSWORD).status_code == 303


def test_an_initial_password_must_be_changed_before_anything_else(house: House) -> None:
    with house.database.writing() as session:
        session.get_one(User, house.user.id).must_change_password = True
    client = house.signed_in()
    assert client.get("/visits").headers["location"] == "/account"
    assert "请先修改" in client.get("/account").text


def test_ones_own_device_can_be_signed_out_and_nobody_elses(house: House) -> None:
    here, there = house.signed_in(), house.signed_in()
    with house.database.writing() as session:
        other = make_user(session, role=Role.MEMBER)
        rows = session.scalars(select(SessionRow).order_by(SessionRow.id)).all()
    assert send(here, "/account/sessions/end", session_id=str(rows[-1].id)).status_code == 303
    assert there.get("/account").status_code == 303
    foreign = client_of(house.app, other)
    assert send(foreign, "/account/sessions/end", session_id=str(rows[0].id)).status_code == 404
    assert here.get("/account").status_code == 200


def test_what_was_typed_is_kept_through_an_ended_session_for_its_owner_only(house: House) -> None:
    client = house.signed_in()
    token = form_token(client.get("/account").text)
    house.clock.advance(minutes=31)
    typed = {"csrf_token": token, "current": "typed-before", "new": "x", "again": "x"}
    answer = client.post("/account/password", data=typed, follow_redirects=False)
    assert answer.status_code == 401
    kept = answer.text.split('name="kept" value="')[1].split('"')[0]
    assert kept
    again = attempt(client, "zhang.san", PASSWORD, kept=kept)
    assert again.status_code == 200
    assert 'name="current" value="typed-before"' in again.text
    assert 'action="/account/password"' in again.text
    with house.database.writing() as session:
        stranger = make_user(session)
    other = attempt(house.visitor(), stranger.login, PASSWORD, kept=kept)
    assert other.status_code == 303
    assert "typed-before" not in other.text


def test_sign_in_returns_to_the_page_that_was_asked_for(house: House) -> None:
    client = house.visitor()
    where = client.get("/visits?kind=outbound").headers["location"]
    assert where == "/login?next=%2Fvisits%3Fkind%3Doutbound"
    assert 'value="/visits?kind=outbound"' in client.get(where).text
    sign_in(client, "zhang.san")


def test_guessing_at_the_re_entry_of_the_password_is_limited_too(house: House) -> None:
    client = house.signed_in()
    house.clock.advance(minutes=1)
    for _ in range(5):
        assert send(client, "/account/confirm", password="wrong-password").status_code == 422
    assert send(client, "/account/confirm", password=PASSWORD).status_code == 429
    house.clock.advance(minutes=16)
    assert send(client, "/account/confirm", password=PASSWORD).status_code == 303


def test_hashing_holds_no_transaction(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A morning's sign-ins queue for the hasher; on SQLite a reader that waits there would keep every writer out."""
    held: list[int] = []
    real = service.password_matches

    def watched(password: str, stored: str) -> bool:
        held.append(house.database.engine.pool.checkedout())  # type: ignore[attr-defined]
        return real(password, stored)

    monkeypatch.setattr(service, "password_matches", watched)
    assert attempt(house.visitor(), "zhang.san", PASSWORD).status_code == 303
    assert send(house.signed_in(), "/account/confirm", password=PASSWORD).status_code == 303
    assert held == [0, 0]
