"""What the list's filter offers to narrow it by, and the names of what narrows it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.identity.models import Person, Unit
from app.investors.models import Investor
from app.leads.lists.schemas import LeadFilter
from app.leads.models import Lead
from app.leads.queries import MOST_OFFERED, in_scope, may_open


def units_with_leads(session: Session, actor: Actor) -> Sequence[Unit]:
    """Return the units whose leads the actor reads, for the filter, in the order of the tree."""
    owners = select(Lead.owner_unit_id).where(in_scope(actor))
    chosen = select(Unit).where(Unit.id.in_(owners)).order_by(Unit.path, Unit.id)
    return session.scalars(chosen.limit(MOST_OFFERED)).all()


def people_with_leads(session: Session, actor: Actor) -> Sequence[Person]:
    """Return the people who follow leads that the actor may open, for the filter."""
    owners = select(Lead.owner_person_id).where(in_scope(actor), may_open(actor))
    chosen = select(Person).where(Person.id.in_(owners)).order_by(Person.name, Person.id)
    return session.scalars(chosen.limit(MOST_OFFERED)).all()


def names_in_filter(session: Session, actor: Actor, wanted: LeadFilter) -> dict[UUID, str]:
    """Return the names of the unit, person and investor by which a list is narrowed."""
    found = [
        session.get(Unit, wanted.unit) if wanted.unit else None,
        session.get(Person, wanted.owner) if wanted.owner else None,
        session.get(Investor, wanted.investor) if wanted.investor else None,
    ]
    return {row.id: row.name for row in found if row is not None and row.county_id == actor.county_id}
