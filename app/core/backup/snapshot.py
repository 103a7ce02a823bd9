"""One state of the database to read from, while people go on writing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection

from app.core.db import Database
from app.settings import Settings

COPY = ".snapshot.db"


@contextmanager
def snapshot(settings: Settings, folder: Path) -> Iterator[Connection]:
    """Yield a connection that sees the database as it was at one instant.

    PostgreSQL gives that to a repeatable-read transaction. On SQLite a reader holds up every commit where there is
    no WAL, and writing rows out takes much longer than copying pages: so the pages are copied in one read
    transaction to `folder`, and the rows read from the copy, which is removed at the end.
    """
    database = Database(settings, patient=True)
    try:
        if database.is_sqlite:
            with _copied(Path(database.url.database or ""), folder, settings) as connection:
                yield connection
            return
        with database.reading() as session:
            connection = session.connection(
                execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            )
            yield connection
    finally:
        database.dispose()


@contextmanager
def _copied(path: Path, folder: Path, settings: Settings) -> Iterator[Connection]:
    copy = folder / COPY
    try:
        copy.touch(mode=0o600)
        with (
            closing(sqlite3.connect(path, timeout=30)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        database = Database(settings.model_copy(update={"database_url": f"sqlite:///{copy}"}))
        try:
            with database.reading() as session:
                yield session.connection()
        finally:
            database.dispose()
    finally:
        for left in folder.glob(f"{COPY}*"):
            left.unlink()
