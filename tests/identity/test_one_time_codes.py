"""One-time codes: switched on with a code, asked at sign-in, good for one use."""

from __future__ import annotations

import re

import pyotp
from fastapi import FastAPI

from app.core.actor import Role
from app.core.db import Database
from app.identity.models import User
from tests.conftest import Clock
from tests.factories.identity import PASSWORD, client_of, form_token, make_user, open_app, send


def made(database: Database, clock: Clock, **settings: object) -> tuple[FastAPI, User]:
    with database.writing() as session:
        user = make_user(session, role=Role.VERIFIER)
    return open_app(database, clock, **settings), user


def switch_on(app: FastAPI, user: User, clock: Clock) -> str:
    client = client_of(app, user)
    page = send(client, "/account/totp").text
    found = re.search(r"<code>([A-Z2-7]{16,})</code>", page)
    assert found
    secret = found[1]
    assert send(client, "/account/totp/confirm", code=pyotp.TOTP(secret).at(clock.now)).status_code == 303
    return secret


def attempt(app: FastAPI, login: str, code: str = "") -> int:
    client = client_of(app)
    token = form_token(client.get("/login").text)
    typed = {"login": login, "password": PASSWORD, "code": code, "csrf_token": token}
    return client.post("/login", data=typed, follow_redirects=False).status_code


def test_a_code_is_asked_for_once_switched_on(database: Database, clock: Clock) -> None:
    app, user = made(database, clock)
    secret = switch_on(app, user, clock)
    assert attempt(app, user.login) == 422
    assert attempt(app, user.login, "000000") == 422
    clock.advance(minutes=1)
    assert attempt(app, user.login, pyotp.TOTP(secret).at(clock.now)) == 303


def test_a_code_is_good_for_one_use(database: Database, clock: Clock) -> None:
    app, user = made(database, clock)
    secret = switch_on(app, user, clock)
    clock.advance(minutes=1)
    code = pyotp.TOTP(secret).at(clock.now)
    assert attempt(app, user.login, code) == 303
    assert attempt(app, user.login, code) == 422


def test_a_wrong_code_does_not_switch_it_on(database: Database, clock: Clock) -> None:
    app, user = made(database, clock)
    client = client_of(app, user)
    send(client, "/account/totp")
    assert send(client, "/account/totp/confirm", code="123").status_code == 422
    assert attempt(app, user.login) == 303


def test_a_setting_requires_it_of_a_role(database: Database, clock: Clock) -> None:
    app, user = made(database, clock, totp_required_for="verifier")
    client = client_of(app, user)
    assert client.get("/visits").headers["location"] == "/account"
    switch_on(app, user, clock)
    assert client.get("/visits").status_code == 200


def test_switching_off_asks_for_the_password_again(database: Database, clock: Clock) -> None:
    app, user = made(database, clock)
    secret = switch_on(app, user, clock)
    clock.advance(minutes=1)
    client = client_of(app)
    token = form_token(client.get("/login").text)
    code = pyotp.TOTP(secret).at(clock.now)
    client.post("/login", data={"login": user.login, "password": PASSWORD, "code": code, "csrf_token": token})
    clock.advance(minutes=11)
    answer = send(client, "/account/totp/stop")
    assert answer.headers["location"].startswith("/account/confirm")
    assert send(client, "/account/confirm", password="wrong").status_code == 422
    assert send(client, "/account/confirm", password=PASSWORD).status_code == 303
    assert send(client, "/account/totp/stop").headers["location"] == "/account"
    clock.advance(minutes=1)
    assert attempt(app, user.login) == 303
