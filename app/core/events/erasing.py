"""Erase personal values from the history without breaking its seals."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.events.recording import Subject, record
from app.core.models.events import EventPrivate, EventSubject


def erase_private(session: Session, actor: Actor, subject: Subject, *, reason: str, at: datetime) -> int:
    """Delete the personal values in every event on a record's timeline; returns in how many.

    The events stay, with the salted hash of what was there: the seal holds, and nobody can guess the value from it
    because the salt is gone too. The erasure is an event itself.
    """
    kind, key = subject
    shown = select(EventSubject.event_id).where(
        EventSubject.subject_type == kind, EventSubject.subject_id == key
    )
    deleting = delete(EventPrivate).where(EventPrivate.event_id.in_(shown))
    result = session.execute(deleting, execution_options={"synchronize_session": False})
    erased = cast("CursorResult[Any]", result).rowcount
    session.expire_all()
    if erased:
        changes = {"events": (None, erased)}
        record(session, actor, "private.erased", subject, at=at, changes=changes, note=reason)
    return erased
