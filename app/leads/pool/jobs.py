"""Leads whose protection ran out go to the pool (公海)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.core.actor import Actor, ActorKind
from app.core.clock import day_of
from app.core.jobs import Tools, every
from app.leads.protection.queries import lock_investor, may_have_lapsed
from app.leads.protection.service import refresh

EVERY_SECONDS = 900


@every(EVERY_SECONDS, name="leads.pool", outside=True)
def pool_lapsed(tools: Tools, at: datetime) -> None:
    """Ask the rule about every open lead that holds nothing; one short transaction for each investor."""
    with tools.database.reading() as session:
        waiting = may_have_lapsed(session, today=day_of(at))
    for county_id, investor_id in waiting:
        with tools.database.writing() as session:
            lock_investor(session, investor_id)
            refresh(session, system_actor(county_id), investor_id, at=at)


def system_actor(county_id: UUID) -> Actor:
    """Return the house itself, for what no person does."""
    return Actor(kind=ActorKind.SYSTEM, id=county_id, name="Luodi", county_id=county_id)
