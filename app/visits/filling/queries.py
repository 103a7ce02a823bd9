"""Reads of the visit form: who may be named on it, and to which records of the investor it may belong."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.deals import queries as deals
from app.deals.models import Deal
from app.identity.models import Person, Unit
from app.investors.models import Investor
from app.leads import queries as leads
from app.leads.models import Lead


def people_offered(session: Session, actor: Actor, unit_ids: Sequence[UUID]) -> Sequence[Person]:
    """Return who may be named on a visit: the county's leaders and the staff of these units."""
    return session.scalars(
        select(Person)
        .where(
            Person.county_id == actor.county_id,
            Person.archived_at.is_(None),
            or_(Person.is_leader, Person.unit_id.in_(unit_ids)),
        )
        .order_by(Person.is_leader, Person.position, Person.name, Person.id)
        .limit(200)
    ).all()


def units_offered(session: Session, actor: Actor) -> Sequence[Unit]:
    """Return the county's units that may take part in a visit."""
    return session.scalars(
        select(Unit)
        .where(Unit.county_id == actor.county_id, Unit.valid_to.is_(None))
        .order_by(Unit.path, Unit.id)
    ).all()


def open_leads_of(session: Session, actor: Actor, investor_id: UUID) -> Sequence[Lead]:
    """Return the investor's leads that the actor may open, newest first, so that a visit can name one."""
    return session.scalars(
        leads.visible_to(actor)
        .where(Lead.investor_id == investor_id)
        .order_by(Lead.updated_at.desc(), Lead.id)
        .limit(10)
    ).all()


def lead_of(session: Session, actor: Actor, lead_id: UUID | None) -> Lead | None:
    """Return the lead that a visit names where the actor may open it, for the link to it."""
    if lead_id is None:
        return None
    return session.scalar(leads.visible_to(actor).where(Lead.id == lead_id))


def deal_of(session: Session, actor: Actor, deal_id: UUID | None) -> Deal | None:
    """Return the deal that a visit names where the actor may open it, for the link to it."""
    if deal_id is None:
        return None
    return session.scalar(deals.visible_to(actor).where(Deal.id == deal_id))


def investor_of(
    session: Session, actor: Actor, *, lead_id: UUID | None = None, deal_id: UUID | None = None
) -> Investor | None:
    """Return whose lead or deal it is (a deal's first investor). Raises NotFound for one kept from the actor."""
    if lead_id is not None:
        return leads.get_lead(session, actor, lead_id).investor
    if deal_id is not None:
        terms = deals.shown_terms(deals.get_deal(session, actor, deal_id))
        if terms is not None and terms.investors:
            first = min(terms.investors, key=lambda each: each.position)
            return session.get(Investor, first.investor_id)
    return None
