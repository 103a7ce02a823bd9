"""What `luodi verify` asks of the floor: are the events as they were sealed, are the files as they were stored."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core.events import verify_seals
from app.core.files import verify_files
from app.settings import Settings


def verify_core(session: Session, settings: Settings) -> list[str]:
    """Return what differs, in words; empty when nothing does. Reads everything: minutes on a large database."""
    return [f"events: {problem}" for problem in verify_seals(session)] + [
        f"files: {problem}" for problem in verify_files(session, settings)
    ]
