"""Put a backup back."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, delete, func, insert, select, text
from sqlalchemy.exc import DataError, IntegrityError

from app.core.backup.manifest import FILE_LIST, Manifest, TablePart, read_manifest, table_path
from app.core.backup.problems import BackupDamaged, DatabaseNotEmpty, RevisionDiffers
from app.core.backup.rows import (
    AT_ONCE,
    SEARCH_TEXT,
    Digest,
    Row,
    digests,
    insert_search_texts,
    parts_of,
    row_of,
    values_of,
)
from app.core.backup.writing import Begun, copy_hashed
from app.core.db import Database
from app.core.files.places import place_of
from app.core.migrate import head_revision, migrate, revision_of
from app.core.models.jobs import PeriodicJob
from app.core.models.search import SearchEntry
from app.settings import Settings

# A listed content lies where its name says. Nothing else is opened, whatever a list brings along.
LISTED = re.compile(
    r"(?P<sha256>[0-9a-f]{64})  (?P<path>files/(?P<two>[0-9a-f]{2})/(?P<name>(?P=two)[0-9a-f]{2,100}))"
)


def restore(
    settings: Settings, folder: Path, *, metadata: MetaData, begun: Begun = lambda *_: None
) -> Manifest:
    """Put a backup into an empty database, made by SQLite or PostgreSQL alike, and its files into the data folder.

    All in one transaction: when anything is wrong, nothing is changed. Before it ends every row is read back and
    compared. A database without tables is migrated first.
    Raises NoBackup, BackupDamaged, RevisionDiffers or DatabaseNotEmpty.
    """
    manifest = read_manifest(folder)
    names = [name for name, _ in parts_of(metadata)]
    if manifest.revision != head_revision():
        raise RevisionDiffers(theirs=manifest.revision, ours=head_revision(), version=manifest.luodi)
    if sorted(part.name for part in manifest.tables) != sorted(names):
        raise BackupDamaged(part="manifest.json")
    _require_revision(settings)
    parts = {part.name: part for part in manifest.tables}
    database = Database(settings, patient=True)
    try:
        with database.writing() as session:
            connection = session.connection()
            with _self_references_later(connection, metadata):
                _require_empty(connection, metadata)
                for name in names:
                    begun(name, len(names) + 2)
                    _load(connection, folder, parts[name], metadata.tables.get(name))
                _set_sequence(connection)
            begun("comparing every row", len(names) + 2)
            _compare(connection, metadata, parts)
            begun("files", len(names) + 2)
            _restore_files(settings, folder, manifest)
    finally:
        database.dispose()
    return manifest


def _require_revision(settings: Settings) -> None:
    database = Database(settings)
    try:
        with database.reading() as session:
            here = revision_of(session.connection())
    finally:
        database.dispose()
    if here is None:
        migrate(settings.database_url)
    elif here != head_revision():
        raise RevisionDiffers(theirs=here, ours=head_revision(), version="database")


def _require_empty(connection: Connection, metadata: MetaData) -> None:
    # A worker that ran on the empty database has left its times there; they mean nothing.
    connection.execute(delete(PeriodicJob))
    for table in metadata.sorted_tables:
        if connection.execute(select(1).select_from(table).limit(1)).first() is not None:
            raise DatabaseNotEmpty(table=table.name)


@contextmanager
def _self_references_later(connection: Connection, metadata: MetaData) -> Iterator[None]:
    """Let rows point to rows of their own table that come later; checked when the block ends."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        yield
        return
    quote = connection.dialect.identifier_preparer.quote
    pointing = [
        (quote(table.name), quote(str(key.constraint.name)))
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table is table and key.constraint is not None
    ]
    for table, name in pointing:
        connection.execute(text(f"ALTER TABLE {table} ALTER CONSTRAINT {name} DEFERRABLE INITIALLY DEFERRED"))
    yield
    connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for table, name in pointing:
        connection.execute(text(f"ALTER TABLE {table} ALTER CONSTRAINT {name} NOT DEFERRABLE"))


def _load(connection: Connection, folder: Path, part: TablePart, table: Table | None) -> None:
    path = table_path(folder, part.name)
    with _opened(folder, path, part=path.name) as raw:
        if hashlib.file_digest(raw, "sha256").hexdigest() != part.sha256:
            raise BackupDamaged(part=path.name)
    put = _put_search_texts(connection) if table is None else _put_rows(connection, table)
    digest = Digest()
    try:
        with gzip.open(path, "rt", encoding="utf-8", errors="surrogatepass", newline="\n") as lines:
            while taken := list(islice(lines, AT_ONCE)):
                read = [row_of(line, part=path.name) for line in taken]
                for row_hash, _ in read:
                    digest.add(row_hash)
                put([row for _, row in read])
    except (OSError, EOFError, zlib.error, ValueError, TypeError, KeyError, IntegrityError, DataError):
        # Whoever changed the manifest as well: it is no archive, no row, or none that the tables take.
        raise BackupDamaged(part=path.name) from None
    if (digest.rows, str(digest)) != (part.rows, part.digest):
        raise BackupDamaged(part=path.name)


@contextmanager
def _opened(folder: Path, path: Path, *, part: str) -> Iterator[BufferedReader]:
    """Open a part of the backup, which lies in its folder and nowhere else. Raises BackupDamaged."""
    if path.is_symlink() or not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
        raise BackupDamaged(part=part)
    with path.open("rb") as opened:
        yield opened


def _put_rows(connection: Connection, table: Table) -> Callable[[list[Row]], None]:
    values = values_of(table)

    def put(rows: list[Row]) -> None:
        connection.execute(insert(table), [values(row) for row in rows])

    return put


def _put_search_texts(connection: Connection) -> Callable[[list[Row]], None]:
    return lambda rows: insert_search_texts(connection, rows)


def _set_sequence(connection: Connection) -> None:
    """Let PostgreSQL number the next record of the search index after the restored ones; SQLite does of itself."""
    if connection.dialect.name == "sqlite":
        return
    last = connection.scalar(select(func.max(SearchEntry.no)))
    if last is not None:
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence('search_index', 'no'), :last)"), {"last": last}
        )


def _compare(connection: Connection, metadata: MetaData, parts: dict[str, TablePart]) -> None:
    for name, (rows, digest) in digests(connection, metadata).items():
        if (rows, digest) != (parts[name].rows, parts[name].digest):
            raise BackupDamaged(part=SEARCH_TEXT if name == SEARCH_TEXT else f"{name} (read back)")


def _restore_files(settings: Settings, folder: Path, manifest: Manifest) -> None:
    place = place_of(settings)
    with _opened(folder, folder / FILE_LIST, part=FILE_LIST) as opened:
        listed = opened.read()
    if hashlib.sha256(listed).hexdigest() != manifest.files.sha256:
        raise BackupDamaged(part=FILE_LIST)
    for line in listed.decode("ascii", "replace").splitlines():
        entry = LISTED.fullmatch(line)
        if entry is None:
            raise BackupDamaged(part=FILE_LIST)
        path = entry["path"]
        incoming = place.incoming()
        try:
            with _opened(folder, folder / path, part=path) as source:
                found, _size = copy_hashed(source, incoming)
            if found != entry["sha256"]:
                raise BackupDamaged(part=path)
            place.put(incoming, name=entry["name"])
        finally:
            incoming.unlink(missing_ok=True)
