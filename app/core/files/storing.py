"""Take a file in, give it out, and check what lies on the disk against its rows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.files.kinds import EVIDENCE, Kind, check_content, kind_by_ending
from app.core.files.pictures import redraw
from app.core.files.places import database_of, place_of
from app.core.files.problems import FileMissing, FileTooLarge
from app.core.ids import new_id
from app.core.models.files import File
from app.core.text import clean_text
from app.settings import Settings

log = structlog.get_logger("luodi.files")

CHUNK = 1024 * 1024
ORPHAN_AFTER = timedelta(days=1)
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Received:
    """A content that lies on the disk, checked and clean, and has no row yet."""

    name: str
    media_type: str
    size: int
    sha256: str
    stored_as: str
    width: int | None
    height: int | None


def store(
    session: Session,
    settings: Settings,
    stream: BinaryIO,
    *,
    filename: str,
    actor: Actor,
    at: datetime,
    allowed: frozenset[Kind] = EVIDENCE,
) -> File:
    """Take a file in and add its row: `receive` and `keep` in one. Raises what `receive` raises."""
    return keep(session, receive(settings, stream, filename=filename, allowed=allowed), actor=actor, at=at)


def receive(
    settings: Settings, stream: BinaryIO, *, filename: str, allowed: frozenset[Kind] = EVIDENCE
) -> Received:
    """Check a file and lay its content on the disk, before any transaction.

    Raises KindNotAllowed, FileTooLarge, ContentMismatch, FileDamaged, ImageTooLarge or UnsafeArchive.
    """
    name = _clean_name(filename)
    kind = kind_by_ending(name, allowed)
    place = place_of(settings)
    place.claim(database_of(settings))
    incoming = place.incoming()
    try:
        _copy(stream, incoming, most_mb=settings.max_upload_mb)
        check_content(incoming, kind)
        width, height = redraw(incoming, kind.media_type) if kind.is_image else (None, None)
        size, sha256 = _measure(incoming)
        stored_as = place.put(incoming)
    finally:
        incoming.unlink(missing_ok=True)
    return Received(name, kind.media_type, size, sha256, stored_as, width, height)


def keep(session: Session, received: Received, *, actor: Actor, at: datetime) -> File:
    """Add the row of a content that was received."""
    row = File(
        id=new_id(),
        county_id=actor.county_id,
        name=received.name,
        media_type=received.media_type,
        size=received.size,
        sha256=received.sha256,
        stored_as=received.stored_as,
        width=received.width,
        height=received.height,
        uploaded_by=actor.id,
        created_at=at,
    )
    session.add(row)
    return row


def get_file(session: Session, file_id: UUID) -> File:
    """Return a file's row. Raises NotFound. Who may see it is decided by the record that carries it."""
    row = session.get(File, file_id)
    if row is None:
        raise NotFound()
    return row


def open_file(settings: Settings, file: File) -> BinaryIO:
    """Open the content for reading. Raises FileMissing."""
    try:
        return place_of(settings).open(file.stored_as)
    except FileNotFoundError:
        raise FileMissing(name=file.name) from None


def verify_files(session: Session, settings: Settings) -> list[str]:
    """Hash every content again; returns what is missing or changed, in words."""
    place = place_of(settings)
    problems = []
    for file in session.scalars(select(File).order_by(File.id).execution_options(yield_per=200)):
        try:
            with place.open(file.stored_as) as handle:
                found = hashlib.file_digest(handle, "sha256").hexdigest()
        except FileNotFoundError:
            problems.append(f"file {file.id} is missing on the disk")
            continue
        if found != file.sha256:
            problems.append(f"file {file.id} is not what was stored")
    return problems


def remove_orphans(session: Session, settings: Settings, *, at: datetime) -> int:
    """Remove contents without a row that are older than a day (the transaction rolled back); returns how many.

    It is none where the folder is another database's: that one has the rows of what has none here.
    """
    place, ours = place_of(settings), database_of(settings)
    if (owner := place.claim(ours)) != ours:
        log.warning("files.of_another_database", folder=str(settings.data_dir), database=owner)
        return 0
    removed = 0
    for name, since in list(place.names()):
        if (
            since < at - ORPHAN_AFTER
            and session.scalar(select(File.id).where(File.stored_as == name)) is None
        ):
            place.remove(name)
            removed += 1
    for path in list(place.abandoned(before=at - ORPHAN_AFTER)):
        path.unlink(missing_ok=True)
        removed += 1
    return removed


def _clean_name(filename: str) -> str:
    """Keep the last part of whatever the browser sent, with its ending, within 200 characters."""
    name = clean_text(PurePosixPath(filename.replace("\\", "/")).name, multiline=False)
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name[:LONGEST_NAME]
    ending = ending[:20]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def _copy(stream: BinaryIO, path: Path, *, most_mb: int) -> None:
    left = most_mb * 1024 * 1024
    with path.open("wb") as target:
        while chunk := stream.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise FileTooLarge(most=most_mb)
            target.write(chunk)


def _measure(path: Path) -> tuple[int, str]:
    with path.open("rb") as handle:
        return path.stat().st_size, hashlib.file_digest(handle, "sha256").hexdigest()
