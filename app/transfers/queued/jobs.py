"""The worker's part of an import: check again, write all of it or nothing, say why not."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from app.core import files
from app.core.clock import day_of
from app.core.errors import AppError
from app.core.jobs import Payload, Tools, job
from app.identity.actors import actor_of_user
from app.identity.queries import get_user
from app.transfers import queries, service
from app.transfers.checking import open_ledger
from app.transfers.queued.meter import Meter
from app.transfers.queued.queries import QUEUED, course_of
from app.transfers.queued.service import KIND, note_refusal
from app.transfers.schemas import CarryOutInput


# Outside a transaction of the worker's: rows are read and checked before the database is locked for writing.
@job(KIND, outside=True, lease=timedelta(minutes=20))
def write_ledger(tools: Tools, payload: Payload, at: datetime) -> None:
    """Write a queued ledger. Done twice after a crash, it finds that the first time ended and leaves."""
    plan, file_id = CarryOutInput.model_validate(payload["plan"]), UUID(payload["file_id"])
    meter = Meter(tools.settings.data_dir, file_id)
    with tools.database.reading() as session:
        user = get_user(session, UUID(payload["by"]))
        actor = actor_of_user(session, user, today=day_of(at))
        file = queries.own_file(session, actor, file_id)
        course = course_of(session, file)
        if course is None or course.kind != QUEUED:
            return
        with files.open_file(tools.settings, file) as handle:
            content = handle.read()
    try:
        opened = open_ledger(content, filename=file.name, kind=plan.kind, chosen=plan.chosen)
        with tools.database.reading() as session:
            rows = service.read_ledger(session, actor, opened, plan.order, at=at, progress=meter.checking)
        with tools.database.writing() as session:
            service.import_ledger(
                session,
                actor,
                opened,
                plan.order,
                file_id=file_id,
                confirmed=plan.row,
                digest=plan.digest,
                filename=file.name,
                rows=rows,
                at=at,
                progress=meter.writing,
            )
    except AppError as refusal:
        if refusal.status >= 500:
            raise
        with tools.database.writing() as session:
            note_refusal(session, actor, file_id, refusal, plan=plan.query, at=at)
    finally:
        meter.remove()
