"""SQLite as it is reached: safe journalling, and transactions that begin where the block does."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

# Before this version WAL mode can lose committed writes when two connections write or checkpoint at the same instant.
WAL_SAFE = (3, 51, 3)
LOCK_TIMEOUT_S = 5
# Of each SQLite connection; the system keeps the file's pages too, once for all of them.
PAGES_KEPT_KIB = 512


def sqlite_engine(url: URL, *, pool_timeout_s: float, json_serializer: Callable[[object], str]) -> Engine:
    """Return the engine; makes the file's folder where it is missing."""
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=20,
        max_overflow=0,
        pool_timeout=pool_timeout_s,
        connect_args={"check_same_thread": False, "timeout": LOCK_TIMEOUT_S},
        json_serializer=json_serializer,
        hide_parameters=True,  # an error's text may reach the log, personal values may not
    )
    journal = "WAL" if sqlite3.sqlite_version_info >= WAL_SAFE else "TRUNCATE"

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        # The driver's own transaction control would begin late and deferred; ours begins where the block does.
        connection.isolation_level = None
        # A write of more pages than the cache would lock every reader out until it ends: it stays in memory instead.
        for pragma in (
            "foreign_keys=ON",
            f"journal_mode={journal}",
            "synchronous=FULL",
            "temp_store=MEMORY",
            "cache_spill=OFF",
            f"cache_size=-{PAGES_KEPT_KIB}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        mode = connection.get_execution_options().get("luodi_begin", "")
        if mode:
            connection.exec_driver_sql(f"BEGIN {mode}")
        else:
            # Every page does it twice. It touches no file yet, so there is no refusal to put into words.
            connection.connection.dbapi_connection.execute("BEGIN")

    return engine
