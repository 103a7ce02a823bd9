"""The office that these tests begin with, and its people signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import event, select
from starlette.testclient import TestClient

from app.core.actor import Role
from app.core.db import Database
from app.core.models import Event
from app.identity.models import Unit, User
from app.identity.rules import UnitKind
from tests.conftest import Clock
from tests.factories.identity import client_of, make_root, make_unit, make_user, open_app


@dataclass
class Office:
    """A county with a town (its village below), another town, and one account for each part in the play."""

    database: Database
    app: FastAPI
    clock: Clock
    town: Unit
    village: Unit
    other: Unit
    people: dict[str, User]

    def client(self, who: str | User = "admin") -> TestClient:
        return client_of(self.app, self.people[who] if isinstance(who, str) else who)

    def make(self, factory: Callable[..., Any], **values: Any) -> Any:
        with self.database.writing() as session:
            return factory(session, **values)

    def row(self, model: type[Any], key: UUID) -> Any:
        with self.database.reading() as session:
            return session.get(model, key)

    def events(self, kind: str) -> list[Event]:
        with self.database.reading() as session:
            return list(session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id)))


@pytest.fixture
def office(database: Database, clock: Clock) -> Office:
    with database.writing() as session:
        root = make_root(session)
        town = make_unit(session, code="town", name="河下镇")
        village = make_unit(session, parent=town, code="village", name="河下村", kind=UnitKind.OTHER)
        other = make_unit(session, code="other", name="双林镇")
        people = {
            "admin": make_user(session, role=Role.ADMIN, unit=root, login="admin1"),
            "auditor": make_user(session, role=Role.AUDITOR, unit=root, login="auditor1"),
            "leader": make_user(session, role=Role.LEADER, unit=root, login="leader1"),
            "verifier": make_user(session, role=Role.VERIFIER, unit=town, login="verifier1"),
            "head": make_user(session, role=Role.UNIT_HEAD, unit=town, login="head1"),
            "member": make_user(session, role=Role.MEMBER, unit=town, login="member1", name="钱小树"),
            "below": make_user(session, role=Role.MEMBER, unit=village, login="below1"),
            "elsewhere": make_user(session, role=Role.MEMBER, unit=other, login="elsewhere1"),
        }
    return Office(database, open_app(database, clock), clock, town, village, other, people)


@dataclass
class Queries:
    count: int = 0


@pytest.fixture
def count_queries(database: Database) -> Callable[[], AbstractContextManager[Queries]]:
    """Give a block that counts the statements sent to the database."""

    @contextmanager
    def counting() -> Iterator[Queries]:
        queries = Queries()

        def note(*_given: object) -> None:
            queries.count += 1

        event.listen(database.engine, "before_cursor_execute", note)
        try:
            yield queries
        finally:
            event.remove(database.engine, "before_cursor_execute", note)

    return counting
