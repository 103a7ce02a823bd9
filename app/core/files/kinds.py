"""Which kinds of files are taken, and how each is told by its content."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import filetype  # type: ignore[import-untyped]

from app.core.files.problems import ContentMismatch, FileDamaged, KindNotAllowed, UnsafeArchive

HEAD = 8192
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 200
MAX_ENTRIES = 5000
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its media type, its endings, how `filetype` names it, and an office document's main part."""

    name: str
    media_type: str
    endings: tuple[str, ...]
    main_part: str = ""
    ole: bool = False
    # The part that every package of the format has beside its main one.
    listing: str = "[Content_Types].xml"
    plain: bool = False

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")


OFFICE = "application/vnd.openxmlformats-officedocument"
JPEG = Kind("jpeg", "image/jpeg", (".jpg", ".jpeg"))
PNG = Kind("png", "image/png", (".png",))
WEBP = Kind("webp", "image/webp", (".webp",))
PDF = Kind("pdf", "application/pdf", (".pdf",))
DOCX = Kind("docx", f"{OFFICE}.wordprocessingml.document", (".docx",), main_part="word/document.xml")
XLSX = Kind("xlsx", f"{OFFICE}.spreadsheetml.sheet", (".xlsx",), main_part="xl/workbook.xml")
DOC = Kind("doc", "application/msword", (".doc",), ole=True)
XLS = Kind("xls", "application/vnd.ms-excel", (".xls",), ole=True)
ODS = Kind(
    "ods",
    "application/vnd.oasis.opendocument.spreadsheet",
    (".ods",),
    main_part="content.xml",
    listing="mimetype",
)
CSV = Kind("csv", "text/csv", (".csv",), plain=True)

IMAGES = frozenset({JPEG, PNG, WEBP})
EVIDENCE = IMAGES | {PDF}
LEDGERS = frozenset({XLSX, XLS, ODS, CSV})
DOCUMENTS = EVIDENCE | {DOCX, XLSX, DOC, XLS}


def kind_by_ending(filename: str, allowed: frozenset[Kind]) -> Kind:
    """Return the kind that the name's ending promises. Raises KindNotAllowed."""
    ending = Path(filename).suffix.lower()
    for kind in sorted(allowed, key=lambda kind: kind.name):
        if ending in kind.endings:
            return kind
    endings = sorted(kind.endings[0] for kind in allowed)
    raise KindNotAllowed(allowed=", ".join(endings))


def check_content(path: Path, kind: Kind) -> None:
    """Raises ContentMismatch, FileDamaged or UnsafeArchive unless the content is what the ending promised."""
    with path.open("rb") as handle:
        head = handle.read(HEAD)
    if not head:
        raise FileDamaged()
    if kind.ole:
        if not head.startswith(OLE):
            raise ContentMismatch()
        return
    if kind.main_part:
        _check_office(path, kind)
        return
    found = filetype.guess(head)
    if kind.plain:
        if found is not None:
            raise ContentMismatch()
        return
    if found is None or found.mime != kind.media_type:
        raise ContentMismatch()
    # Images are drawn anew, which drops what hangs on to them; a PDF is kept as it is, so it must be only that.
    if kind is PDF and (not head.startswith(b"%PDF-") or zipfile.is_zipfile(path)):
        raise ContentMismatch()


def _check_office(path: Path, kind: Kind) -> None:
    """Look at the archive's table of contents; nothing is unpacked."""
    with path.open("rb") as handle:
        if handle.read(4) != b"PK\x03\x04":
            raise ContentMismatch()
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        raise FileDamaged() from None
    names = {entry.filename for entry in entries}
    if kind.listing not in names or kind.main_part not in names:
        raise ContentMismatch()
    packed = sum(entry.compress_size for entry in entries)
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, 1024):
        raise UnsafeArchive()
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")) for name in names):
        raise UnsafeArchive()
