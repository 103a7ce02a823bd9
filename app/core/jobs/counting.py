"""How much work waits, for those who watch the server."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.jobs.queue import count_by_state
from app.core.models.jobs import Job, JobState


def job_counts(session: Session, *, at: datetime) -> dict[str, int]:
    """Return the number of jobs in each state, and `due`: the waiting ones whose time has come."""
    due = select(func.count()).select_from(Job).where(Job.state == JobState.WAITING, Job.run_at <= at)
    found = {state.value: 0 for state in JobState}
    found |= {state.value: number for state, number in count_by_state(session).items()}
    return found | {"due": session.scalar(due) or 0}
