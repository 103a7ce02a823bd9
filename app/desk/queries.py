"""What waits for somebody today, gathered from the rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from app.core.actor import Actor
from app.core.permissions import Permission, allowed, holds_over
from app.deals import queries as deals
from app.deals.models import Deal
from app.deals.verification import queries as verification
from app.identity.models import Person, Unit
from app.leads import queries as leads
from app.leads.models import Lead
from app.visits import queries as visits
from app.visits.models import Visit

Row = TypeVar("Row", Lead, Deal, Visit)


@dataclass(frozen=True, slots=True)
class Desk:
    """The lists of a person's start page, each the most urgent first and bounded."""

    leads_due: Sequence[Lead]
    visits_due: Sequence[Visit]
    protections_ending: Sequence[Lead]
    terms_refused: Sequence[Deal]
    terms_to_verify: Sequence[Deal]
    drafts: Sequence[Deal]

    @property
    def is_clear(self) -> bool:
        return not any(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Burden:
    """Everything open that one person holds and the actor may hand over."""

    leads: Sequence[Lead]
    deals: Sequence[Deal]
    visits: Sequence[Visit]

    @property
    def total(self) -> int:
        return len(self.leads) + len(self.deals) + len(self.visits)


def desk_of(session: Session, actor: Actor, *, today: date) -> Desk:
    """Gather what waits for the actor; empty for roles that read no records."""
    if not allowed(actor, Permission.READ_RECORDS):
        return Desk((), (), (), (), (), ())
    return Desk(
        leads_due=leads.follow_ups_due(session, actor, today),
        visits_due=visits.follow_ups_due(session, actor, today=today),
        protections_ending=leads.protections_ending(session, actor, today),
        terms_refused=deals.refused_of(session, actor),
        terms_to_verify=verification.to_verify(session, actor),
        drafts=deals.drafts_of(session, actor),
    )


def burden_of(session: Session, actor: Actor, person_id: UUID) -> Burden:
    """Return what would be handed over, for the preview."""
    return Burden(
        leads=_mine_to_give(
            session,
            actor,
            leads.open_of_person(session, actor, person_id).options(
                joinedload(Lead.owner_unit), joinedload(Lead.investor)
            ),
        ),
        deals=_mine_to_give(
            session, actor, deals.open_of_person(actor, person_id).options(joinedload(Deal.owner_unit))
        ),
        visits=_mine_to_give(session, actor, visits.open_of_person(actor, person_id)),
    )


def _mine_to_give(session: Session, actor: Actor, chosen: Select[Row]) -> list[Row]:
    return [
        row
        for row in session.scalars(chosen)
        if holds_over(actor, Permission.HAND_OVER, row.owner_unit.path, row.owner_unit_id)
    ]


def people_offered(session: Session, actor: Actor) -> Sequence[Person]:
    """Return the people between whom the actor may hand over: those of the units it heads, or all for the bureau."""
    chosen = (
        select(Person)
        .join(Unit, Unit.id == Person.unit_id)
        .where(Person.county_id == actor.county_id, Person.archived_at.is_(None))
        .options(joinedload(Person.unit))
        .order_by(Unit.path, Person.position, Person.name, Person.id)
    )
    below = [Unit.path.startswith(held.unit_path, autoescape=True) for held in actor.memberships]
    return session.scalars(chosen.where(or_(*below)).limit(300)).all()
