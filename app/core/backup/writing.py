"""Make a backup."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, MetaData, select

from app import __version__
from app.core.backup.manifest import FILE_LIST, FilesPart, Manifest, TablePart, table_path, write_manifest
from app.core.backup.problems import BackupFolderInUse
from app.core.backup.rows import Digest, Row, line_of, parts_of
from app.core.backup.snapshot import snapshot
from app.core.files.places import place_of
from app.core.migrate import revision_of
from app.core.models.files import File
from app.settings import Settings

Begun = Callable[[str, int], None]
CHUNK = 1024 * 1024


def back_up(
    settings: Settings, folder: Path, *, metadata: MetaData, at: datetime, begun: Begun = lambda *_: None
) -> Manifest:
    """Write the database and the uploaded files into an empty or new folder, while people go on working.

    `begun` is told each part's name and how many parts there are. A content that is missing or changed does not
    stop the rest: it is named under the manifest's `files.unsound`.
    Raises BackupFolderInUse, or Unavailable when the database is away.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise BackupFolderInUse(folder=str(folder))
    (folder / "tables").mkdir(mode=0o700)
    parts = parts_of(metadata)
    with snapshot(settings, folder) as connection:
        tables = []
        for name, read in parts:
            begun(name, len(parts) + 1)
            tables.append(_write_table(folder, name, read(connection)))
        begun("files", len(parts) + 1)
        files = _write_files(connection, settings, folder)
        manifest = Manifest(
            luodi=__version__,
            revision=revision_of(connection) or "",
            database=settings.database_url.partition(":")[0].partition("+")[0],
            made_at=at.isoformat(timespec="seconds"),
            tables=tables,
            files=files,
        )
    write_manifest(folder, manifest)
    os.sync()  # the manifest says that everything before it is there, after a power cut too
    return manifest


def _write_table(folder: Path, name: str, rows: Iterable[Row]) -> TablePart:
    digest = Digest()
    path = table_path(folder, name)
    with (
        path.open("wb") as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=4, mtime=0, filename="") as packed,
        io.TextIOWrapper(packed, encoding="utf-8", errors="surrogatepass", newline="\n") as lines,
    ):
        for row in rows:
            row_hash, line = line_of(row)
            digest.add(row_hash)
            lines.write(line)
    with path.open("rb") as written:
        return TablePart(name, digest.rows, hashlib.file_digest(written, "sha256").hexdigest(), str(digest))


def _write_files(connection: Connection, settings: Settings, folder: Path) -> FilesPart:
    place = place_of(settings)
    count = size = 0
    unsound, listed = [], []
    for stored_as, expected in connection.execute(
        select(File.stored_as, File.sha256).order_by(File.stored_as)
    ):
        target = folder / "files" / stored_as[:2] / stored_as
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with place.open(stored_as) as source:
                found, written = copy_hashed(source, target)
        except FileNotFoundError:
            unsound.append(stored_as)
            continue
        if found != expected:
            unsound.append(stored_as)
        count, size = count + 1, size + written
        listed.append(f"{found}  files/{stored_as[:2]}/{stored_as}\n")
    (folder / FILE_LIST).write_text("".join(listed), encoding="ascii")
    return FilesPart(count, size, hashlib.sha256("".join(listed).encode()).hexdigest(), unsound)


def copy_hashed(source: BinaryIO, target: Path) -> tuple[str, int]:
    """Copy a content; returns its SHA-256 and its size."""
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as written:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            written.write(chunk)
    return digest.hexdigest(), size
