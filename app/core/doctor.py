"""What an operator asks when something does not start: settings, versions, the database, rights on the data folder."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text

from app import __version__
from app.core.db import WAL_SAFE, Database
from app.core.errors import AppError
from app.core.migrate import at_head
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `advice` says how to mend it, empty when it is well."""

    what: str
    seen: str
    advice: str = ""

    @property
    def is_well(self) -> bool:
        return not self.advice


def examine(settings: Settings) -> list[Finding]:
    """Look at everything that keeps Luodi from starting; nothing is changed."""
    return [*_versions(settings), *_settings(settings), *_folder(settings), *_database(settings)]


def _versions(settings: Settings) -> Iterator[Finding]:
    yield Finding("Luodi", __version__)
    yield Finding("Python", sys.version.split()[0])
    if settings.database_url.startswith("sqlite"):
        mode = "WAL" if sqlite3.sqlite_version_info >= WAL_SAFE else "TRUNCATE"
        yield Finding("SQLite", f"{sqlite3.sqlite_version}, journal {mode}")


def _settings(settings: Settings) -> Iterator[Finding]:
    yield Finding("Environment", settings.env.value)
    for problem in settings.problems():
        name, _, advice = problem.partition(": ")
        yield Finding(name, "unsafe in production", advice)


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield Finding(
            "Data folder", f"{folder}: {error.strerror}", "give the service's user write access to it"
        )
    else:
        yield Finding("Data folder", f"{folder} can be written")


def _database(settings: Settings) -> Iterator[Finding]:
    database = Database(settings)
    shown = database.url.render_as_string(hide_password=True)
    try:
        with database.reading() as session:
            if not database.is_sqlite:
                yield Finding("PostgreSQL", str(session.scalar(text("SHOW server_version"))))
            advice = "" if at_head(session.connection()) else "run `luodi migrate`"
            yield Finding("Database", shown, advice)
    except AppError:
        yield Finding("Database", f"{shown} does not answer", "start it, or mend LUODI_DATABASE_URL")
    finally:
        database.dispose()
