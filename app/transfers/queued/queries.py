"""What became of an import that a worker carries out: its events tell."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core.events import PastEvent, timeline
from app.core.models.files import File

QUEUED, REFUSED, IMPORTED = "transfer.queued", "transfer.refused", "transfer.imported"


def course_of(session: Session, file: File) -> PastEvent | None:
    """Return the newest event of a file's imports: queued, refused or imported; None where none was asked for."""
    events = timeline(session, ("file", file.id), limit=20)
    return next((event for event in events if event.kind in (QUEUED, REFUSED, IMPORTED)), None)
