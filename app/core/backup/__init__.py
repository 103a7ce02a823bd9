"""Backup in one logical format that restores into SQLite or PostgreSQL, so that an office can grow.

DIR/manifest.json            version, revision, and each part's rows and hashes; written last, so that a backup that
                             was cut short has none
DIR/tables/<name>.jsonl.gz   one line per row: {"hash": sha-256 of the row as written, "row": {column: value}}
DIR/files/<ab>/<name>        uploaded contents as they lie in the data folder
DIR/files.sha256             their hashes, as `sha256sum --check` reads them

A table's `digest` is the sum of its row hashes: two databases that hold the same rows have the same digest, in
whatever order they give them out.
"""

from app.core.backup.manifest import Manifest
from app.core.backup.problems import (
    BackupDamaged,
    BackupFolderInUse,
    DatabaseNotEmpty,
    NoBackup,
    RevisionDiffers,
)
from app.core.backup.restoring import restore
from app.core.backup.rows import digests
from app.core.backup.writing import back_up

__all__ = [
    "BackupDamaged",
    "BackupFolderInUse",
    "DatabaseNotEmpty",
    "Manifest",
    "NoBackup",
    "RevisionDiffers",
    "back_up",
    "digests",
    "restore",
]
