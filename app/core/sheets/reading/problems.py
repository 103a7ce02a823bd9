"""Why a file cannot be read as a ledger."""

from __future__ import annotations

from app.core.errors import AppError


class UnknownFormat(AppError):
    """The ending is none of .xlsx, .xls, .ods, .csv, or the content is not what it says."""

    code = "sheets.unknown_format"
    status = 422


class SheetUnreadable(AppError):
    """The file is empty or broken."""

    code = "sheets.unreadable"
    status = 422


class SheetProtected(AppError):
    """The file opens with a password only."""

    code = "sheets.protected"
    status = 422


class SheetTooLarge(AppError):
    """More rows, columns or unpacked bytes than a ledger has: `what` says which, `most` how many may be."""

    code = "sheets.too_large"
    status = 413


class UnknownEncoding(AppError):
    """A CSV that is neither UTF-8 nor GB18030."""

    code = "sheets.unknown_encoding"
    status = 422


class NoHeader(AppError):
    """No row looks like a header: fewer than two of the names that are known."""

    code = "sheets.no_header"
    status = 422
