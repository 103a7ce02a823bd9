"""The visits that a program reads, by key and cursor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.actor import Actor
from app.core.paging import Key, keyset_page
from app.core.wire import Ref
from app.visits.models import Visit, VisitPerson, VisitUnit
from app.visits.partners.schemas import VisitListing, VisitOut
from app.visits.queries import visible_to
from app.visits.rules import LATE_AFTER_DAYS


def page_of_visits(
    session: Session, actor: Actor, wanted: VisitListing, *, after: Sequence[Any] | None
) -> tuple[list[VisitOut], tuple[Any, ...] | None]:
    """Return a page of visits that the actor may open, and the position of its last row where more follow."""
    chosen = visible_to(actor).where(Visit.merged_into_id.is_(None), *_clauses(wanted))
    column = getattr(Visit, wanted.sort.removeprefix("-"))
    found = keyset_page(
        session,
        chosen.options(
            joinedload(Visit.investor),
            joinedload(Visit.owner_unit),
            selectinload(Visit.units).joinedload(VisitUnit.unit),
            selectinload(Visit.people).joinedload(VisitPerson.person),
        ),
        (Key(column, descending=wanted.sort.startswith("-")), Key(Visit.id)),
        limit=wanted.limit,
        after=after,
        position_of=lambda visit: (getattr(visit, column.key), visit.id),
    )
    return [shown(visit) for visit in found.items], found.position


def is_known(session: Session, visit_id: UUID) -> bool:
    """Say whether a visit has this id already, whoever may open it."""
    return session.scalar(select(Visit.id).where(Visit.id == visit_id)) is not None


def _clauses(wanted: VisitListing) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (Visit.kind, wanted.kind),
        (Visit.investor_id, wanted.investor),
        (Visit.lead_id, wanted.lead),
        (Visit.deal_id, wanted.deal),
    ):
        if value is not None:
            yield column == value
    if wanted.unit is not None:
        yield Visit.id.in_(select(VisitUnit.visit_id).where(VisitUnit.unit_id == wanted.unit))
    if wanted.from_day is not None:
        yield Visit.to_on >= wanted.from_day
    if wanted.to_day is not None:
        yield Visit.from_on <= wanted.to_day
    if wanted.updated_since is not None:
        yield Visit.updated_at >= wanted.updated_since


def shown(visit: Visit) -> VisitOut:
    """Return a visit as programs read it; investor, units and people must be loaded."""
    return VisitOut(
        id=visit.id,
        code=visit.code,
        kind=visit.kind,
        from_on=visit.from_on,
        to_on=visit.to_on,
        investor=Ref(id=visit.investor_id, name=visit.investor.name),
        lead=visit.lead_id,
        deal=visit.deal_id,
        place=visit.place,
        unit=Ref(id=visit.owner_unit_id, name=visit.owner_unit.shown_name),
        units=sorted(
            (Ref(id=each.unit_id, name=each.unit.shown_name) for each in visit.units),
            key=lambda unit: str(unit.id),
        ),
        our_people=sorted(each.person.name for each in visit.people),
        their_people=visit.their_people,
        summary=visit.summary,
        outcome=visit.outcome,
        next_step=visit.next_step,
        next_follow_up_on=visit.next_follow_up_on,
        no_follow_up=visit.no_follow_up,
        entered_late=visit.days_late > LATE_AFTER_DAYS,
        received_at=visit.received_at,
        version=visit.version,
        created_at=visit.created_at,
        updated_at=visit.updated_at,
    )
