"""What Prometheus is told. No label ever holds an address, an id or a name: methods, status classes and states only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy.pool import QueuePool

from app.core.db import Database
from app.core.errors import AppError
from app.core.jobs.counting import job_counts

# Where several worker processes add up their counts; the library reads it when it is imported.
SHARED_DIR = "PROMETHEUS_MULTIPROC_DIR"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# From a quick page to what a proxy gives up on.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15)

REQUESTS = Counter("luodi_requests", "Requests answered.", ["method", "status"])
SECONDS = Histogram(
    "luodi_request_seconds", "Time from a request's head to its answer's end.", ["method"], buckets=BUCKETS
)


def note_request(method: str, status: int, seconds: float) -> None:
    """Count one exchange. Whatever a stranger calls a method is `other`."""
    known = method if method in METHODS else "other"
    REQUESTS.labels(known, f"{status // 100}xx").inc()
    SECONDS.labels(known).observe(seconds)


def page(database: Database, *, at: datetime) -> bytes:
    """Return the metrics page: requests of all worker processes, and the state of jobs and database now."""
    if SHARED_DIR in os.environ:
        requests = CollectorRegistry()
        multiprocess.MultiProcessCollector(requests)  # type: ignore[no-untyped-call]
    else:
        requests = REGISTRY
    now = CollectorRegistry()
    now.register(_Now(database, at))
    return generate_latest(requests) + generate_latest(now)


class _Now:
    """What is read when it is asked for; an outage of the database is itself a figure."""

    def __init__(self, database: Database, at: datetime) -> None:
        self._database = database
        self._at = at

    def collect(self) -> Iterator[Metric]:
        pool = self._database.engine.pool
        if isinstance(pool, QueuePool):
            connections = GaugeMetricFamily(
                "luodi_db_pool_connections",
                "Database connections of the worker process that answers.",
                labels=["state"],
            )
            connections.add_metric(["in_use"], pool.checkedout())
            connections.add_metric(["idle"], pool.checkedin())
            connections.add_metric(["limit"], pool.size())
            yield connections
        jobs = GaugeMetricFamily("luodi_jobs", "Background jobs by state.", labels=["state"])
        try:
            with self._database.reading() as session:
                counts = job_counts(session, at=self._at)
        except AppError:
            yield GaugeMetricFamily("luodi_database_up", "Whether the database answers.", value=0)
            return
        yield GaugeMetricFamily("luodi_database_up", "Whether the database answers.", value=1)
        for state, number in counts.items():
            jobs.add_metric([state], number)
        yield jobs
