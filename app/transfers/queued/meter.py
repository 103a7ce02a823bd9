"""How far an import has come, told beside the database: what a transaction has done so far, nobody else sees."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from uuid import UUID

OFTEN_S = 0.25


@dataclass(frozen=True, slots=True)
class Reading:
    """So many rows of so many are checked, or written."""

    step: str
    done: int
    of: int


class Meter:
    """The meter of one file's import: a small file that is replaced whole, and gone when the import is over."""

    def __init__(self, data_dir: Path, file_id: UUID) -> None:
        self._path = data_dir / "imports" / f"{file_id}.json"
        self._told_at = float("-inf")

    def checking(self, done: int, of: int) -> None:
        self._tell("checking", done, of)

    def writing(self, done: int, of: int) -> None:
        self._tell("writing", done, of)

    def read(self) -> Reading | None:
        """Return where the import is; None where it has not begun, or is over."""
        try:
            said = json.loads(self._path.read_text(encoding="utf-8"))
            return Reading(str(said["step"]), int(said["done"]), int(said["of"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def remove(self) -> None:
        self._path.unlink(missing_ok=True)

    def _tell(self, step: str, done: int, of: int) -> None:
        now = monotonic()
        if now - self._told_at < OFTEN_S and done < of:
            return
        self._told_at = now
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        fresh = self._path.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps({"step": step, "done": done, "of": of}), encoding="utf-8")
        os.replace(fresh, self._path)
