"""The office that these tests begin with: two towns, the bureau, one investor, and people signed in by their part."""

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
from app.identity.models import Unit, User
from app.identity.rules import UnitKind
from app.investors.models import Investor
from app.leads.models import Lead
from tests.conftest import Clock
from tests.factories.identity import actor_of, client_of, make_unit, make_user, open_app
from tests.factories.investors import make_investor
from tests.factories.leads import make_lead


@dataclass
class Office:
    """`member` and `colleague` belong to the town, `elsewhere` to the other one, `head` stands above the town."""

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

    def lead(self, **values: Any) -> Lead:
        """Make a lead of the town, followed by `member`."""
        given = {"unit": self.town, "owner": self.people["member"].person_id, "reported_at": self.clock.now}
        lead: Lead = self.make(make_lead, **(given | values))
        return lead

    def row(self, key: UUID) -> Lead:
        with self.database.reading() as session:
            return session.get_one(Lead, key)

    def actor(self, who: str = "member") -> Actor:
        with self.database.reading() as session:
            return actor_of(session, self.people[who], at=self.clock.now)

    def events(self, kind: str) -> list[Event]:
        with self.database.reading() as session:
            return list(session.scalars(select(Event).where(Event.kind == kind).order_by(Event.at, Event.id)))

    def leads(self) -> list[Lead]:
        with self.database.reading() as session:
            return list(session.scalars(select(Lead).order_by(Lead.code)))


@pytest.fixture
def office(database: Database, clock: Clock) -> Office:
    with database.writing() as session:
        town, other = make_unit(session, name="河下镇"), make_unit(session, name="双林镇")
        bureau = make_unit(session, name="商务局", is_verifying=True)
        partner = make_unit(session, name="赣商商会", kind=UnitKind.PARTNER)
        people = {
            "member": make_user(session, role=Role.MEMBER, unit=town, name="钱小树"),
            "colleague": make_user(session, role=Role.MEMBER, unit=town, name="孙大山"),
            "head": make_user(session, role=Role.UNIT_HEAD, unit=town, name="李青山"),
            "elsewhere": make_user(session, role=Role.MEMBER, unit=other, name="周远"),
            "verifier": make_user(session, role=Role.VERIFIER, unit=bureau),
            "leader": make_user(session, role=Role.LEADER, unit=bureau),
            "admin": make_user(session, role=Role.ADMIN, unit=bureau),
            "auditor": make_user(session, role=Role.AUDITOR, unit=bureau),
            "partner": make_user(session, role=Role.PARTNER, unit=partner),
        }
        investor = make_investor(session, name="江西云杉线缆有限公司", unit=other)
    return Office(database, open_app(database, clock), clock, town, other, bureau, investor, people)
