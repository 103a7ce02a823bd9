"""The stream of events by position, of the records that the actor may open today."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.events import Event, last_position
from app.core.models.events import EventOrder
from app.core.wire import Ref
from app.deals import queries as deals
from app.deals.models import Deal
from app.desk.feed.schemas import EventListing, EventOut, SubjectOut
from app.identity.models import Unit
from app.investors import queries as investors
from app.investors.models import Investor
from app.leads import queries as leads
from app.leads.models import Lead
from app.visits import queries as visits
from app.visits.models import Visit


def page_of_events(
    session: Session, actor: Actor, wanted: EventListing, *, after: int
) -> tuple[list[EventOut], int, bool]:
    """Return events behind a position, the position to go on from, and whether more stand there already.

    A record that is confidential today tells nothing of its past either; which records a key hears of at all is what
    its scopes read.
    """
    newest = last_position(session)
    chosen = (
        select(EventOrder.position, Event, Unit)
        .join(Event, Event.id == EventOrder.event_id)
        .outerjoin(Unit, Unit.id == Event.unit_id)
        .where(EventOrder.position > after, EventOrder.position <= newest, Event.county_id == actor.county_id)
        .where(_readable(actor, wanted.subject_type))
        .order_by(EventOrder.position)
        .limit(wanted.limit + 1)
    )
    rows = session.execute(chosen).all()
    found = [_out(position, event, unit) for position, event, unit in rows[: wanted.limit]]
    more = len(rows) > wanted.limit
    return found, found[-1].position if more else max(newest, after), more


def _readable(actor: Actor, only: str | None) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = []
    for kind, scope, ids in (
        ("lead", "leads:read", leads.visible_to(actor).with_only_columns(Lead.id)),
        ("visit", "visits:read", visits.visible_to(actor).with_only_columns(Visit.id)),
        ("deal", "deals:read", deals.visible_to(actor).with_only_columns(Deal.id)),
        ("investor", "investors:read", investors.visible_to(actor).with_only_columns(Investor.id)),
    ):
        if only in (None, kind) and (actor.scopes is None or scope in actor.scopes):
            own = and_(Event.subject_type == kind, Event.subject_id.in_(ids))
            # Who is added or removed as a contact is nobody's business outside.
            parts.append(own if kind != "investor" else and_(own, ~Event.kind.startswith("contact.")))
    return or_(*parts) if parts else false()


def _out(position: int, event: Event, unit: Unit | None) -> EventOut:
    subject_id: UUID = event.subject_id
    return EventOut(
        position=position,
        id=event.id,
        kind=event.kind,
        subject=SubjectOut.model_validate({"type": event.subject_type, "id": subject_id}),
        unit=Ref(id=unit.id, name=unit.shown_name) if unit is not None else None,
        at=event.at,
    )
