"""A page asks its questions where its door asked who it is: one connection, given back whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

import pytest
from fastapi import FastAPI
from sqlalchemy import event, select, update
from starlette.responses import PlainTextResponse, Response

from app.core.db import Database
from app.core.permissions import Permission
from app.identity.models import Person, User
from app.web.access import allow, pages
from app.web.context import Context
from tests.factories.identity import client_of, form_token

Reader = Annotated[Context, allow(Permission.READ_RECORDS)]


@dataclass
class Taken:
    """Connections out at this moment, most of them at once, and how often one was taken."""

    now: int = 0
    most: int = 0
    times: int = 0

    def take(self, *_given: object) -> None:
        self.now, self.times = self.now + 1, self.times + 1
        self.most = max(self.most, self.now)

    def give_back(self, *_given: object) -> None:
        self.now -= 1


@contextmanager
def taken(database: Database) -> Iterator[Taken]:
    counted, pool = Taken(), database.engine.pool
    event.listen(pool, "checkout", counted.take)
    event.listen(pool, "checkin", counted.give_back)
    try:
        yield counted
    finally:
        event.remove(pool, "checkout", counted.take)
        event.remove(pool, "checkin", counted.give_back)


@contextmanager
def with_pages(app: FastAPI) -> Iterator[None]:
    """Add pages that do what a handler may do with the door's session."""
    router = pages()

    @router.get("/asks-once")
    def asks_once(ctx: Reader) -> Response:
        with ctx.reading() as session:
            return PlainTextResponse(session.scalars(select(Person.name)).first())

    @router.get("/asks-twice")
    def asks_twice(ctx: Reader) -> Response:
        asks_once(ctx)
        return asks_once(ctx)

    @router.get("/asks-in-between")
    def asks_in_between(ctx: Reader) -> Response:
        with ctx.reading() as outer, ctx.reading() as inner:
            names = [each.scalars(select(Person.name)).first() for each in (outer, inner)]
            return PlainTextResponse("".join(map(str, names)))

    @router.get("/asks-nothing")
    def asks_nothing(ctx: Reader) -> Response:
        return PlainTextResponse(ctx.actor.name)

    @router.get("/fails")
    def fails(ctx: Reader) -> Response:
        raise LookupError("a fault in a page")

    @router.get("/fails-while-asking")
    def fails_while_asking(ctx: Reader) -> Response:
        with ctx.reading() as session:
            session.scalars(select(User.login)).first()
            raise LookupError("a fault in a page")

    @router.get("/writes")
    def writes(ctx: Reader) -> Response:
        with ctx.transaction() as session:
            session.execute(update(Person).values(name="新名字"))
        return asks_once(ctx)

    @router.post("/writes")
    def writes_a_form(ctx: Reader) -> Response:
        return writes(ctx)

    before = list(app.router.routes)
    app.router.routes[:0] = router.routes
    try:
        yield
    finally:
        app.router.routes[:] = before


@pytest.mark.parametrize(
    ("path", "status", "most", "times"),
    [
        ("/asks-once", 200, 1, 1),
        ("/asks-twice", 200, 1, 2),
        ("/asks-in-between", 200, 2, 2),
        ("/asks-nothing", 200, 1, 1),
        ("/fails", 500, 1, 1),
        ("/fails-while-asking", 500, 1, 1),
        ("/writes", 200, 1, 3),
        ("/leads/none", 404, 1, 1),
        ("/leads/new?investor_id=none", 422, 1, 1),
        ("/admin/users", 403, 1, 1),
    ],
)
def test_a_connection_is_taken_once_and_given_back(
    app: FastAPI, database: Database, login: str, path: str, status: int, most: int, times: int
) -> None:
    client = client_of(app, login)
    with with_pages(app):
        client.get("/asks-nothing")  # the first request finds out whether this is a demo
        with taken(database) as counted:
            assert client.get(path).status_code == status
    assert (counted.now, counted.most, counted.times) == (0, most, times)


def test_what_a_handler_changed_is_what_it_reads_then(app: FastAPI, login: str) -> None:
    client = client_of(app, login)
    with with_pages(app):
        assert client.get("/asks-once").text != "新名字"
        assert client.get("/writes").text == "新名字"


def test_a_form_begins_without_the_doors_session(app: FastAPI, database: Database, login: str) -> None:
    client = client_of(app, login)
    token = form_token(client.get("/account").text)
    with with_pages(app), taken(database) as counted:
        answer = client.post("/writes", data={"csrf_token": token})
    assert (answer.status_code, answer.text) == (200, "新名字")
    assert (counted.now, counted.most, counted.times) == (0, 1, 3)
