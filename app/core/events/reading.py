"""Read what happened: a record's timeline, and the stream by position."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload

from app.core.events.recording import Subject
from app.core.models.events import Event, EventOrder, EventSubject


def timeline(
    session: Session,
    subject: Subject,
    *,
    limit: int = 50,
    before: tuple[datetime, UUID] | None = None,
    confidential_of: Collection[UUID] = (),
) -> list[Event]:
    """Return what happened to a record, the newest first; go on with `before=(last.at, last.id)`.

    Personal values come masked (`event.masked`). Confidential events of *other* records that show here too are left
    out, unless the id of that record stands in `confidential_of`: whoever reads this record may not read that one.
    """
    kind, key = subject
    shown = EventSubject.__table__.c
    chosen = (
        select(Event)
        .join(EventSubject, EventSubject.event_id == Event.id)
        .where(shown.subject_type == kind, shown.subject_id == key)
        .where(or_(~Event.confidential, Event.subject_id == key, Event.subject_id.in_(list(confidential_of))))
        .options(joinedload(Event.private))
        .order_by(shown.at.desc(), shown.event_id.desc())
        .limit(limit)
    )
    if before is not None:
        at, event_id = before
        place = tuple_(literal(at, shown.at.type), literal(event_id, shown.event_id.type))
        chosen = chosen.where(tuple_(shown.at, shown.event_id) < place)
    return list(session.scalars(chosen))


def feed(
    session: Session, after_position: int = 0, limit: int = 100, *, kinds: Collection[str] = ()
) -> list[tuple[int, Event]]:
    """Return (position, event) after a position, in order; nothing is skipped, the newest two seconds come later."""
    chosen = (
        select(EventOrder.position, Event)
        .join(Event, Event.id == EventOrder.event_id)
        .where(EventOrder.position > after_position)
        .options(joinedload(Event.private))
        .order_by(EventOrder.position)
        .limit(limit)
    )
    if kinds:
        chosen = chosen.where(Event.kind.in_(list(kinds)))
    return [(position, event) for position, event in session.execute(chosen)]


def last_position(session: Session) -> int:
    """Return the newest position, 0 before the first event."""
    return session.scalar(select(func.max(EventOrder.position))) or 0
