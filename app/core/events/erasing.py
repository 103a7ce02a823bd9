"""Erase personal values from the history without breaking its seals."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Delete, Select, delete, func, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.events.recording import Subject, record
from app.core.models.events import Event, EventPrivate, EventSubject


def erase_private(session: Session, actor: Actor, subject: Subject, *, reason: str, at: datetime) -> int:
    """Delete the personal values in every event on a record's timeline; returns in how many.

    The events stay, with the salted hash of what was there: the seal holds, and nobody can guess the value from it
    because the salt is gone too. The erasure is an event itself.
    """
    erased = _run(session, delete(EventPrivate).where(EventPrivate.event_id.in_(_shown_on(subject))))
    session.expire_all()
    if erased:
        changes = {"events": (None, erased)}
        record(session, actor, "private.erased", subject, at=at, changes=changes, note=reason)
    return erased


def events_with_private(session: Session, subject: Subject) -> int:
    """Return in how many events on a record's timeline personal values still stand."""
    chosen = select(func.count()).select_from(EventPrivate)
    return session.scalar(chosen.where(EventPrivate.event_id.in_(_shown_on(subject)))) or 0


def erase_private_before(session: Session, before: datetime) -> int:
    """Delete the personal values of every event older than an instant (retention); returns of how many.

    The events stay: they are sealed, and figures rest on them.
    """
    old = select(Event.id).where(Event.at < before)
    return _run(session, delete(EventPrivate).where(EventPrivate.event_id.in_(old)))


def _shown_on(subject: Subject) -> Select[UUID]:
    kind, key = subject
    return select(EventSubject.event_id).where(
        EventSubject.subject_type == kind, EventSubject.subject_id == key
    )


def _run(session: Session, deleting: Delete) -> int:
    result = session.execute(deleting, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount
