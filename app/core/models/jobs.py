"""Work to be done later: one row per job, and one per periodic job."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.columns import JsonValue
from app.core.db import Base, Identified


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class Job(Identified, Base):
    """A job. While running it is leased: past `leased_until` its worker is taken for dead and another claims it."""

    __tablename__ = "jobs"
    __table_args__ = (UniqueConstraint("once_key"), Index("ix_jobs_due", "state", "run_at"))

    kind: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    once_key: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[JobState]
    run_at: Mapped[datetime]
    created_at: Mapped[datetime]
    attempts: Mapped[int]
    lease: Mapped[str] = mapped_column(String(32))
    leased_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(200))


class PeriodicJob(Base):
    """When a periodic job is next due, and who runs it now."""

    __tablename__ = "periodic_jobs"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    next_at: Mapped[datetime]
    lease: Mapped[str] = mapped_column(String(32))
    leased_until: Mapped[datetime | None]
    last_done_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(200))
