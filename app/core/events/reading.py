"""Read what happened: a record's timeline, and the stream by position."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session, aliased, joinedload

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

    Personal values come masked (`event.masked`). Events of *other* records that show here too are left out if they are
    confidential, or belong to a record that was closed since, unless the id of that record stands in
    `confidential_of`: whoever reads this record may not read that one.
    """
    kind, key = subject
    chosen, values = _TIMELINE, {"kind": kind, "key": key, "known": [key, *confidential_of], "most": limit}
    if before is not None:
        at, event_id = before
        place = tuple_(literal(at, _SHOWN.at.type), literal(event_id, _SHOWN.event_id.type))
        chosen = chosen.where(tuple_(_SHOWN.at, _SHOWN.event_id) < place)
    return list(session.scalars(chosen, values))


_SHOWN = EventSubject.__table__.c


def _closed_since(known: ColumnElement[Any]) -> ColumnElement[bool]:
    """Clause: the event shows on another record whose own newest event is confidential."""
    other, later = aliased(EventSubject), aliased(EventSubject)
    newest = aliased(Event)
    is_closed = (
        select(newest.confidential)
        .join(later, later.event_id == newest.id)
        .where(later.subject_type == other.subject_type, later.subject_id == other.subject_id)
        .where(newest.subject_type == other.subject_type, newest.subject_id == other.subject_id)
        .order_by(later.at.desc(), later.event_id.desc())
        .limit(1)
        .correlate(other)
        .scalar_subquery()
    )
    return exists().where(other.event_id == Event.id, other.subject_id.not_in(known), is_closed.is_(True))


def _timeline() -> Select[Event]:
    known: BindParameter[Any] = bindparam("known", expanding=True)
    return (
        select(Event)
        .join(EventSubject, EventSubject.event_id == Event.id)
        .where(_SHOWN.subject_type == bindparam("kind"), _SHOWN.subject_id == bindparam("key"))
        .where(or_(Event.subject_id.in_(known), and_(~Event.confidential, ~_closed_since(known))))
        .options(joinedload(Event.private))
        .order_by(_SHOWN.at.desc(), _SHOWN.event_id.desc())
        .limit(bindparam("most", type_=Integer))
    )


# Made once: every record's page asks it, and to make it takes longer than to ask it.
_TIMELINE = _timeline()


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
