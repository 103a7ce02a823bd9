"""A county's year whose figures are worked out by hand, on 22 November 2022:

| deal | unit | signed | amount | |
|---|---|---|---|---|
| 光学 | town | 03-04 | 12亿, Zhejiang | counts, started, 2亿 paid in |
| 特钢 | other | 11-18 | 2.5亿, Guangdong | counts, posted on 20 November: this week's news |
| (confidential) | town | 05-10 | 0.3亿, Zhejiang | counts, not started: due 6 November, 16 days late |
| 麻纺 | other | 02-01 | 3亿, Zhejiang | counts, opening: posted yesterday and no news; due 31 July, 114 days late |
| 模组 | town | 11-01 | 1.5亿, Zhejiang | submitted: pending |
| 商砼 | other | 04-01 | 5亿, Jiangxi | verified, does not count: inside the province |
| 某厂 | other | unknown | unknown | a draft |

已认定 17.8亿, 4 deals; 待认定 1.5亿, 1; 300亿 to reach: 5.93 %, time 89.44 %, gap −83.5 points.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.core.actor import Actor, Role
from app.core.db import Database
from app.deals.models import Deal
from app.deals.rules import TermsState
from app.identity.models import Unit, User
from app.targets.models import TargetPart
from app.targets.rules import Cause, PartKind
from tests.conftest import Clock
from tests.factories.core import make_actor
from tests.factories.deals import make_deal
from tests.factories.identity import client_of, make_track, make_unit, make_user, open_app
from tests.factories.investors import make_investor
from tests.factories.progress import make_paid_in, post
from tests.factories.targets import YI, make_target

VERIFIED = TermsState.VERIFIED
SUM = re.compile(r'data-sum="(-?\d+)"')


@dataclass
class World:
    database: Database
    app: FastAPI
    clock: Clock
    town: Unit
    other: Unit
    people: dict[str, User]
    target_id: UUID
    county_id: UUID
    deals: dict[str, Deal] = field(default_factory=dict)

    def client(self, who: str = "leader") -> TestClient:
        return client_of(self.app, self.people[who])

    def page(self, path: str = "/progress", who: str = "leader") -> str:
        answer = self.client(who).get(path)
        assert answer.status_code == 200, answer.text[:2000]
        return answer.text

    def add(
        self, name: str, *, posted: datetime | None = None, cause: Cause | None = None, **values: Any
    ) -> Deal:
        with self.database.writing() as session:
            homes = values.pop("home", "330483")
            deal = make_deal(session, name=name, investor=make_investor(session, home=homes), **values)
            if posted is not None:
                post(session, deal, self.actor, at=posted, cause=cause)
        self.deals[name] = deal
        return deal

    @property
    def actor(self) -> Actor:
        return make_actor(self.county_id)


@pytest.fixture
def empty_world(database: Database, clock: Clock) -> World:
    with database.writing() as session:
        track = make_track(session, name="乡镇")
        town = make_unit(session, name="河下镇", track_id=track.id)
        other = make_unit(session, name="双林镇", track_id=track.id)
        bureau = make_unit(session, name="商务局", is_verifying=True)
        people = {
            "member": make_user(session, role=Role.MEMBER, unit=town, name="钱小树"),
            "colleague": make_user(session, role=Role.MEMBER, unit=town, name="孙大山"),
            "verifier": make_user(session, role=Role.VERIFIER, unit=bureau, name="吴认真"),
            "leader": make_user(session, role=Role.LEADER, unit=bureau, name="冯挂帅"),
        }
        county_id = town.county_id
    nobody = UUID(int=0)
    return World(database, open_app(database, clock), clock, town, other, people, nobody, county_id)


@pytest.fixture
def world(empty_world: World) -> World:
    made = empty_world
    with made.database.writing() as session:
        target = make_target(session, name="新签约目标", amount=300 * YI)
        session.add(
            TargetPart(target_id=target.id, kind=PartKind.UNIT, unit_id=made.town.id, amount=100 * YI)
        )
        made.target_id = target.id
    fill(made)
    return made


def fill(made: World) -> None:
    """Put the year's deals on record, each posted when it became known."""
    own = {"entered_by": made.people["colleague"], "state": VERIFIED}
    town, other = made.town, made.other
    optics = made.add(
        "光学",
        unit=town,
        stage="started",
        total_fen=12 * YI,
        chain="opto_electronics",
        posted=at(3, 5),
        **own,
    )
    with made.database.writing() as session:
        make_paid_in(session, optics, total_fen=2 * YI, as_of=date(2022, 9, 30))
    made.add(
        "特钢", unit=other, total_fen=5 * YI // 2, signed_on=date(2022, 11, 18), home="440306",
        posted=at(11, 20), cause=Cause.NEW_SIGNING, **own,
    )  # fmt: skip
    made.add(
        "暗号工程", unit=town, total_fen=3 * YI // 10, signed_on=date(2022, 5, 10), confidential=True,
        posted=at(5, 11), **own,
    )  # fmt: skip
    made.add(
        "麻纺", unit=other, total_fen=3 * YI, signed_on=date(2022, 2, 1), opening=True,
        posted=at(11, 21), **own,
    )  # fmt: skip
    waiting = own | {"state": TermsState.SUBMITTED}
    made.add("模组", unit=town, total_fen=3 * YI // 2, signed_on=date(2022, 11, 1), **waiting)
    made.add(
        "商砼",
        unit=other,
        total_fen=5 * YI,
        signed_on=date(2022, 4, 1),
        home="360104",
        posted=at(4, 2),
        **own,
    )
    made.add(
        "某厂",
        unit=other,
        stage="filed",
        total_fen=None,
        signed_on=None,
        **(own | {"state": TermsState.DRAFT}),
    )


def at(month: int, day: int) -> datetime:
    return datetime(2022, month, day, 2, 0, tzinfo=UTC)


def sum_of(page: str) -> int:
    """Read the sum that stands above a page of rows."""
    found = SUM.search(page)
    assert found, page[:500]
    return int(found[1])
