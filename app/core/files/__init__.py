"""Uploaded files: checked by their content, cleaned, hashed, and kept outside the web root under random names.

with ctx.transaction() as session:
    stored = files.store(session, ctx.settings, upload.file, filename=upload.filename, actor=ctx.actor, at=ctx.now)

`receive` does the slow part without a transaction; `keep` then adds the row. The content is on the disk before its row,
so a row never points nowhere; what no row points to is removed a day later.
"""

from app.core.files.kinds import DOCUMENTS, EVIDENCE, IMAGES, Kind
from app.core.files.problems import (
    ContentMismatch,
    FileDamaged,
    FileMissing,
    FileTooLarge,
    ImageTooLarge,
    KindNotAllowed,
    UnsafeArchive,
)
from app.core.files.storing import (
    Received,
    get_file,
    keep,
    open_file,
    receive,
    remove_orphans,
    store,
    verify_files,
)
from app.core.models.files import File

__all__ = [
    "DOCUMENTS",
    "EVIDENCE",
    "IMAGES",
    "ContentMismatch",
    "File",
    "FileDamaged",
    "FileMissing",
    "FileTooLarge",
    "ImageTooLarge",
    "Kind",
    "KindNotAllowed",
    "Received",
    "UnsafeArchive",
    "get_file",
    "keep",
    "open_file",
    "receive",
    "remove_orphans",
    "store",
    "verify_files",
]
