"""The office that these tests begin with: two towns, the bureau with two verifiers, and people by their part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import Response
from sqlalchemy import select
from starlette.testclient import TestClient

from app.core.actor import Actor, Role
from app.core.db import Database
from app.core.events import Event
from app.deals.models import Deal, DealTerms
from app.identity.models import Unit, User
from app.investors.models import Investor
from tests.conftest import Clock
from tests.factories.deals import make_deal
from tests.factories.identity import actor_of, client_of, make_unit, make_user, open_app, send
from tests.factories.investors import make_investor


@dataclass
class Office:
    """`member` and `colleague` belong to the town, `head` stands above it, `elsewhere` belongs to the other town."""

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

    def deal(self, **values: Any) -> Deal:
        """Make a deal of the town, entered by `member`."""
        given = {"unit": self.town, "entered_by": self.people["member"], "investor": self.investor} | values
        deal: Deal = self.make(make_deal, **given)
        return deal

    def act(self, deal: Deal, action: str, *, who: str = "member", **fields: Any) -> Response:
        """Send an action's form with the deal's present version, unless another is given."""
        given = {"version": self.row(deal.id).version} | fields
        return send(self.client(who), f"/deals/{deal.id}/{action}", **given)

    def rows(self, model: type[Any]) -> list[Any]:
        with self.database.reading() as session:
            return list(session.scalars(select(model)))

    def row(self, key: UUID) -> Deal:
        with self.database.reading() as session:
            return session.get_one(Deal, key)

    def terms(self, deal: Deal | UUID, no: int = 1) -> DealTerms:
        key = deal if isinstance(deal, UUID) else deal.id
        with self.database.reading() as session:
            chosen = select(DealTerms).where(DealTerms.deal_id == key, DealTerms.no == no)
            return session.scalars(chosen).one()

    def actor(self, who: str = "member") -> Actor:
        with self.database.reading() as session:
            return actor_of(session, self.people[who], at=self.clock.now)

    def events(self, kind: str) -> list[Event]:
        with self.database.reading() as session:
            return list(session.scalars(select(Event).where(Event.kind == kind).order_by(Event.at, Event.id)))

    def deals(self) -> list[Deal]:
        with self.database.reading() as session:
            return list(session.scalars(select(Deal).order_by(Deal.code)))


def refuses(office: Office, deal: Deal, action: str, **fields: Any) -> None:
    """Assert what every action has in common: another unit does not find the deal, a leader and an administrator
    read or do not even that, and nobody but a writer sees the form."""
    path = f"/deals/{deal.id}/{action}"
    for who, status in (("elsewhere", 404), ("leader", 403), ("admin", 403)):
        assert office.client(who).get(path).status_code == status
        assert office.act(deal, action, who=who, **fields).status_code == status
    assert office.client().get(path).status_code == 200


@pytest.fixture
def office(database: Database, clock: Clock) -> Office:
    with database.writing() as session:
        town, other = make_unit(session, name="河下镇"), make_unit(session, name="双林镇")
        bureau = make_unit(session, name="商务局", is_verifying=True)
        people = {
            "member": make_user(session, role=Role.MEMBER, unit=town, name="钱小树"),
            "colleague": make_user(session, role=Role.MEMBER, unit=town, name="孙大山"),
            "head": make_user(session, role=Role.UNIT_HEAD, unit=town, name="李青山"),
            "elsewhere": make_user(session, role=Role.MEMBER, unit=other, name="周远行"),
            "verifier": make_user(session, role=Role.VERIFIER, unit=bureau, name="吴认真"),
            "second": make_user(session, role=Role.VERIFIER, unit=bureau, name="郑仔细"),
            "leader": make_user(session, role=Role.LEADER, unit=bureau, name="冯挂帅"),
            "admin": make_user(session, role=Role.ADMIN, unit=bureau, name="陈管理"),
        }
        investor = make_investor(session, name="桐乡新纺科技有限公司", home="330483")
    return Office(database, open_app(database, clock), clock, town, other, bureau, investor, people)
