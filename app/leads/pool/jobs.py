"""Leads whose protection ran out go to the pool (公海)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from app.core.actor import Actor, ActorKind
from app.core.clock import day_of
from app.core.jobs import Payload, Tools, every, job
from app.leads.pool.service import ASK_AGAIN
from app.leads.protection.queries import lock_investors, may_have_lapsed, with_open_leads
from app.leads.protection.service import refresh

EVERY_SECONDS = 900


@every(EVERY_SECONDS, name="leads.pool", outside=True)
def pool_lapsed(tools: Tools, at: datetime) -> None:
    """Ask the rule about every open lead that holds nothing; one short transaction for each investor."""
    with tools.database.reading() as session:
        waiting = may_have_lapsed(session, today=day_of(at))
    _refresh(tools, waiting, at=at)


@job(ASK_AGAIN, outside=True, lease=timedelta(minutes=60))
def ask_again(tools: Tools, payload: Payload, at: datetime) -> None:
    """Ask the rule about every open lead of a county, whose days of protection changed."""
    with tools.database.reading() as session:
        waiting = with_open_leads(session, UUID(payload["county_id"]))
    _refresh(tools, waiting, at=at)


def _refresh(tools: Tools, waiting: Iterable[tuple[UUID, UUID]], *, at: datetime) -> None:
    for county_id, investor_id in waiting:
        with tools.database.writing() as session:
            lock_investors(session, [investor_id])
            refresh(session, system_actor(county_id), investor_id, at=at)


def system_actor(county_id: UUID) -> Actor:
    """Return the house itself, for what no person does."""
    return Actor(kind=ActorKind.SYSTEM, id=county_id, name="Luodi", county_id=county_id)
