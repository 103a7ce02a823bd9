"""Files made to harm: entities that multiply or read other files, drawings with scripts.

What is only not what its name says, and what unpacks without end: tests/core/test_files.py. Archives of a backup that
climb: tests/core/test_backup.py.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from time import process_time

import pytest
from PIL import Image

from app.core import files
from app.core.errors import AppError
from app.core.sheets.reading import open_book
from app.settings import Settings
from tests.core.test_sheets_reading import book_of

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a0 "haha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + '<!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY net SYSTEM "http://127.0.0.1:1/x">]>'
)


def with_entities(part: str, text: str) -> bytes:
    """A workbook one of whose parts declares entities and uses one in the place of a text."""
    sound = book_of(lambda _book, sheet: sheet.write(0, 0, "项目名称"))
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(sound)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name).decode()
            if name == part:
                head, _, rest = content.partition("?>")
                content = f"{head}?>{LAUGHS}{rest.replace('项目名称', text)}"
            new.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize("entity", ["&a9;", "&file;", "&net;"])
@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/workbook.xml", "[Content_Types].xml"])
def test_entities_neither_multiply_nor_read_anything(part: str, entity: str) -> None:
    before = process_time()
    try:
        book = open_book(with_entities(part, entity), filename="台账.xlsx")
        texts = repr(book)
    except AppError as refused:
        texts = refused.code
    assert len(texts) < 10_000 and "root:" not in texts and "haha" * 3 not in texts
    assert process_time() - before < 2


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.pdf", "a.svg", "a.svg.png", "a.png\x00.svg"])
def test_a_drawing_with_a_script_is_no_picture(tmp_path: Path, name: str) -> None:
    with pytest.raises(AppError):
        files.receive(Settings(data_dir=tmp_path), BytesIO(SVG), filename=name)
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_a_picture_that_is_a_page_too_is_kept_as_a_picture_alone(tmp_path: Path) -> None:
    made = BytesIO()
    Image.new("RGB", (30, 30)).save(made, "JPEG", comment=b"<script>alert(1)</script>")
    polyglot = made.getvalue() + SVG + b"<?php system($_GET[0]); ?>"
    received = files.receive(Settings(data_dir=tmp_path), BytesIO(polyglot), filename="a.jpg")
    (kept,) = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert received.media_type == "image/jpeg"
    assert b"script" not in kept.read_bytes() and b"php" not in kept.read_bytes()
