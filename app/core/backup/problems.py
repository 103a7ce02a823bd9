"""What keeps a backup or a restore from being done."""

from __future__ import annotations

from app.core.errors import AppError


class BackupFolderInUse(AppError):
    """`folder` holds something already; a backup is never mixed with another."""

    code = "backup.folder_in_use"
    status = 409


class NoBackup(AppError):
    """`folder` holds no finished backup."""

    code = "backup.none_here"
    status = 404


class BackupDamaged(AppError):
    """`part` is not what the manifest says it is."""

    code = "backup.damaged"
    status = 422


class DatabaseNotEmpty(AppError):
    """`table` holds rows; a restore never mixes two offices' records."""

    code = "backup.database_not_empty"
    status = 409


class RevisionDiffers(AppError):
    """The backup's tables (`theirs`) are not this version's (`ours`); `version` made the backup."""

    code = "backup.revision_differs"
    status = 409
