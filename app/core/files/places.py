"""Where contents lie: on the local disk. Another place needs these eight methods."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path

from sqlalchemy.engine import make_url

from app.settings import Settings


class LocalPlace:
    """A folder outside the web root; contents lie under random names, two letters a sub-folder."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._mark = folder, folder.parent / ".database"

    def claim(self, database: str) -> str:
        """Return whose contents lie here: the first database that asks is noted, and stays it.

        Two databases on one folder (a test beside the real thing) would each take the other's contents for left over.
        """
        if not (owner := self.owner()):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o750)
            self._mark.write_text(database, encoding="utf-8")
            owner = database
        return owner

    def owner(self) -> str:
        """Return the database that was noted here, empty where none was."""
        return self._mark.read_text(encoding="utf-8") if self._mark.exists() else ""

    def incoming(self) -> Path:
        """Return an empty file of our own to write to, on the same disk as the rest."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        handle, name = tempfile.mkstemp(prefix=".incoming-", dir=self._folder)
        os.close(handle)
        return Path(name)

    def put(self, path: Path, *, name: str | None = None) -> str:
        """Take an incoming file in for good and return its name; it survives a power cut from here on.

        `name` is given where a backup brings a content back under the name that its row knows.
        """
        name = name or secrets.token_hex(24)
        target = self._path(name)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        _sync(path)
        os.replace(path, target)
        _sync(target.parent)
        _sync(target.parent.parent)
        return name

    def open(self, name: str) -> BufferedReader:
        """Raises FileNotFoundError."""
        return self._path(name).open("rb")

    def remove(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Yield each content's name and since when it lies here."""
        for path in sorted(self._folder.glob("[0-9a-f][0-9a-f]/*")):
            yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def abandoned(self, *, before: datetime) -> Iterator[Path]:
        """Yield incoming files that nobody finished."""
        for path in self._folder.glob(".incoming-*"):
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                yield path

    def _path(self, name: str) -> Path:
        if not name.isalnum():
            raise FileNotFoundError(name)
        return self._folder / name[:2] / name


def database_of(settings: Settings) -> str:
    """Return where the database is, without who asks it."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        return str(Path(url.database or "").resolve())
    return f"{url.host or url.query.get('host', '')}:{url.port or 5432}/{url.database}"


def place_of(settings: Settings) -> LocalPlace:
    return LocalPlace(settings.data_dir / "files")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
