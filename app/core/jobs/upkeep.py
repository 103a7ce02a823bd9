"""The floor's own periodic jobs: sealing events, and forgetting what is past its time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.core import events, files, idempotency
from app.core.jobs import queue
from app.core.jobs.registry import Registry, Tools


def register(registry: Registry) -> None:
    """Let a worker with this registry do the upkeep."""
    registry.every(0.5, name="events.seal", lease=timedelta(minutes=1), when=events.unsealed)(seal)
    registry.every(3600, name="jobs.forget")(forget)
    registry.every(24 * 3600, name="files.remove_orphans", outside=True)(remove_orphans)


def seal(session: Session, at: datetime) -> None:
    events.seal_pending(session, at=at)


def forget(session: Session, at: datetime) -> None:
    idempotency.forget_old_keys(session, at=at)
    queue.forget_done(session, at=at)


def remove_orphans(tools: Tools, at: datetime) -> None:
    with tools.database.reading() as session:
        files.remove_orphans(session, tools.settings, at=at)
