"""A backup is one state of the county, made while people work; it restores into either database, whole or not."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from typer.testing import CliRunner

from app.cli import cli
from app.core import files, search
from app.core.backup import (
    BackupDamaged,
    BackupFolderInUse,
    DatabaseNotEmpty,
    NoBackup,
    RevisionDiffers,
    back_up,
    digests,
    restore,
)
from app.core.backup.rows import line_of
from app.core.db import Database
from app.core.events import Event, record, seal_pending, verify_seals
from app.core.ids import new_id
from app.core.models import File, PeriodicJob
from app.core.verify import verify_core
from app.deals.rules import EvidenceKind, TermsState
from app.investors.models import Investor
from app.main import metadata
from app.settings import Settings, get_settings
from tests.conftest import Clock
from tests.factories.core import make_actor
from tests.factories.deals import make_deal
from tests.factories.identity import make_county, make_key, make_unit, make_user
from tests.factories.investors import make_contact, make_investor
from tests.factories.leads import make_lead
from tests.factories.progress import post
from tests.factories.targets import make_target
from tests.factories.visits import make_visit

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
AWKWARD = '引号"反斜\\换行\n制表\t表情🀄 零宽\u200b'


@pytest.fixture
def other(migrated_file: Path, tmp_path: Path) -> Settings:
    """A second office: an empty SQLite database with a data folder of its own."""
    copy = tmp_path / "other" / "luodi.db"
    copy.parent.mkdir()
    shutil.copy(migrated_file, copy)
    return Settings(
        database_url=f"sqlite:///{copy}", data_dir=tmp_path / "other" / "data", worker_in_serve=False
    )


def fill(settings: Settings, clock: Clock) -> None:
    """A county with some of everything: every kind of value, files, events sealed and not, the ledger."""
    database = Database(settings)
    with database.writing() as session:
        county = make_county(session)
        unit = make_unit(session)
        make_key(session, unit=unit)
        investor = make_investor(session, unit=unit, former_names=("旧名有限公司",), tags=("光电",))
        make_contact(session, investor=investor, name="赵总")
        make_lead(session, unit=unit, investor=investor)
        make_visit(session, unit=unit, investor=investor, summary=AWKWARD)
        make_target(session)
        user = make_user(session, unit=unit)
        deal = make_deal(
            session, unit=unit, state=TermsState.VERIFIED, entered_by=user, evidence=[EvidenceKind.CONTRACT]
        )
        actor = make_actor(county.id)
        post(session, deal, actor, at=clock.now)
        for number in range(3):
            record(
                session,
                actor,
                "deal.changed",
                ("deal", deal.id),
                at=clock.advance(seconds=1),
                note=AWKWARD,
                changes={"total_fen": [number, number + 1]},
                private={"phone": [None, f"1380000{number:04d}"]},
            )
        # The factory's evidence has a row and no content; here every content is real.
        for row in session.scalars(select(File)):
            _give_content(settings, row)
        files.store(session, settings, BytesIO(PDF), filename="合同.pdf", actor=actor, at=clock.now)
    with database.writing() as session:
        seal_pending(session, at=clock.advance(minutes=1))
    with database.writing() as session:
        record(session, actor, "deal.changed", ("deal", deal.id), at=clock.now, note="还没有封存")
    with database.writing() as session:
        # What points to a row of its own table that has the greater key.
        later = make_investor(session, unit=unit)
        session.get_one(Investor, investor.id).canonical_id = later.id
    database.dispose()


def _give_content(settings: Settings, row: File) -> None:
    received = files.receive(settings, BytesIO(PDF), filename="证明.pdf")
    row.sha256, row.size, row.stored_as = received.sha256, received.size, received.stored_as


def rows_in(settings: Settings) -> dict[str, tuple[int, str]]:
    database = Database(settings)
    try:
        with database.reading() as session:
            return digests(session.connection(), metadata())
    finally:
        database.dispose()


def contents(settings: Settings) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in (settings.data_dir / "files").rglob("*") if path.is_file()
    }


def problems(settings: Settings) -> list[str]:
    database = Database(settings)
    try:
        with database.reading() as session:
            return verify_core(session, settings)
    finally:
        database.dispose()


def assert_moves(source: Settings, target: Settings, folder: Path, clock: Clock) -> None:
    fill(source, clock)
    manifest = back_up(source, folder, metadata=metadata(), at=clock.now)
    restore(target, folder, metadata=metadata())
    moved = rows_in(target)
    assert moved == rows_in(source)
    assert moved == {part.name: (part.rows, part.digest) for part in manifest.tables}
    assert moved["events"][0] >= 4 and moved["search_text"][0] > 0 and moved["ledger_entries"][0] > 0
    assert contents(target) == contents(source) and len(contents(target)) == manifest.files.count == 2
    assert problems(target) == []


def test_a_county_moves_into_sqlite(
    settings: Settings, other: Settings, tmp_path: Path, clock: Clock
) -> None:
    assert_moves(settings, other, tmp_path / "backup", clock)


def test_a_county_moves_out_of_sqlite(
    settings: Settings, other: Settings, tmp_path: Path, clock: Clock
) -> None:
    assert_moves(other, settings, tmp_path / "backup", clock)


def test_the_restored_county_goes_on_working(
    settings: Settings, other: Settings, tmp_path: Path, clock: Clock
) -> None:
    fill(other, clock)
    back_up(other, tmp_path / "backup", metadata=metadata(), at=clock.now)
    restore(settings, tmp_path / "backup", metadata=metadata())
    database = Database(settings)
    with database.writing() as session:
        event = session.scalars(select(Event).limit(1)).one()
        actor = make_actor(event.county_id)
        record(session, actor, "deal.changed", event.subject, at=clock.now)
        key, county = ("lead", new_id()), event.county_id
        search.put(
            session, key, county_id=county, title="恢复之后的线索", texts=[], unit_id=None, at=clock.now
        )
    with database.writing() as session:
        seal_pending(session, at=clock.now)
    with database.reading() as session:
        assert verify_seals(session) == []
        assert session.scalars(search.matching_ids("lead", "恢复之后", county)).all()
        assert session.scalars(search.matching_ids("deal", "光学模组", county)).all()
    if not database.is_sqlite:
        with database.reading() as session:
            left = session.scalar(text("SELECT count(*) FROM pg_constraint WHERE condeferrable"))
            assert left == 0
    with pytest.raises(Exception, match="append-only"), database.writing() as session:
        session.execute(text("DELETE FROM events"))
    database.dispose()


@pytest.fixture
def writer(settings: Settings, clock: Clock) -> Iterator[Callable[[], list[object]]]:
    """Somebody who records event after event until told to stop; then says how many, or what went wrong."""
    stop, outcome = threading.Event(), []
    database = Database(settings)
    actor = make_actor()

    def work() -> None:
        done = 0
        try:
            while not stop.is_set():
                with database.writing() as session:
                    record(session, actor, "lead.changed", ("lead", new_id()), at=clock.now, note="x" * 200)
                done += 1
        except Exception as error:  # noqa: BLE001 - whatever stops the writer is what the test is about
            outcome.append(error)
            return
        outcome.append(done)

    thread = threading.Thread(target=work)
    thread.start()

    def finished() -> list[object]:
        stop.set()
        thread.join()
        return outcome

    yield finished
    finished()
    database.dispose()


def test_people_write_while_a_backup_is_made(
    settings: Settings, other: Settings, tmp_path: Path, clock: Clock, writer
) -> None:
    for _ in range(3):
        shutil.rmtree(tmp_path / "backup", ignore_errors=True)
        manifest = back_up(settings, tmp_path / "backup", metadata=metadata(), at=clock.now)
    done = writer()
    assert len(done) == 1 and isinstance(done[0], int) and done[0] > 0
    restore(other, tmp_path / "backup", metadata=metadata())
    rows = {part.name: part.rows for part in manifest.tables}
    # One state: no event without its timeline row and its place in the queue, whenever it was written.
    assert rows["events"] == rows["event_subjects"] == rows["event_pending"]
    assert problems(other) == []


def test_a_backup_is_never_written_over_another(settings: Settings, tmp_path: Path, clock: Clock) -> None:
    back_up(settings, tmp_path / "backup", metadata=metadata(), at=clock.now)
    with pytest.raises(BackupFolderInUse):
        back_up(settings, tmp_path / "backup", metadata=metadata(), at=clock.now)


def test_a_database_that_holds_rows_is_left_alone(
    settings: Settings, other: Settings, tmp_path: Path, clock: Clock
) -> None:
    fill(other, clock)
    back_up(other, tmp_path / "backup", metadata=metadata(), at=clock.now)
    database = Database(settings)
    with database.writing() as session:
        make_county(session, name="另一个县")
    database.dispose()
    before = rows_in(settings)
    with pytest.raises(DatabaseNotEmpty) as refusal:
        restore(settings, tmp_path / "backup", metadata=metadata())
    assert refusal.value.params == {"table": "counties"}
    assert rows_in(settings) == before and contents(settings) == {}


def test_what_a_worker_left_in_the_empty_database_does_not_matter(
    settings: Settings, other: Settings, tmp_path: Path, clock: Clock
) -> None:
    back_up(other, tmp_path / "backup", metadata=metadata(), at=clock.now)
    database = Database(settings)
    with database.writing() as session:
        session.execute(insert(PeriodicJob).values(name="seal", next_at=clock.now, lease="", last_error=""))
    database.dispose()
    restore(settings, tmp_path / "backup", metadata=metadata())
    assert rows_in(settings)["periodic_jobs"][0] == 0


def _damage_a_row(folder: Path) -> None:
    path = folder / "tables/counties.jsonl.gz"
    said = json.loads(gzip.decompress(path.read_bytes()))
    said["row"]["name"] = "改了名的县"
    packed = gzip.compress((json.dumps(said) + "\n").encode())
    path.write_bytes(packed)


def _cut_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"format": 1, "tables": [')


def _change_a_file(folder: Path) -> None:
    next(path for path in (folder / "files").rglob("*") if path.is_file()).write_bytes(b"other")


def _lose_a_table(folder: Path) -> None:
    (folder / "tables/units.jsonl.gz").unlink()


def _signed_anew(folder: Path, name: str, content: bytes) -> None:
    """Change a part and the manifest with it, as somebody would who wants to be believed."""
    page = folder / "manifest.json"
    said = json.loads(page.read_text())
    path = folder / name
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    if name == "files.sha256":
        said["files"]["sha256"] = digest
    else:
        next(part for part in said["tables"] if name.endswith(f"/{part['name']}.jsonl.gz"))["sha256"] = digest
    page.write_text(json.dumps(said))


def _name_a_file_outside(folder: Path) -> None:
    outside = folder.parent / "shadow"
    outside.write_bytes(b"secret")
    digest = hashlib.sha256(b"secret").hexdigest()
    _signed_anew(folder, "files.sha256", f"{digest}  files/../../shadow\n".encode())


def _point_a_file_outside(folder: Path) -> None:
    outside = folder.parent / "shadow"
    stored = next(path for path in (folder / "files").rglob("*") if path.is_file())
    outside.write_bytes(stored.read_bytes())
    stored.unlink()
    stored.symlink_to(outside)


def _pack_no_archive(folder: Path) -> None:
    _signed_anew(folder, "tables/counties.jsonl.gz", b"no archive")


def _pack_a_row_that_no_table_takes(folder: Path) -> None:
    path = folder / "tables/counties.jsonl.gz"
    row = json.loads(gzip.decompress(path.read_bytes()))["row"] | {"created_at": "yesterday"}
    _signed_anew(folder, "tables/counties.jsonl.gz", gzip.compress(line_of(row)[1].encode()))


@pytest.mark.parametrize(
    "damage", [_name_a_file_outside, _point_a_file_outside, _pack_no_archive, _pack_a_row_that_no_table_takes]
)
def test_a_backup_that_was_tampered_with_reaches_nothing_outside_and_changes_nothing(
    settings: Settings, other: Settings, tmp_path: Path, clock: Clock, damage
) -> None:
    fill(other, clock)
    back_up(other, tmp_path / "backup", metadata=metadata(), at=clock.now)
    damage(tmp_path / "backup")
    with pytest.raises(BackupDamaged):
        restore(settings, tmp_path / "backup", metadata=metadata())
    assert {rows for rows, _ in rows_in(settings).values()} == {0}
    assert b"secret" not in contents(settings).values()


@pytest.mark.parametrize("damage", [_damage_a_row, _cut_the_manifest, _change_a_file, _lose_a_table])
def test_a_damaged_backup_changes_nothing(
    settings: Settings, other: Settings, tmp_path: Path, clock: Clock, damage
) -> None:
    fill(other, clock)
    back_up(other, tmp_path / "backup", metadata=metadata(), at=clock.now)
    damage(tmp_path / "backup")
    with pytest.raises(BackupDamaged):
        restore(settings, tmp_path / "backup", metadata=metadata())
    assert {rows for rows, _ in rows_in(settings).values()} == {0}


def test_a_backup_that_was_cut_short_is_none(settings: Settings, tmp_path: Path, clock: Clock) -> None:
    back_up(settings, tmp_path / "backup", metadata=metadata(), at=clock.now)
    (tmp_path / "backup/manifest.json").unlink()
    with pytest.raises(NoBackup):
        restore(settings, tmp_path / "backup", metadata=metadata())


def test_tables_of_another_version_are_refused_by_name(
    settings: Settings, tmp_path: Path, clock: Clock
) -> None:
    back_up(settings, tmp_path / "backup", metadata=metadata(), at=clock.now)
    page = tmp_path / "backup/manifest.json"
    said = json.loads(page.read_text())
    ours = said["revision"]
    page.write_text(json.dumps({**said, "revision": "2021_older"}))
    with pytest.raises(RevisionDiffers) as refusal:
        restore(settings, tmp_path / "backup", metadata=metadata())
    assert refusal.value.params["theirs"] == "2021_older" and refusal.value.params["ours"] == ours


def test_the_commands_say_what_they_did(
    other: Settings, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a filled county into a database that does not exist yet, as an operator types it."""
    fill(other, clock)
    folder = str(tmp_path / "backup")

    def luodi(database_url: str, data: Path, *words: str):
        monkeypatch.setenv("LUODI_DATABASE_URL", database_url)
        monkeypatch.setenv("LUODI_DATA_DIR", str(data))
        get_settings.cache_clear()
        return CliRunner().invoke(cli, list(words))

    fresh = (f"sqlite:///{tmp_path / 'new' / 'luodi.db'}", tmp_path / "new")
    made = luodi(other.database_url, other.data_dir, "backup", folder)
    assert made.exit_code == 0 and "2 files" in made.output
    assert "rows" in luodi(*fresh, "restore", folder).output
    assert luodi(*fresh, "verify").exit_code == 0
    again = luodi(*fresh, "restore", folder)
    assert isinstance(again.exception, DatabaseNotEmpty)
    next(path for path in (other.data_dir / "files").rglob("*") if path.is_file()).unlink()
    lost = luodi(other.database_url, other.data_dir, "backup", str(tmp_path / "second"))
    assert lost.exit_code == 1 and "missing or changed" in lost.output.replace("\n", " ")
    get_settings.cache_clear()


def test_the_snapshot_is_gone_and_the_folder_is_private(
    settings: Settings, tmp_path: Path, clock: Clock
) -> None:
    back_up(settings, tmp_path / "backup", metadata=metadata(), at=clock.now)
    assert sorted(path.name for path in (tmp_path / "backup").iterdir()) == [
        "files.sha256",
        "manifest.json",
        "tables",
    ]
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0
    database = Database(settings)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 0
    database.dispose()
