"""The worker: claims what is due, does it, and survives whatever a job does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.errors import AppError, Unavailable
from app.core.jobs import queue
from app.core.jobs.registry import REGISTRY, Handler, Payload, Periodic, Registry, Tools
from app.settings import Settings, get_settings

IDLE_WAIT_S = 0.5
OUTAGE_WAIT_S = 2.0
AT_A_STRETCH = 50
log = structlog.get_logger("luodi.jobs")


class LeaseLost(Exception):
    """Another worker took the job while this one was thought dead: nothing of ours may take effect."""


class Worker:
    """Does jobs one after the other. Many workers may run, in many processes."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        *,
        settings: Settings | None = None,
        registry: Registry = REGISTRY,
    ) -> None:
        self._database = database
        self._clock = clock
        self._registry = registry
        self._tools = Tools(database, settings or get_settings(), clock)

    def run_once(self) -> int:
        """Do every periodic job and every job that is due now; returns how many were done or tried."""
        return self.run_periodic() + self.run_jobs()

    def run_forever(self, stop: threading.Event) -> None:
        """Work until `stop` is set. An outage of the database is waited out."""
        while not stop.is_set():
            try:
                idle = self.run_once() == 0
            except Unavailable:
                stop.wait(OUTAGE_WAIT_S)
            except Exception as error:
                log.error("worker", error=type(error).__name__, exc_info=error)
                stop.wait(OUTAGE_WAIT_S)
            else:
                if idle:
                    stop.wait(IDLE_WAIT_S)

    def run_jobs(self) -> int:
        """Do the jobs that are due, at most fifty before the periodic ones and a stop get their turn."""
        done = 0
        while done < AT_A_STRETCH and self._next_job():
            done += 1
        return done

    def _next_job(self) -> bool:
        if not self._registry.handlers or not self._something_due():
            return False
        at = self._clock()
        leases = {kind: handler.lease for kind, handler in self._registry.handlers.items()}
        with self._database.writing() as session:
            job = queue.claim(session, leases, at=at, leases=leases)
            if job is None:
                return False
            job_id, lease, kind, payload = job.id, job.lease, job.kind, job.payload
        try:
            self._do(self._registry.handlers[kind], job_id, lease, payload)
        except LeaseLost:
            log.warning("job.lease_lost", kind=kind, job=str(job_id))
        except Exception as error:  # noqa: BLE001 - whatever a job does, it is noted and tried again
            _log_failure(kind, error)
            with self._database.writing() as session:
                queue.fail(session, job_id, lease, error=_name_of(error), at=self._clock())
        return True

    def _something_due(self) -> bool:
        """Look without writing first: an idle worker leaves no trace on the disk."""
        with self._database.reading() as session:
            return queue.is_due(session, self._registry.handlers, at=self._clock())

    def _do(self, handler: Handler, job_id: UUID, lease: str, payload: Payload) -> None:
        at = self._clock()
        if handler.outside:
            handler.function(self._tools, payload, at)
            with self._database.writing() as session:
                queue.end(session, job_id, lease, at=self._clock())
            return
        with self._database.writing() as session:
            if not queue.hold(session, job_id, lease):
                raise LeaseLost()
            handler.function(session, payload, at)
            queue.end(session, job_id, lease, at=at)

    def run_periodic(self) -> int:
        with self._database.reading() as session:
            due = queue.due_periodic(session, list(self._registry.periodic), at=self._clock())
            waiting = [
                self._registry.periodic[name]
                for name in due
                if (when := self._registry.periodic[name].when) is None or when(session)
            ]
        return sum(self._run_periodic(periodic) for periodic in waiting)

    def _run_periodic(self, periodic: Periodic) -> bool:
        at, lease = self._clock(), ""
        try:
            with self._database.writing() as session:
                if not queue.take_periodic(session, periodic.name, at=at):
                    return False
                if periodic.outside:
                    lease = queue.lease_periodic(session, periodic.name, at=at, lease_for=periodic.lease)
                else:
                    periodic.function(session, at)
                    self._end_periodic(session, periodic, lease, at=at)
            if periodic.outside:
                periodic.function(self._tools, at)
                with self._database.writing() as session:
                    self._end_periodic(session, periodic, lease, at=at)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a job does, it is noted and tried again
            _log_failure(periodic.name, error)
            with self._database.writing() as session:
                self._end_periodic(session, periodic, lease, at=at, error=_name_of(error))
        return True

    def _end_periodic(
        self, session: Session, periodic: Periodic, lease: str, *, at: datetime, error: str = ""
    ) -> None:
        wait = max(periodic.interval, queue.FIRST_WAIT) if error else periodic.interval
        queue.end_periodic(session, periodic.name, lease=lease, at=at, next_at=at + wait, error=error)


def _name_of(error: Exception) -> str:
    """Name a failure without its text, which may hold personal values."""
    return f"{type(error).__name__}: {error.code}" if isinstance(error, AppError) else type(error).__name__


def _log_failure(kind: str, error: Exception) -> None:
    log.error("job.failed", kind=kind, error=_name_of(error), exc_info=error)
