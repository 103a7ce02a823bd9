"""Role × record × verb over JSON: what a key of each role finds of its own unit, one below, another, and in secret.

One county holds every record; each role's program asks for all of them, alone and in lists.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from app.core.actor import Role
from app.core.db import Database
from app.core.events import record, seal_pending
from app.identity.models import Unit
from app.identity.rules import UnitKind
from tests.conftest import Clock
from tests.factories.application import open_app
from tests.factories.core import make_actor
from tests.factories.deals import make_deal
from tests.factories.identity import make_unit
from tests.factories.investors import make_contact, make_investor
from tests.factories.leads import make_lead
from tests.factories.visits import make_visit
from tests.partners import Program

KINDS = ("lead", "visit", "deal")
READS: dict[Role, set[str] | None] = {
    Role.MEMBER: {"own"},
    Role.UNIT_HEAD: {"own", "below"},
    Role.VERIFIER: {"own", "below", "other", "referred"},
    Role.LEADER: {"own", "below", "other", "referred"},
    Role.PARTNER: {"referred"},
    Role.ADMIN: None,
    Role.AUDITOR: None,
}
WRITES = {
    Role.MEMBER: {"own"},
    Role.UNIT_HEAD: {"own", "below"},
    Role.VERIFIER: {"own"},
    Role.PARTNER: {"referred"},
}
CONTACT = ("联络人甲", "13912345678")


@dataclass
class World:
    app: FastAPI
    database: Database
    home: Unit
    records: dict[tuple[str, str], str]
    investor: str

    def ids(self, places: Collection[str], *kinds: str) -> set[str]:
        return {key for (kind, place), key in self.records.items() if kind in kinds and place in places}


@pytest.fixture
def world(database: Database, clock: Clock) -> World:
    with database.writing() as session:
        home = make_unit(session, name="河下镇")
        below = make_unit(session, name="河下村", parent=home, kind=UnitKind.OTHER)
        other = make_unit(session, name="双林镇")
        investor = make_investor(session, unit=other)
        make_contact(session, investor=investor, unit=other, name=CONTACT[0], phone=CONTACT[1])
        records = {}
        for place, unit in (("own", home), ("below", below), ("other", other), ("secret", home)):
            records |= made(session, place, unit, investor, secret=place == "secret")
        records["lead", "referred"] = str(
            make_lead(session, unit=other, referred_by_unit_id=home.id, title="线索referred").id
        )
        for (kind, _place), key in records.items():
            told = make_actor(home.county_id)
            record(
                session,
                told,
                f"{kind}.changed",
                (kind, UUID(key)),
                at=clock.now,
                unit_id=home.id,
                note=CONTACT[0],
            )
        seal_pending(session, at=clock.now)
    return World(open_app(database, clock), database, home, records, str(investor.id))


def made(
    session: Session, place: str, unit: Unit, investor: Any, *, secret: bool
) -> dict[tuple[str, str], str]:
    lead = make_lead(session, unit=unit, title=f"线索{place}", confidential=secret)
    deal = make_deal(session, unit=unit, name=f"项目{place}", confidential=secret)
    visit = make_visit(
        session, unit=unit, investor=investor, summary=f"拜访{place}", lead_id=lead.id if secret else None
    )
    return {("lead", place): str(lead.id), ("deal", place): str(deal.id), ("visit", place): str(visit.id)}


def test_a_key_finds_the_records_of_its_role_and_unit_and_no_other(world: World) -> None:
    wrong = {}
    for role, reads in READS.items():
        program = Program(world.app, world.database, unit=world.home, role=role)
        visible = reads or set()
        opened = 403 if reads is None else 200
        for (kind, place), key in world.records.items():
            answer = program.get(f"/{kind}s/{key}")
            if answer.status_code != (200 if place in visible else 403 if reads is None else 404):
                wrong[f"{role}: {kind} {place}"] = answer.text
        for kind in KINDS:
            answer = program.get(f"/{kind}s", limit=200)
            found = {row["id"] for row in answer.json().get("data", [])}
            if answer.status_code != opened or found != world.ids(visible, kind):
                wrong[f"{role}: list of {kind}s"] = answer.text
        answer = program.get("/events", limit=200)
        heard = {row["subject"]["id"] for row in answer.json().get("data", [])}
        if answer.status_code != opened or heard != world.ids(visible, *KINDS):
            wrong[f"{role}: events"] = answer.text
        if program.get(f"/investors/{world.investor}").status_code != opened:
            wrong[f"{role}: investor"] = "…"
    assert wrong == {}


def test_a_key_changes_the_records_of_its_role_and_unit_and_no_other(world: World) -> None:
    """403 where a role reads but may not write, 404 where it may not even read."""
    wrong = {}
    for role, reads in READS.items():
        program = Program(world.app, world.database, unit=world.home, role=role)
        for (kind, place), key in world.records.items():
            path = f"/{kind}s/{key}"
            may = role in WRITES and not (role is Role.PARTNER and kind == "visit")
            expected = 403 if not may else 404 if place not in (reads or ()) else 403
            if may and place in WRITES[role]:
                expected = 200
            tag = program.get(path).headers.get("etag", '"1"')
            answer = program.patch(path, {"place": f"第{len(wrong)}园区{role}"}, tag=tag)
            if answer.status_code != (405 if kind == "deal" else expected):
                wrong[f"{role}: PATCH {kind} {place}"] = f"not {expected}: {answer.text}"
    assert wrong == {}


def test_contacts_and_what_is_confidential_stand_in_no_answer_of_any_key(world: World) -> None:
    for role in READS:
        program = Program(world.app, world.database, unit=world.home, role=role)
        paths = [f"/{kind}s/{key}" for (kind, _place), key in world.records.items()]
        paths += [f"/{kind}" for kind in ("leads", "visits", "deals", "investors", "events", "targets")]
        for path in [*paths, f"/investors/{world.investor}"]:
            text = program.get(path).text
            assert not any(word in text for word in (*CONTACT, "secret")), (role, path)
