"""Uploaded files are what they say they are, carry nothing hidden, and lie where no address reaches."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from app.core import files
from app.core.db import Database
from app.core.errors import NotFound
from app.core.files import pictures
from app.core.ids import new_id
from app.core.models import File
from app.core.verify import verify_core
from app.settings import Settings
from tests.conftest import Clock
from tests.factories.core import make_actor, rolled_back

ACTOR = make_actor()
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(made, format=kind, **options)  # type: ignore[arg-type]
    return made.getvalue()


def archive(contents: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in contents.items():
            written.writestr(name, content)
    return made.getvalue()


@pytest.fixture
def plain_settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, max_upload_mb=1)


def receive(settings: Settings, content: bytes, filename: str, **options: object) -> files.Received:
    return files.receive(settings, io.BytesIO(content), filename=filename, **options)  # type: ignore[arg-type]


def lying(settings: Settings) -> list[Path]:
    return [path for path in (settings.data_dir / "files").rglob("*") if path.is_file()]


def test_a_stored_file_comes_back_as_it_went_in(database: Database, settings: Settings, clock: Clock) -> None:
    with database.writing() as session:
        stored = files.store(session, settings, io.BytesIO(PDF), filename="合同.pdf", actor=ACTOR, at=clock())
    with database.reading() as session:
        row = files.get_file(session, stored.id)
        with files.open_file(settings, row) as handle:
            assert handle.read() == PDF
        assert (row.name, row.media_type, row.size) == ("合同.pdf", "application/pdf", len(PDF))
        assert row.sha256 == hashlib.sha256(PDF).hexdigest()
        assert row.uploaded_by == ACTOR.id
        with pytest.raises(NotFound):
            files.get_file(session, new_id())


def test_the_name_on_the_disk_says_nothing(plain_settings: Settings) -> None:
    one, other = receive(plain_settings, PDF, "../../合同.pdf"), receive(plain_settings, PDF, "合同.pdf")
    assert one.name == "合同.pdf"
    assert one.stored_as != other.stored_as
    assert {path.name for path in lying(plain_settings)} == {one.stored_as, other.stored_as}
    assert all(len(path.name) == 48 and not path.suffix for path in lying(plain_settings))


def test_a_picture_loses_its_place_and_device_and_stands_upright(plain_settings: Settings) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Phone"
    exif.get_ifd(0x8825)[1] = "N"
    received = receive(plain_settings, picture(exif=exif), "现场.JPG")
    (path,) = lying(plain_settings)
    with Image.open(path) as clean:
        assert clean.size == (received.width, received.height) == (20, 40)
        assert not clean.getexif()
    assert b"Phone" not in path.read_bytes()


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", ".jpeg"), ("PNG", ".png"), ("WEBP", ".webp")])
def test_what_hangs_on_to_a_picture_is_cut_off(plain_settings: Settings, kind: str, ending: str) -> None:
    receive(plain_settings, picture(kind) + b"<script>PK\x03\x04", f"a{ending}")
    (path,) = lying(plain_settings)
    assert b"script" not in path.read_bytes()


@pytest.mark.parametrize(
    ("filename", "content", "refusal"),
    [
        ("a.exe", b"MZ", files.KindNotAllowed),
        ("a.svg", b"<svg/>", files.KindNotAllowed),
        ("a", PDF, files.KindNotAllowed),
        ("a.docx", archive(WORD), files.KindNotAllowed),
        ("a.pdf", b"", files.FileDamaged),
        ("a.pdf", picture(), files.ContentMismatch),
        ("a.pdf", b"<html>" + PDF, files.ContentMismatch),
        ("a.pdf", PDF + archive({"a.txt": b"x"}), files.ContentMismatch),
        ("a.jpg", PDF, files.ContentMismatch),
        ("a.jpg", picture("PNG"), files.ContentMismatch),
        ("a.jpg", b"GIF89a<script>", files.ContentMismatch),
        ("a.jpg", picture(size=(400, 400))[:900], files.FileDamaged),
        ("a.pdf", PDF + b"x" * 1024 * 1024, files.FileTooLarge),
    ],
)
def test_what_is_not_what_it_says_is_refused_and_leaves_nothing(
    plain_settings: Settings, filename: str, content: bytes, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        receive(plain_settings, content, filename)
    assert lying(plain_settings) == []


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (archive(WORD | {"word/media/a.bin": b"\0" * 40_000_000}), files.UnsafeArchive),
        (archive(WORD | {f"word/{number}": b"" for number in range(6000)}), files.UnsafeArchive),
        (archive(WORD | {"word/vbaProject.bin": b"x"}), files.UnsafeArchive),
        (archive({"a.txt": b"x"}), files.ContentMismatch),
        (b"PK\x03\x04" + b"\0" * 100, files.FileDamaged),
        (PDF, files.ContentMismatch),
    ],
)
def test_hostile_office_documents_are_refused(
    plain_settings: Settings, content: bytes, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        receive(plain_settings, content, "a.docx", allowed=files.DOCUMENTS)


def test_office_documents_are_taken_where_they_are_allowed(plain_settings: Settings) -> None:
    received = receive(plain_settings, archive(WORD), "简报.docx", allowed=files.DOCUMENTS)
    assert received.media_type.endswith("wordprocessingml.document")
    old = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512
    assert receive(plain_settings, old, "台账.xls", allowed=files.DOCUMENTS).media_type.endswith("ms-excel")
    with pytest.raises(files.ContentMismatch):
        receive(plain_settings, PDF, "台账.xls", allowed=files.DOCUMENTS)


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_unpacked(
    plain_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MAX_IMAGE_PIXELS", 700)
    with pytest.raises(files.ImageTooLarge):
        receive(plain_settings, picture(), "a.jpg")


def test_long_and_strange_names_are_tamed(plain_settings: Settings) -> None:
    assert receive(plain_settings, PDF, "长" * 300 + ".pdf").name == "长" * 196 + ".pdf"
    assert receive(plain_settings, PDF, "a\u202efdp\x00.pdf").name == "afdp.pdf"


def test_missing_and_changed_contents_are_named(database: Database, settings: Settings, clock: Clock) -> None:
    with database.writing() as session:
        good, changed, gone = (
            files.store(session, settings, io.BytesIO(PDF), filename="a.pdf", actor=ACTOR, at=clock())
            for _ in range(3)
        )
    places = {path.name: path for path in lying(settings)}
    with database.reading() as session:
        assert verify_core(session, settings) == []
        places[changed.stored_as].write_bytes(PDF + b"x")
        places[gone.stored_as].unlink()
        assert set(verify_core(session, settings)) == {
            f"files: file {changed.id} is not what was stored",
            f"files: file {gone.id} is missing on the disk",
        }
        assert good.stored_as in places


def test_contents_without_a_row_go_after_a_day(database: Database, settings: Settings, clock: Clock) -> None:
    with rolled_back(database) as session:
        files.store(session, settings, io.BytesIO(PDF), filename="a.pdf", actor=ACTOR, at=clock())
    with database.writing() as session:
        kept = files.store(session, settings, io.BytesIO(PDF), filename="a.pdf", actor=ACTOR, at=clock())
    (settings.data_dir / "files" / ".incoming-dead").write_bytes(b"x")
    for path in lying(settings):
        os.utime(path, (clock().timestamp(), clock().timestamp()))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(File)) == 1
        assert files.remove_orphans(session, settings, at=clock() + timedelta(hours=23)) == 0
        assert files.remove_orphans(session, settings, at=clock() + timedelta(hours=25)) == 2
    assert [path.name for path in lying(settings)] == [kept.stored_as]


def test_what_another_database_keeps_in_the_folder_stays(
    database: Database, settings: Settings, clock: Clock
) -> None:
    """A test beside the real thing, started with its settings: to it every real file would be left over."""
    real = settings.model_copy(update={"database_url": "postgresql+psycopg://luodi:secret@db:5432/real"})
    with database.reading() as session:
        files.remove_orphans(session, settings, at=clock())
        mark = settings.data_dir / ".database"
        assert mark.read_text() == str(Path(str(database.url.database)).resolve()) or not database.is_sqlite
        mark.unlink()
        kept = files.receive(real, io.BytesIO(PDF), filename="a.pdf")
        assert mark.read_text() == "db:5432/real"
        os.utime(lying(settings)[0], (clock().timestamp(), clock().timestamp()))
        assert files.remove_orphans(session, settings, at=clock() + timedelta(days=40)) == 0
        assert [path.name for path in lying(settings)] == [kept.stored_as]
        assert files.remove_orphans(session, real, at=clock() + timedelta(days=40)) == 1
