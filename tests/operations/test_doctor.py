"""`luodi doctor` names what is wrong and how to mend it; `luodi verify` names what was altered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update
from typer.testing import CliRunner

from app.cli import cli
from app.core import doctor, files
from app.core.db import Database
from app.core.events import record, seal_pending
from app.core.ids import new_id
from app.core.models import File, Job, JobState, PeriodicJob
from app.deals.rules import EvidenceKind, TermsState
from app.settings import Settings, get_settings
from app.targets.models.ledger import LedgerRow
from tests.conftest import Clock
from tests.factories.core import make_actor
from tests.factories.deals import make_deal
from tests.factories.identity import make_county, make_unit, make_user
from tests.factories.progress import post
from tests.factories.targets import make_target

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
NOW = datetime(2022, 11, 22, 2, 30, tzinfo=UTC)


def advice(settings: Settings, *, at: datetime | None = None) -> dict[str, str]:
    return {found.what: found.advice for found in doctor.examine(settings, at=at) if not found.is_well}


def test_a_sound_office_needs_nothing(settings: Settings, database: Database) -> None:
    assert advice(settings) == {}
    seen = {found.what: found.seen for found in doctor.examine(settings)}
    assert seen["Background jobs"] == "none was done yet" and "can be written" in seen["Data folder"]


def test_a_worker_that_stands_still_is_noticed(settings: Settings, database: Database) -> None:
    now = datetime.now(UTC)
    done = {"name": "jobs.forget", "next_at": now, "lease": "", "last_error": ""}
    with database.writing() as session:
        session.execute(insert(PeriodicJob).values(done | {"last_done_at": now}))
    assert advice(settings) == {}
    with database.writing() as session:
        session.execute(update(PeriodicJob).values(last_done_at=now - timedelta(hours=4)))
    assert "luodi worker" in advice(settings)["Background jobs"]
    with database.writing() as session:
        session.execute(update(PeriodicJob).values(last_done_at=now))
        record(session, make_actor(), "lead.changed", ("lead", new_id()), at=now - timedelta(minutes=10))
    assert "luodi worker" in advice(settings)["Background jobs"]


def test_a_folder_of_another_databases_files_is_noticed(settings: Settings, database: Database) -> None:
    other = settings.model_copy(update={"database_url": "postgresql+psycopg://luodi:secret@db/real"})
    files.receive(other, BytesIO(PDF), filename="a.pdf")
    found = advice(settings)["Files"]
    assert "db:5432/real" in found and ".database" in found and "secret" not in found
    assert "Files" not in advice(other)


def test_jobs_that_were_given_up_are_counted_by_kind(settings: Settings, database: Database) -> None:
    row = {"payload": {}, "created_at": NOW, "run_at": NOW, "attempts": 8, "lease": "", "last_error": ""}
    with database.writing() as session:
        session.execute(insert(Job).values(id=new_id(), kind="mail", state=JobState.DEAD, **row))
    found = {found.what: found.seen for found in doctor.examine(settings)}
    assert found["Jobs given up"] == "1: mail"


def test_a_full_disk_and_a_wrong_clock_are_noticed(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "LITTLE_SPACE", 2**62)
    found = advice(settings, at=datetime.now(UTC) + timedelta(hours=1))
    assert "make room" in found["Space for files"]
    assert ("Clock" in found) is not database.is_sqlite


def test_a_database_that_is_away_or_without_tables_is_told_apart(tmp_path: Path) -> None:
    away = Settings(database_url="postgresql+psycopg://nobody@127.0.0.1:1/none", data_dir=tmp_path)
    assert "start it" in advice(away)["Database"]
    empty = Settings(database_url=f"sqlite:///{tmp_path / 'new.db'}", data_dir=tmp_path)
    assert advice(empty)["Database"] == "run `luodi migrate`"


def test_unsafe_settings_and_places_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    unsafe = Settings(
        env="production",  # type: ignore[arg-type]
        database_url=f"sqlite:///{tmp_path / 'new.db'}",
        data_dir=folder,
        totp_required_for=["verifer"],
    )
    found = advice(unsafe)
    assert {"LUODI_SECRET_KEY", "LUODI_BASE_URL", "LUODI_TOTP_REQUIRED_FOR"} <= set(found)
    assert found["Data folder"].endswith(f"chmod 750 {folder}")


def fill(settings: Settings, database: Database, clock: Clock) -> None:
    """A verified deal that counts, its evidence on the disk, and its events sealed."""
    with database.writing() as session:
        county, unit = make_county(session), make_unit(session)
        make_target(session)
        user = make_user(session, unit=unit)
        deal = make_deal(
            session, unit=unit, state=TermsState.VERIFIED, entered_by=user, evidence=[EvidenceKind.CONTRACT]
        )
        actor = make_actor(county.id)
        post(session, deal, actor, at=clock.now)
        for row in session.scalars(select(File)):  # the factory's evidence has a row and no content
            received = files.receive(settings, BytesIO(PDF), filename="证明.pdf")
            row.sha256, row.size, row.stored_as = received.sha256, received.size, received.stored_as
        record(session, actor, "deal.changed", ("deal", deal.id), at=clock.now, note="合同已核对")
        seal_pending(session, at=clock.now)


def test_verify_names_what_was_altered_in_events_files_and_ledger(
    settings: Settings, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(settings, database, clock)
    monkeypatch.setenv("LUODI_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("LUODI_DATA_DIR", str(settings.data_dir))
    get_settings.cache_clear()
    assert (whole := CliRunner().invoke(cli, ["verify"])).exit_code == 0, whole.output

    with database.writing() as session:
        if database.is_sqlite:
            for table in ("events", "ledger_entries"):
                session.execute(text(f"DROP TRIGGER {table}_no_update"))
        else:
            session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("UPDATE events SET note = '改过' WHERE note = '合同已核对'"))
        session.execute(update(LedgerRow).values(delta_fen=LedgerRow.delta_fen + 1))
    next(path for path in (settings.data_dir / "files").rglob("*") if path.is_file()).write_bytes(b"other")
    altered = CliRunner().invoke(cli, ["verify"])
    get_settings.cache_clear()
    said = altered.output.replace("\n", " ")
    assert altered.exit_code == 1
    assert "events: " in said and "not what was sealed" in said
    assert "files: " in said and "not what was stored" in said
    assert "ledger: " in said
