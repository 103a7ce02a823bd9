"""A county whose every text is an attack, and people of each role who look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import Enum, String, select, update
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.core.actor import Role
from app.core.db import Database
from app.core.events import record
from app.deals.models import DealNote, DealStageChange, DealTerms, ListedDeal
from app.deals.rules import DealStage, EvidenceKind, TermsState
from app.identity.models import Unit
from app.leads.models import Adjudication, Claim
from app.main import metadata
from tests.conftest import Clock
from tests.factories.application import open_app
from tests.factories.core import make_actor
from tests.factories.deals import make_deal, make_occasion, make_project_list
from tests.factories.identity import client_of, make_key, make_person, make_track, make_unit, make_user
from tests.factories.investors import make_contact, make_investor
from tests.factories.leads import make_lead
from tests.factories.progress import make_paid_in
from tests.factories.targets import make_target
from tests.factories.visits import make_visit

_numbers = count(1)
# What stands in these is made by the software, read by it, or may not be changed (what people wrote there is given
# as an attack from the beginning).
MADE_TABLES = {
    "calendar_days",
    "counters",
    "event_order",
    "event_pending",
    "event_private",
    "event_seals",
    "event_subjects",
    "events",
    "idempotency_keys",
    "jobs",
    "ledger_entries",
    "options",
    "periodic_jobs",
    "rule_versions",
    "search_index",
    "sign_in_attempts",
    "target_amounts",
}
MADE_COLUMNS = {
    "code",
    "country",
    "currency",
    "key_id",
    "kind",
    "login",
    "login_folded",
    "media_type",
    "password_hash",
    "path",
    "region_code",
    "sha256",
    "source_system",
    "stored_as",
    "totp_secret",
    "uscc",
}
PEOPLE = (Role.UNIT_HEAD, Role.VERIFIER, Role.LEADER, Role.ADMIN, Role.AUDITOR)


def attack(length: int | None = None) -> str:
    """A text that is a formula in a sheet and breaks out of an attribute on a page; each time another."""
    number = next(_numbers)
    return f'={number}+1"><i onx=1><script>alert({number})</script>'[:length]


@dataclass
class Hostile:
    app: FastAPI
    database: Database
    clients: dict[Role, TestClient]
    ids: dict[str, UUID]
    bearer: str

    def client(self, roles: frozenset[Role]) -> TestClient | None:
        return next((self.clients[role] for role in PEOPLE if role in roles), None)

    def address(self, path: str) -> str:
        """Fill a route's placeholders with records that exist."""
        for name, key in self.ids.items():
            path = path.replace(f"{{{name}}}", str(key))
        return path.replace("{kind}", "deals")


def routes_of(routes: Any) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from routes_of(route.original_router.routes)


@pytest.fixture
def hostile(database: Database, clock: Clock) -> Hostile:
    with database.writing() as session:
        home = make_unit(session, name="河下镇", track_id=make_track(session).id)
        users = {role: make_user(session, role=role, unit=home) for role in PEOPLE}
        ids = made(session, home, users[Role.UNIT_HEAD].person_id)
        # Somebody else than those who look: their forms may end this account.
        ids |= {"user_id": make_user(session, unit=home).id, "person_id": make_person(session, unit=home).id}
        told = make_actor(home.county_id, name=attack())
        for kind in ("lead", "deal", "investor", "visit", "target", "unit", "user"):
            record(
                session,
                told,
                f"{kind}.changed",
                (kind, ids[f"{kind}_id"]),
                at=clock.now,
                unit_id=home.id,
                note=attack(),
                changes={"title": (attack(), attack()), "name": (attack(), attack())},
            )
        _key, bearer = make_key(session, role=Role.UNIT_HEAD, unit=home, scopes=("leads:read", "deals:read"))
    app = open_app(database, clock)
    clients = {role: client_of(app, user) for role, user in users.items()}
    with database.writing() as session:
        poison(session)
    return Hostile(app, database, clients, ids, bearer)


def made(session: Session, home: Unit, person: UUID | None) -> dict[str, UUID]:
    """One record of every kind in the unit, with everything that hangs on it."""
    investor = make_investor(session, unit=home, former_names=("旧名公司",), tags=(attack(40),))
    other = make_investor(session, unit=home)
    contact = make_contact(session, investor=investor, unit=home)
    lead = make_lead(session, unit=home, investor=investor, owner=person)
    claim = session.scalars(select(Claim).where(Claim.lead_id == lead.id)).one()
    ruling = Adjudication(
        county_id=home.county_id,
        claim_id=claim.id,
        second_project=False,
        reason="先报",
        asked_at=lead.created_at,
        asked_by=lead.entered_by,
    )
    deal = make_deal(
        session,
        unit=home,
        state=TermsState.SUBMITTED,
        investor=other,
        evidence=[EvidenceKind.CONTRACT],
        occasion_id=(occasion := make_occasion(session)).id,
    )
    at, by = deal.created_at, deal.entered_by
    note = dict.fromkeys(("progress", "problem", "to_coordinate", "next_step"), "进展")
    moment = {"on_day": deal.stage_since, "recorded_at": at, "by": by}
    session.add_all(
        [
            ruling,
            DealNote(deal_id=deal.id, support_needs=[], **note, **moment),
            DealStageChange(deal_id=deal.id, stage=DealStage.SIGNED, **moment),
            ListedDeal(deal_id=deal.id, list_id=make_project_list(session).id, added_at=at),
        ]
    )
    make_paid_in(session, deal, total_fen=1_000_000, as_of=deal.stage_since)
    verified = make_deal(session, unit=home, state=TermsState.VERIFIED, stage="started")
    target = make_target(session, year=2022)
    visit = make_visit(session, unit=home, investor=investor, lead_id=lead.id)
    key, _bearer = make_key(session, unit=home)
    terms = session.scalars(select(DealTerms.id).where(DealTerms.deal_id == deal.id)).one()
    return {
        "lead_id": lead.id,
        "request_id": ruling.id,
        "deal_id": deal.id,
        "verified_id": verified.id,
        "terms_id": terms,
        "investor_id": investor.id,
        "contact_id": contact.id,
        "visit_id": visit.id,
        "occasion_id": occasion.id,
        "target_id": target.id,
        "rule_id": target.rule_id,
        "unit_id": home.id,
        "track_id": home.track_id,
        "account_id": key.account_id,
    }


def poison(session: Session) -> None:
    """Write an attack into every text of every record."""
    for table in metadata().sorted_tables:
        if table.name in MADE_TABLES:
            continue
        texts = [
            column
            for column in table.columns
            if isinstance(column.type, String)
            and not isinstance(column.type, Enum)
            and column.name not in MADE_COLUMNS
            and not column.primary_key
        ]
        if not texts:
            continue
        keys = list(table.primary_key.columns)
        for row in session.execute(select(*keys)).all():
            values = {column.name: attack(column.type.length) for column in texts}
            where = [column == value for column, value in zip(keys, row, strict=True)]
            session.execute(update(table).where(*where).values(values))
