"""Look into a packed workbook before a reader unpacks it: one cell at XFD1048576 would ask for 17 billion cells."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from app.core.sheets.reading.problems import SheetTooLarge, SheetUnreadable, UnknownFormat

MOST_ROWS = 20_000
MOST_COLUMNS = 200
# A sheet may be wider than its ledger: formatted empty columns, as office programs leave them.
WIDEST = 1_024
LONGEST = 100_000
MOST_CELLS = 1_000_000
MOST_UNPACKED = 150 * 1024 * 1024
MOST_PARTS = 2_000
_CELL = re.compile(rb"<(?:\w+:)?(?:c|row)\b[^>]*?\br\s*=\s*[\"']([A-Z]{0,3})([0-9]{1,9})[\"']")
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ROW_REPEATED = re.compile(
    rb"<table:table-row\b[^>]*?number-rows-repeated=\"([0-9]+)\"[^>]*?(?<!/)>(.*?)</table:table-row>", re.S
)
_CELL_REPEATED = re.compile(
    rb"<table:table-cell\b[^>]*?number-columns-repeated=\"([0-9]+)\"[^>]*?(?<!/)>(.*?)</table:table-cell>",
    re.S,
)
_HAS_CONTENT = re.compile(rb"<text:p|office:value")


def guard_package(content: bytes, *, main_part: str) -> None:
    """Raises UnknownFormat, SheetUnreadable or SheetTooLarge unless a packed workbook is of a ledger's size."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
            if main_part not in {part.filename for part in parts}:
                raise UnknownFormat()
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED:
                raise SheetTooLarge(what="MB", most=MOST_UNPACKED // 1024 // 1024)
            for part in parts:
                if part.filename.startswith("xl/worksheets/sheet"):
                    _guard_sheet(_read(package, part))
                elif part.filename == "content.xml":
                    _guard_repeats(_read(package, part))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, ValueError):
        raise SheetUnreadable() from None


def _read(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    # What the table of contents says of the size may be a lie; what comes out is not.
    with package.open(part) as stream:
        content = stream.read(part.file_size + 1)
    if len(content) > part.file_size:
        raise SheetTooLarge(what="MB", most=MOST_UNPACKED // 1024 // 1024)
    return content


def _guard_sheet(content: bytes) -> None:
    if sum(1 for _ in _ANY_CELL.finditer(content)) > MOST_CELLS:
        raise SheetTooLarge(what="cells", most=MOST_CELLS)
    longest, letters = 0, set()
    for found in _CELL.finditer(content):
        longest = max(longest, int(found[2]))
        letters.add(found[1])
    if longest > LONGEST:
        raise SheetTooLarge(what="rows", most=MOST_ROWS)
    if any(_number_of(name) > WIDEST for name in letters):
        raise SheetTooLarge(what="columns", most=MOST_COLUMNS)


def _guard_repeats(content: bytes) -> None:
    for found in _ROW_REPEATED.finditer(content):
        if int(found[1]) > MOST_ROWS and _HAS_CONTENT.search(found[2]):
            raise SheetTooLarge(what="rows", most=MOST_ROWS)
    cells = 0
    for found in _CELL_REPEATED.finditer(content):
        if int(found[1]) > MOST_COLUMNS and _HAS_CONTENT.search(found[2]):
            raise SheetTooLarge(what="columns", most=MOST_COLUMNS)
        cells += int(found[1])
    if cells > MOST_CELLS:
        raise SheetTooLarge(what="cells", most=MOST_CELLS)


def _number_of(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
