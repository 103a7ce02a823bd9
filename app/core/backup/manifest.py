"""The page that says what a backup holds."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app.core.backup.problems import BackupDamaged, NoBackup

FORMAT = 1
NAME = "manifest.json"
FILE_LIST = "files.sha256"


@dataclass(frozen=True, slots=True)
class TablePart:
    """One table: `sha256` of its file, `digest` of its rows in any order."""

    name: str
    rows: int
    sha256: str
    digest: str


@dataclass(frozen=True, slots=True)
class FilesPart:
    """The uploaded contents; `unsound` names those that were missing or changed when the backup was made."""

    count: int
    bytes: int
    sha256: str
    unsound: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Manifest:
    """`revision` is the newest migration, `luodi` the version that made the backup, `made_at` in UTC."""

    luodi: str
    revision: str
    database: str
    made_at: str
    tables: list[TablePart]
    files: FilesPart
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


def table_path(folder: Path, name: str) -> Path:
    return folder / "tables" / f"{name}.jsonl.gz"


def write_manifest(folder: Path, manifest: Manifest) -> None:
    (folder / NAME).write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Raises NoBackup where no finished backup lies, BackupDamaged when the page cannot be read."""
    try:
        said: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NoBackup(folder=str(folder)) from None
    except ValueError:
        raise BackupDamaged(part=NAME) from None
    try:
        if said["format"] != FORMAT:
            raise BackupDamaged(part=f"{NAME} (format {said['format']})")
        tables = [TablePart(**part) for part in said.pop("tables")]
        return Manifest(**{**said, "tables": tables, "files": FilesPart(**said["files"])})
    except (KeyError, TypeError):
        raise BackupDamaged(part=NAME) from None
