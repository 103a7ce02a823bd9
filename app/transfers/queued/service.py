"""A long ledger is written by a worker: the page that asked for it shows how far it is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import AppError
from app.core.events import record
from app.core.jobs import enqueue
from app.core.models.files import File
from app.transfers.queued.queries import QUEUED, REFUSED
from app.transfers.schemas import CarryOutInput
from app.transfers.service import choose_unit

KIND = "transfers.write"
# As many rows are written while the person waits; more are a worker's.
AT_ONCE = 500


def queue_import(session: Session, actor: Actor, file: File, data: CarryOutInput, *, at: datetime) -> None:
    """Let a worker carry out a confirmed import, in the name of whoever confirmed it. Raises NotPermitted."""
    unit = choose_unit(session, actor, data.unit_id, kind=data.kind, at=at)
    plan = data.model_dump(mode="json")
    changes = {"import_kind": (None, data.kind.value), "plan": (None, data.query)}
    record(session, actor, QUEUED, ("file", file.id), at=at, unit_id=unit.id, changes=changes, note=file.name)
    payload = {"file_id": str(file.id), "by": str(actor.id), "plan": plan}
    enqueue(session, KIND, payload, run_at=at)


def note_refusal(
    session: Session, actor: Actor, file_id: UUID, refusal: AppError, *, plan: str, at: datetime
) -> None:
    """Keep why a queued import wrote nothing, for the page that waits for it."""
    changes = {"plan": (None, plan), "message": (None, refusal.message_id), "params": (None, refusal.params)}
    record(session, actor, REFUSED, ("file", file_id), at=at, changes=changes)
