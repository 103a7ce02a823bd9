"""What an operator asks when something does not start or go on: settings, versions, folders, database, jobs."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import __version__
from app.core.actor import Role
from app.core.db import Database
from app.core.errors import AppError
from app.core.files.places import database_of, place_of
from app.core.jobs import dead_jobs
from app.core.migrate import at_head
from app.core.models import Event, EventPending, PeriodicJob
from app.core.sqlite import WAL_SAFE
from app.settings import Settings

LITTLE_SPACE = 2 * 1024**3
CLOCKS_APART = timedelta(seconds=30)
# The worker seals events every half second and looks after the queue every hour.
WORKER_SILENT = timedelta(hours=3)
UNSEALED_FOR = timedelta(minutes=5)
REMOTE = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "fuse.glusterfs")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `advice` says how to mend it, empty when it is well."""

    what: str
    seen: str
    advice: str = ""

    @property
    def is_well(self) -> bool:
        return not self.advice


def examine(settings: Settings, *, at: datetime | None = None) -> list[Finding]:
    """Look at everything that keeps Luodi from starting or working; nothing is changed."""
    now = at or datetime.now(UTC)
    return [*_versions(settings), *_settings(settings), *_folders(settings), *_database(settings, now)]


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
    unknown = sorted(set(settings.totp_required_for) - {role.value for role in Role})
    if unknown:
        yield Finding("LUODI_TOTP_REQUIRED_FOR", ", ".join(unknown), "name roles that there are")


def _folders(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield Finding(
            "Data folder", f"{folder}: {error.strerror}", "give the service's user write access to it"
        )
        return
    open_to_all = settings.production and folder.stat().st_mode & 0o007
    advice = f"everybody on this machine can read it: chmod 750 {folder}" if open_to_all else ""
    yield Finding("Data folder", f"{folder} can be written", advice)
    yield from _owner(settings)
    yield from _space("Space for files", folder)
    if settings.database_url.startswith("sqlite:///"):
        yield from _sqlite_place(settings)


def _owner(settings: Settings) -> Iterator[Finding]:
    """A test beside the real thing needs a folder of its own; a database that moved takes its folder along."""
    owner, ours = place_of(settings).owner(), database_of(settings)
    if owner not in ("", ours):
        advice = (
            f"give each database a LUODI_DATA_DIR of its own; if {owner} has become {ours}, "
            f"remove {settings.data_dir / '.database'}"
        )
        yield Finding("Files", f"belong to {owner}; what is left over there is not removed", advice)


def _sqlite_place(settings: Settings) -> Iterator[Finding]:
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    if settings.production and not path.is_absolute():
        yield Finding(
            "LUODI_DATABASE_URL",
            f"{path} begins at the folder from which a command is called",
            "write it from the root, with four slashes, or a backup may find another, empty file",
        )
    if (kind := _file_system(path.resolve().parent)) in REMOTE:
        advice = "SQLite's locks do not hold there: put it on a disk of this machine, or use PostgreSQL"
        yield Finding("Place of the database", f"{path.parent} lies on {kind}", advice)
    if path.parent.is_dir():
        yield from _space("Space for the database", path.parent)


def _space(what: str, folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free
    advice = "make room before it is full: writing then stops" if free < LITTLE_SPACE else ""
    yield Finding(what, f"{free / 1024**3:.1f} GiB free in {folder}", advice)


def _file_system(folder: Path) -> str:
    """Return the kind of file system on which a folder lies; empty where the system does not say."""
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    mounts = [line.split()[1:3] for line in lines]
    holding = [(place, kind) for place, kind in mounts if folder.is_relative_to(place)]
    return max(holding, key=lambda mount: len(mount[0]), default=("", ""))[1]


def _database(settings: Settings, now: datetime) -> Iterator[Finding]:
    database = Database(settings)
    shown = database.url.render_as_string(hide_password=True)
    try:
        with database.reading() as session:
            if not database.is_sqlite:
                yield from _server(session, settings, now)
            ready = at_head(session.connection())
            yield Finding("Database", shown, "" if ready else "run `luodi migrate`")
            if ready:
                yield from _jobs(session, now)
    except AppError:
        yield Finding("Database", f"{shown} does not answer", "start it, or mend LUODI_DATABASE_URL")
    finally:
        database.dispose()


def _server(session: Session, settings: Settings, now: datetime) -> Iterator[Finding]:
    yield Finding("PostgreSQL", str(session.scalar(text("SHOW server_version"))))
    most = int(str(session.scalar(text("SHOW max_connections"))))
    wanted = settings.db_pool_size
    advice = "" if wanted < most else "fewer in LUODI_DB_POOL_SIZE, or more in max_connections"
    yield Finding("Connections", f"{wanted} for each process, {most} at most in all", advice)
    apart = abs(session.scalar(select(func.clock_timestamp())) - now)  # type: ignore[operator]
    advice = (
        "" if apart < CLOCKS_APART else "let both machines keep time by NTP: days and deadlines hang on it"
    )
    yield Finding("Clock", f"{apart.total_seconds():.0f} s from the database's", advice)


def _jobs(session: Session, now: datetime) -> Iterator[Finding]:
    last_at = session.scalar(select(func.max(PeriodicJob.last_done_at)))
    oldest = session.scalar(select(func.min(Event.at)).join(EventPending, EventPending.event_id == Event.id))
    silent = last_at is not None and now - last_at > WORKER_SILENT
    behind = oldest is not None and now - oldest > UNSEALED_FOR
    advice = "start `luodi worker`, or let serve do it (LUODI_WORKER_IN_SERVE)" if silent or behind else ""
    seen = f"last done {last_at:%Y-%m-%d %H:%M} UTC" if last_at else "none was done yet"
    yield Finding("Background jobs", seen, advice)
    if dead := dead_jobs(session):
        kinds = ", ".join(sorted({job.kind for job in dead}))
        yield Finding("Jobs given up", f"{len(dead)}: {kinds}", "the log says why; they are kept for a look")
