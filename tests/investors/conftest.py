"""The office that these tests begin with: a town with its village, another town, the bureau, one investor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from app.core.actor import Actor, Role
from app.core.db import Database
from app.core.events import Event
from app.core.models import EventPrivate
from app.identity.models import Unit, User
from app.investors.models import Investor
from tests.conftest import Clock
from tests.factories.identity import actor_of, client_of, make_unit, make_user, open_app
from tests.factories.investors import make_investor


@dataclass
class Office:
    """People by the part that they play; `investor` is on record already."""

    database: Database
    app: FastAPI
    clock: Clock
    town: Unit
    other: Unit
    bureau: Unit
    investor: Investor
    people: dict[str, User]

    def client(self, who: str = "member") -> TestClient:
        return client_of(self.app, self.people[who])

    def make(self, factory: Callable[..., Any], **values: Any) -> Any:
        with self.database.writing() as session:
            return factory(session, **values)

    def row(self, model: type[Any], key: UUID) -> Any:
        with self.database.reading() as session:
            return session.get(model, key)

    def actor(self, who: str = "member") -> Actor:
        with self.database.reading() as session:
            return actor_of(session, self.people[who], at=self.clock.now)

    def events(self, kind: str) -> list[Event]:
        with self.database.reading() as session:
            return list(session.scalars(select(Event).where(Event.kind == kind).order_by(Event.at, Event.id)))

    def private(self, event: Event) -> dict[str, Any]:
        with self.database.reading() as session:
            return session.get_one(EventPrivate, event.id).body

    def named(self, name: str) -> Investor:
        with self.database.reading() as session:
            return session.scalars(select(Investor).where(Investor.name == name)).one()


@pytest.fixture
def office(database: Database, clock: Clock) -> Office:
    with database.writing() as session:
        town, other = make_unit(session, name="河下镇"), make_unit(session, name="双林镇")
        bureau = make_unit(session, name="商务局", is_verifying=True)
        people = {
            "member": make_user(session, role=Role.MEMBER, unit=town, name="钱小树"),
            "head": make_user(session, role=Role.UNIT_HEAD, unit=town),
            "elsewhere": make_user(session, role=Role.MEMBER, unit=other),
            "verifier": make_user(session, role=Role.VERIFIER, unit=bureau),
            "leader": make_user(session, role=Role.LEADER, unit=bureau),
            "admin": make_user(session, role=Role.ADMIN, unit=bureau),
            "auditor": make_user(session, role=Role.AUDITOR, unit=bureau),
            "partner": make_user(session, role=Role.PARTNER, unit=bureau),
        }
        investor = make_investor(
            session, name="江西云杉线缆有限公司", unit=other, former_names=("云杉电线厂",)
        )
    return Office(database, open_app(database, clock), clock, town, other, bureau, investor, people)
