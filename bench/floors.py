"""What a page cannot be cheaper than: its own statements on a bare driver connection, and its own template."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from app.web import templating
from bench.calling import Answer, Caught


@dataclass(frozen=True, slots=True)
class Samples:
    """Times of one thing in milliseconds, taken in turns with those of the others.

    `cpu_ms` is what this process computed in that time: a crowded machine lengthens the one and not the other. It is
    whole for SQLite, which computes here, and without the server's part for PostgreSQL.
    """

    ms: list[float]
    cpu_ms: list[float]

    @property
    def cpu(self) -> float:
        return median(self.cpu_ms)

    @property
    def middle(self) -> float:
        return median(self.ms)

    @property
    def p95(self) -> float:
        return quantiles(self.ms, n=20)[-1]


class Bare:
    """A connection without SQLAlchemy on which caught statements are run again, each read to its end."""

    def __init__(self, url: str) -> None:
        parts = make_url(url)
        self.is_sqlite = parts.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.connection: Any = sqlite3.connect(parts.database or "", isolation_level=None)
            for pragma in ("foreign_keys=ON", "synchronous=FULL", "temp_store=MEMORY"):
                self.connection.execute(f"PRAGMA {pragma}")
        else:
            self.connection = psycopg.connect(
                parts.set(drivername="postgresql").render_as_string(hide_password=False),
                autocommit=True,
                options="-c jit=off",  # as the application's own connections
            )

    def replay(self, statements: Sequence[tuple[str, Any, bool]]) -> None:
        """Run the statements and fetch every row, in a transaction where the application has one: on SQLite."""
        cursor = self.connection.cursor()
        if self.is_sqlite:
            cursor.execute("BEGIN")
        for statement, parameters, many in statements:
            if statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
                continue
            (cursor.executemany if many else cursor.execute)(statement, parameters)
            if cursor.description is not None:
                cursor.fetchall()
        if self.is_sqlite:
            cursor.execute("ROLLBACK")


def template_of(caught: Caught) -> Callable[[], object]:
    """Return what draws the caught page again with the same values, and nothing else.

    Every part is drawn, in an environment of its own: what the application keeps from one request to the next is
    neither taken from there nor thrown away.
    """
    drawn = []
    for name, values in caught.pages:
        given = dict(values)
        env = templating.environment.__wrapped__(given.pop("locale"), given.pop("zone"))
        drawn.append((env, env.get_template(name), given))

    def draw() -> None:
        for env, template, given in drawn:
            kept: Any = env.globals["kept"]
            kept.cache_clear()
            template.render(**given)

    return draw


def in_turns(things: dict[str, Callable[[], object]], *, rounds: int, warm: int = 3) -> dict[str, Samples]:
    """Time several things in turns, so that a neighbour on the machine troubles them all alike.

    What the application answers says itself what it took: to hand a request to the loop's thread and to be woken by its
    answer is no part of it.
    """
    times = {name: Samples([], []) for name in things}
    for turn in range(rounds + warm):
        for name, thing in things.items():
            begun, computed = perf_counter(), process_time()
            given = thing()
            cpu_ms, ms = (process_time() - computed) * 1000, (perf_counter() - begun) * 1000
            if isinstance(given, Answer):
                cpu_ms, ms = given.cpu_ms, given.ms
            if turn >= warm:
                times[name].cpu_ms.append(cpu_ms)
                times[name].ms.append(ms)
    return times
