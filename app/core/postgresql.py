"""PostgreSQL as it is reached: connections that notice when the server is gone, refuses or is silent, and say so soon.

A request waits at most for one silent statement and one attempt to connect, and never for a server that could not be
reached a moment ago: however many people ask, each has an answer within fifteen seconds.

Many rows go in by COPY (`COPY_IN`): one statement for each row costs the client and the server several times as much.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine, ExceptionContext, Table, create_engine, event
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.exc import InvalidatePoolError

from app.core.db import COPY_IN
from app.settings import Settings

STATEMENT_TIMEOUT_MS = 8_000
LOCK_TIMEOUT_MS = 5_000
# The server would have given the statement up before: one that says nothing for so long is not there any more, though
# the network in between may still accept what it is sent.
SILENT_AFTER_S = 9.0
# A connection that lay idle is asked whether it still leads somewhere.
PING_SILENT_AFTER_S = 2.0
CONNECT_TIMEOUT_S = 3
# How long a failed attempt to connect stands for those of everybody else.
AWAY_FOR_S = 1.0
# One COPY is one statement to the timeouts above, the time in which its rows are made ready included.
COPIED_AT_ONCE = 5_000


def postgresql_engine(
    settings: Settings, *, pool_timeout_s: float, json_serializer: Callable[[object], str], patient: bool
) -> Engine:
    """Return the engine. `patient` is for commands whose statements may take as long as they need."""
    # To compile a statement takes the server up to a second, and hardly one here runs for so long.
    limits = f"-c lock_timeout={LOCK_TIMEOUT_MS} -c timezone=UTC -c jit=off"
    if not patient:
        limits += f" -c statement_timeout={STATEMENT_TIMEOUT_MS}"
    connect_args: dict[str, Any] = {
        "options": limits,
        "connect_timeout": CONNECT_TIMEOUT_S,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
    }
    if settings.behind_pgbouncer:
        connect_args["prepare_threshold"] = None
        connect_args.pop("options")
    engine = create_engine(
        settings.database_url,
        pool_size=settings.db_pool_size,
        max_overflow=0,
        pool_timeout=pool_timeout_s,
        connect_args=connect_args,
        json_serializer=json_serializer,
        hide_parameters=True,  # an error's text may reach the log, personal values may not
    )
    event.listen(engine, "do_connect", Reach(silent_after_s=None if patient else SILENT_AFTER_S).connect)
    event.listen(engine, "checkout", _ask_first)
    event.listen(engine, "do_executemany", _copy_in)
    event.listen(engine, "handle_error", _first_line_only)
    return engine


class WatchfulConnection(psycopg.Connection[Any]):
    """A connection that is given up when the server says nothing for `silent_after_s`; None waits for ever."""

    silent_after_s: float | None = None

    def wait(self, *args: Any, **kwargs: Any) -> Any:
        """Carry an exchange with the server to its end. Raises OperationalError when the server stays silent."""
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self.silent_after_s
        try:
            return super().wait(*args, **kwargs)
        except psycopg.errors._WaitTimeout:
            self.close()
            raise psycopg.OperationalError("the server does not answer") from None

    def answers(self) -> bool:
        """Ask the server for a sign of life."""
        usual, self.silent_after_s = self.silent_after_s, PING_SILENT_AFTER_S
        try:
            self.autocommit = True
            self.execute("")
            self.autocommit = False
        except psycopg.Error:
            return False
        finally:
            self.silent_after_s = usual
        return True


class Reach:
    """Connects, and remembers for a second that the server could not be reached: hundreds need not all try."""

    def __init__(self, *, silent_after_s: float | None) -> None:
        self._silent_after_s = silent_after_s
        self._away_until = 0.0

    def connect(
        self, _dialect: object, _record: object, arguments: Any, parameters: Any
    ) -> WatchfulConnection:
        """Return a new connection. Raises OperationalError."""
        if monotonic() < self._away_until:
            raise psycopg.OperationalError("the server could not be reached a moment ago")
        try:
            connection = WatchfulConnection.connect(*arguments, **parameters)
        except psycopg.OperationalError:
            self._away_until = monotonic() + AWAY_FOR_S
            raise
        connection.silent_after_s = self._silent_after_s
        return connection


def _ask_first(connection: WatchfulConnection, _record: object, _proxy: object) -> None:
    """Ask a connection that lay in the pool before it is used. One that is dead condemns all older ones."""
    if not connection.answers():
        raise InvalidatePoolError()


def _first_line_only(context: ExceptionContext) -> None:
    """Cut the DETAIL off an error's text: PostgreSQL quotes the refused row there, and the text may reach the log."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args and isinstance(error.args[0], str):
            error.args = (error.args[0].partition("\n")[0], *error.args[1:])


def _copy_in(
    cursor: psycopg.Cursor[Any],
    _statement: str,
    rows: Sequence[Mapping[str, Any]],
    context: DefaultExecutionContext,
) -> bool:
    """Send the rows of an INSERT that says so by COPY; says whether it did. They have become the driver's values."""
    table: Table | None = context.execution_options.get(COPY_IN)
    if table is None:
        return False
    keys = list(rows[0])
    names = sql.SQL(", ").join(sql.Identifier(table.c[key].name) for key in keys)
    copying = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
    for begin in range(0, len(rows), COPIED_AT_ONCE):
        with cursor.copy(copying) as copy:
            for row in rows[begin : begin + COPIED_AT_ONCE]:
                copy.write_row([row[key] for key in keys])
    return True
