"""Read what happened: a record's timeline, and the stream by position."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple
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
from sqlalchemy.orm import Session, aliased

from app.core.events.recording import Subject
from app.core.models.events import Event, EventOrder, EventPrivate, EventSubject

MASK = "***"


class PastEvent(NamedTuple):
    """An event as a timeline shows it; `private` is {field: [old, new]} of what is personal, None where nothing is."""

    id: UUID
    kind: str
    subject_type: str
    subject_id: UUID
    unit_id: UUID | None
    actor_id: UUID
    actor_name: str
    on_behalf_of: UUID | None
    at: datetime
    changes: dict[str, Any]
    note: str
    private_hash: str
    private: dict[str, Any] | None

    @property
    def erased(self) -> bool:
        """Say whether personal values of this change were erased since."""
        return bool(self.private_hash) and self.private is None

    @property
    def masked(self) -> dict[str, list[str | None]]:
        """Return the personal fields that changed, with values hidden: a mask where there was a value, else None."""
        return {
            field: [MASK if value not in (None, "") else None for value in _pair(values)]
            for field, values in (self.private or {}).items()
        }


def _pair(values: Any) -> list[Any]:
    return values if isinstance(values, list) and len(values) == 2 else [None, values]


def timeline(
    session: Session,
    subject: Subject,
    *,
    limit: int = 50,
    before: tuple[datetime, UUID] | None = None,
    confidential_of: Collection[UUID] = (),
) -> list[PastEvent]:
    """Return what happened to a record, the newest first; go on with `before=(last.at, last.id)`.

    Personal values come masked (`event.masked`). Events of *other* records that show here too are left out if they are
    confidential, or belong to a record that was closed since, unless the id of that record stands in
    `confidential_of`: whoever reads this record may not read that one.
    """
    kind, key = subject
    chosen, values = _TIMELINE, {"kind": kind, "key": key, "most": limit}
    if confidential_of:
        chosen, values = _TIMELINE_AND_OTHERS, values | {"known": [key, *confidential_of]}
    if before is not None:
        at, event_id = before
        place = tuple_(literal(at, _SHOWN.at.type), literal(event_id, _SHOWN.event_id.type))
        chosen = chosen.where(tuple_(_SHOWN.at, _SHOWN.event_id) < place)
    return [PastEvent(*row) for row in session.execute(chosen, values)]


_TOLD = [*(Event.__table__.c[name] for name in PastEvent._fields if name != "private"), EventPrivate.body]
_SHOWN = EventSubject.__table__.c
_Known = BindParameter[Any] | list[BindParameter[UUID]]


def _closed_since(known: _Known) -> ColumnElement[bool]:
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


def _timeline(known: _Known) -> Select[Any]:
    return (
        select(*_TOLD)
        .join(EventSubject, EventSubject.event_id == Event.id)
        .outerjoin(EventPrivate, EventPrivate.event_id == Event.id)
        .where(_SHOWN.subject_type == bindparam("kind"), _SHOWN.subject_id == bindparam("key"))
        .where(or_(Event.subject_id.in_(known), and_(~Event.confidential, ~_closed_since(known))))
        .order_by(_SHOWN.at.desc(), _SHOWN.event_id.desc())
        .limit(bindparam("most", type_=Integer))
    )


# Made once: every record's page asks it, and to make it takes longer than to ask it. A list among the values would be
# written into the statement anew each time, so the record that may show nothing of others has none.
_TIMELINE = _timeline([bindparam("key", type_=_SHOWN.subject_id.type)])
_TIMELINE_AND_OTHERS = _timeline(bindparam("known", expanding=True))


def feed(
    session: Session, after_position: int = 0, limit: int = 100, *, kinds: Collection[str] = ()
) -> list[tuple[int, Event]]:
    """Return (position, event) after a position, in order; nothing is skipped, the newest two seconds come later."""
    chosen = (
        select(EventOrder.position, Event)
        .join(Event, Event.id == EventOrder.event_id)
        .where(EventOrder.position > after_position)
        .order_by(EventOrder.position)
        .limit(limit)
    )
    if kinds:
        chosen = chosen.where(Event.kind.in_(list(kinds)))
    return [(position, event) for position, event in session.execute(chosen)]


def last_position(session: Session) -> int:
    """Return the newest position, 0 before the first event."""
    return session.scalar(select(func.max(EventOrder.position))) or 0
