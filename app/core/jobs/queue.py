"""The rows of jobs: add, claim, end, try again."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.core.db import insert_for, insert_or_skip
from app.core.ids import new_id
from app.core.jobs.registry import Payload
from app.core.models.jobs import Job, JobState, PeriodicJob

MAX_ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
DONE_KEPT_FOR = timedelta(days=7)


def enqueue(
    session: Session,
    kind: str,
    payload: Payload | None = None,
    *,
    run_at: datetime,
    once_key: str | None = None,
) -> bool:
    """Add a job; it is there when the caller's transaction commits, and only then.

    With a `once_key` a second job of the same key is not added, while the first waits and for a week after; returns
    whether this one was.
    """
    values: dict[str, Any] = {
        "id": new_id(),
        "kind": kind,
        "payload": dict(payload or {}),
        "once_key": once_key,
        "state": JobState.WAITING,
        "run_at": run_at,
        "created_at": run_at,
        "attempts": 0,
        "lease": "",
        "last_error": "",
    }
    return insert_or_skip(session, Job, values)


def is_due(session: Session, kinds: Collection[str], *, at: datetime) -> bool:
    """Say whether a worker would find something to claim."""
    return session.scalar(select(Job.id).where(_due(kinds, at=at)).limit(1)) is not None


def _due(kinds: Collection[str], *, at: datetime) -> ColumnElement[bool]:
    ripe = or_(
        and_(Job.state == JobState.WAITING, Job.run_at <= at),
        and_(Job.state == JobState.RUNNING, Job.leased_until <= at),
    )
    return and_(ripe, Job.kind.in_(sorted(kinds)))


def claim(
    session: Session, kinds: Collection[str], *, at: datetime, leases: dict[str, timedelta]
) -> Job | None:
    """Take the job that waits longest, or whose worker died; None when nothing is due."""
    chosen = (
        select(Job)
        .where(_due(kinds, at=at))
        .order_by(Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job = session.scalar(chosen)
    if job is None:
        return None
    job.state, job.lease, job.attempts = JobState.RUNNING, secrets.token_hex(16), job.attempts + 1
    job.leased_until = at + leases[job.kind]
    return job


def hold(session: Session, job_id: UUID, lease: str) -> bool:
    """Lock a job for the transaction that does it; False when another worker has taken it since."""
    held = select(Job.id).where(Job.id == job_id, Job.lease == lease, Job.state == JobState.RUNNING)
    return session.scalar(held.with_for_update()) is not None


def end(session: Session, job_id: UUID, lease: str, *, at: datetime) -> None:
    """Note that a job is done, in the transaction of its effect where it has one."""
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.lease == lease)
        .values(state=JobState.DONE, finished_at=at, leased_until=None, last_error="")
        .execution_options(synchronize_session=False)
    )


def fail(session: Session, job_id: UUID, lease: str, *, error: str, at: datetime) -> None:
    """Let a job be tried again after a growing wait, or give it up after eight attempts."""
    job = session.scalar(select(Job).where(Job.id == job_id, Job.lease == lease).with_for_update())
    if job is None:
        return
    job.last_error, job.leased_until, job.lease = error[:200], None, ""
    if job.attempts >= MAX_ATTEMPTS:
        job.state, job.finished_at = JobState.DEAD, at
        return
    job.state = JobState.WAITING
    job.run_at = at + min(FIRST_WAIT * 2 ** (job.attempts - 1), LONGEST_WAIT)


def revive(session: Session, job_id: UUID, *, at: datetime) -> None:
    """Let a dead job be tried again from the start."""
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.DEAD)
        .values(state=JobState.WAITING, run_at=at, attempts=0, finished_at=None)
        .execution_options(synchronize_session=False)
    )


def dead_jobs(session: Session, *, limit: int = 100) -> list[Job]:
    """Return the jobs that were given up, the newest first."""
    chosen = select(Job).where(Job.state == JobState.DEAD).order_by(Job.finished_at.desc(), Job.id.desc())
    return list(session.scalars(chosen.limit(limit)))


def count_by_state(session: Session) -> dict[JobState, int]:
    """Return how many jobs stand in each state."""
    counted = session.execute(select(Job.state, func.count()).group_by(Job.state))
    return {row[0]: row[1] for row in counted}


def forget_done(session: Session, *, at: datetime) -> None:
    """Delete the jobs that were done more than a week ago; dead ones stay until somebody looks."""
    session.execute(
        delete(Job)
        .where(Job.state == JobState.DONE, Job.finished_at < at - DONE_KEPT_FOR)
        .execution_options(synchronize_session=False)
    )


def due_periodic(session: Session, names: Collection[str], *, at: datetime) -> list[str]:
    """Return which periodic jobs are due and not being run; one that never ran is."""
    rows = session.scalars(select(PeriodicJob).where(PeriodicJob.name.in_(sorted(names))))
    busy = {row.name for row in rows if row.next_at > at or (row.leased_until or at) > at}
    return [name for name in names if name not in busy]


def take_periodic(session: Session, name: str, *, at: datetime) -> bool:
    """Lock a periodic job that is due, for the transaction that does it; False when another worker was first."""
    first = {"name": name, "next_at": at, "lease": "", "last_error": ""}
    session.execute(insert_for(session, PeriodicJob).values(first).on_conflict_do_nothing())
    free = or_(PeriodicJob.leased_until.is_(None), PeriodicJob.leased_until <= at)
    taken = select(PeriodicJob.name).where(PeriodicJob.name == name, PeriodicJob.next_at <= at, free)
    return session.scalar(taken.with_for_update(skip_locked=True)) is not None


def lease_periodic(session: Session, name: str, *, at: datetime, lease_for: timedelta) -> str:
    """Lease a periodic job that `take_periodic` locked, for work outside the transaction; returns the lease."""
    lease = secrets.token_hex(16)
    _set_periodic(session, name, values={"lease": lease, "leased_until": at + lease_for})
    return lease


def end_periodic(
    session: Session, name: str, *, lease: str = "", at: datetime, next_at: datetime, error: str = ""
) -> None:
    """Note when a periodic job is next due, and how it went; nothing where another worker has leased it since."""
    values: dict[str, Any] = {
        "next_at": next_at,
        "leased_until": None,
        "lease": "",
        "last_error": error[:200],
    }
    if not error:
        values["last_done_at"] = at
    _set_periodic(session, name, values=values, lease=lease)


def _set_periodic(session: Session, name: str, *, values: dict[str, Any], lease: str | None = None) -> None:
    changing = update(PeriodicJob).where(PeriodicJob.name == name)
    if lease is not None:
        changing = changing.where(PeriodicJob.lease == lease)
    session.execute(changing.values(values).execution_options(synchronize_session=False))
