"""Why an uploaded file is refused."""

from __future__ import annotations

from app.core.errors import AppError


class FileTooLarge(AppError):
    code = "files.too_large"
    status = 413


class KindNotAllowed(AppError):
    """The file's ending is none of those allowed here."""

    code = "files.kind_not_allowed"
    status = 422


class ContentMismatch(AppError):
    """The content is not what the ending says, or is two things at once."""

    code = "files.content_mismatch"
    status = 422


class FileDamaged(AppError):
    """An empty or broken file."""

    code = "files.damaged"
    status = 422


class ImageTooLarge(AppError):
    """More pixels than a worker may unpack."""

    code = "files.image_too_large"
    status = 422


class FileMissing(AppError):
    """The record stands, its content lies nowhere: a fault of the disk that only whoever runs the server can mend."""

    code = "files.missing"
    status = 500


class UnsafeArchive(AppError):
    """An office document that unpacks to far more than it is, or carries macros."""

    code = "files.unsafe_archive"
    status = 422
