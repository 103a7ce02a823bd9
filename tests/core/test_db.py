"""What is acknowledged is there: threads, processes, kill -9, outages, rollbacks, on both databases."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import traceback
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from app.core.db import Database, dialect_of, insert_or_skip, ping, to_json
from app.core.errors import Unavailable
from app.core.events import Event, record, seal_pending, verify_seals
from app.core.ids import is_uuid7, new_id
from app.core.models import Counter, EventPending, IdempotencyKey
from app.core.options import short_code
from app.core.sqlite import WAL_SAFE
from app.settings import Settings
from tests.conftest import Clock
from tests.factories.core import make_actor, rolled_back

ACTOR = make_actor()

# Writes as a request does (a code, an event) and says so once it is committed, until it is killed.
WRITER = """
import sys, threading
from datetime import UTC, datetime
from uuid import UUID
from app.core.actor import Actor, ActorKind
from app.core.db import Database
from app.core.events import record
from app.core.ids import new_id
from app.core.options import short_code
from app.settings import Settings

database = Database(Settings(database_url=sys.argv[1]))
county, threads = UUID(sys.argv[2]), int(sys.argv[3])
actor = Actor(kind=ActorKind.SYSTEM, id=new_id(), name="w", county_id=county)
say = threading.Lock()

def write():
    while True:
        with database.writing() as session:
            code = short_code(session, county, "L", 2022)
            record(session, actor, "written", ("lead", new_id()), at=datetime.now(UTC), note=code)
        with say:
            print(code, flush=True)

for _ in range(threads):
    threading.Thread(target=write, daemon=True).start()
threading.Event().wait()
"""


def codes(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Event.note).where(Event.kind == "written")))


def last_code(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(Counter.value)) or 0


def start_writer(url: str, threads: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", WRITER, url, str(ACTOR.county_id), str(threads)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def test_two_processes_killed_while_writing_lose_and_double_nothing(
    database: Database, database_url: str
) -> None:
    writers = [start_writer(database_url, 4) for _ in range(2)]
    said: list[list[str]] = [[], []]

    def listen(number: int) -> None:
        stdout = writers[number].stdout
        assert stdout is not None
        said[number] += [line.decode().strip() for line in stdout if line.endswith(b"\n")]

    listeners = [threading.Thread(target=listen, args=(number,)) for number in range(2)]
    for listener in listeners:
        listener.start()
    deadline = time.monotonic() + 30
    while last_code(database) < 40 and time.monotonic() < deadline:
        time.sleep(0.05)
    for writer in writers:
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
    for listener in listeners:
        listener.join()
    acknowledged = said[0] + said[1]
    with database.writing() as session:  # waits for what a dead writer's connection may still hold
        short_code(session, ACTOR.county_id, "D", 2022)
        seal_pending(session, at=datetime.now(UTC))
    written = codes(database)
    assert len(acknowledged) >= 20
    assert set(acknowledged) <= set(written)
    assert sorted(written) == [f"L2022-{number:04d}" for number in range(1, len(written) + 1)]
    with database.reading() as session:
        assert verify_seals(session) == []


def test_eight_threads_write_at_once_and_nobody_starves(database: Database) -> None:
    slowest: list[float] = []

    def write() -> None:
        for _ in range(6):
            began = time.monotonic()
            with database.writing() as session:
                code = short_code(session, ACTOR.county_id, "L", 2022)
                record(session, ACTOR, "written", ("lead", new_id()), at=datetime.now(UTC), note=code)
            slowest.append(time.monotonic() - began)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes(database)) == [f"L2022-{number:04d}" for number in range(1, 49)]
    assert max(slowest) < 5


def test_readers_and_a_writer_do_not_refuse_each_other(database: Database, clock: Clock) -> None:
    stop, refused = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            try:
                with database.reading() as session:
                    session.scalar(select(func.count()).select_from(Event))
            except Unavailable as refusal:
                refused.append(refusal)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for _ in range(20):
        with database.writing() as session:
            record(session, ACTOR, "written", ("lead", new_id()), at=clock())
    stop.set()
    for reader in readers:
        reader.join()
    assert refused == []


def test_readers_go_on_while_one_writes_more_than_the_cache_holds(database: Database, clock: Clock) -> None:
    """Ten megabytes in one transaction: an import of ten thousand rows."""
    with database.writing() as session:
        for _ in range(10):
            rows = [
                {
                    "holder": "import",
                    "key": str(new_id()),
                    "request_hash": "x" * 64,
                    "body": b"y" * 900,
                    "headers": {},
                    "created_at": clock.now,
                }
                for _ in range(1000)
            ]
            session.execute(insert(IdempotencyKey), rows)
        with database.reading() as other:
            assert other.scalar(select(func.count()).select_from(IdempotencyKey)) == 0


def test_what_a_reading_session_writes_is_gone(database: Database, clock: Clock) -> None:
    with database.reading() as session:
        record(session, ACTOR, "written", ("lead", new_id()), at=clock())
        session.flush()
    assert codes(database) == []


def test_whoever_asks_is_in_no_transaction_where_it_would_cost_exchanges(
    database: Database, clock: Clock
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite's transactions cost nothing")
    for opened, alone in ((database.asking, True), (database.reading, False), (database.writing, False)):
        with opened() as session:
            driver: Any = session.connection().connection.driver_connection
            assert driver.autocommit is alone
    with database.asking() as session:
        assert session.scalars(select(Event.kind)).all() == []
        with database.writing() as other:
            record(other, ACTOR, "written", ("lead", new_id()), at=clock())
        assert session.scalars(select(Event.kind)).all() == ["written"]


def flushed(session: Session, _changed: object) -> None:
    session.flush()


@pytest.mark.parametrize(
    "change",
    [
        lambda session, at: record(session, ACTOR, "written", ("lead", new_id()), at=at),
        lambda session, _at: session.execute(delete(Event)),
        lambda session, _at: session.execute(text("UPDATE events SET kind = 'other'")),
        lambda session, _at: session.execute(text("DROP TABLE events")),
    ],
)
def test_whoever_asks_changes_nothing(database: Database, clock: Clock, change: Any) -> None:
    with database.writing() as session:
        record(session, ACTOR, "kept", ("lead", new_id()), at=clock())
    with database.asking() as session:
        with pytest.raises(AssertionError, match="asking changes nothing"):
            flushed(session, change(session, clock()))
        session.rollback()
        assert session.scalars(select(Event.kind)).all() == ["kept"]


def test_a_refused_change_leaves_nothing(database: Database, clock: Clock) -> None:
    with rolled_back(database) as session:
        short_code(session, ACTOR.county_id, "L", 2022)
        record(session, ACTOR, "written", ("lead", new_id()), at=clock())
        session.flush()
    assert (codes(database), last_code(database)) == ([], 0)


def test_instants_come_back_in_utc_and_in_order(database: Database) -> None:
    shanghai = timezone(timedelta(hours=8))
    instants = [
        datetime(2022, 12, 31, 23, 59, 59, 999999, tzinfo=shanghai),
        datetime(2022, 12, 31, 16, 0, tzinfo=UTC),
        datetime(2022, 12, 31, 16, 0, 0, 1, tzinfo=UTC),
    ]
    with database.writing() as session:
        for at in reversed(instants):
            record(session, ACTOR, "written", ("lead", new_id()), at=at)
    with database.reading() as session:
        found = list(session.scalars(select(Event.at).order_by(Event.at)))
        early = session.scalar(select(func.count()).where(Event.at < datetime(2023, 1, 1, tzinfo=shanghai)))
    assert found == instants
    assert {at.tzinfo for at in found} == {UTC}
    assert early == 1


def test_an_instant_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="time zone"), database.writing() as session:
        record(session, ACTOR, "written", ("lead", new_id()), at=datetime(2022, 1, 1))


def test_keys_to_other_rows_hold(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(EventPending(event_id=new_id()))


def test_a_row_is_inserted_or_skipped(database: Database, clock: Clock) -> None:
    values = {
        "holder": "h",
        "key": "k",
        "request_hash": "",
        "body": b"",
        "headers": {},
        "created_at": clock(),
    }
    with database.writing() as session:
        assert insert_or_skip(session, IdempotencyKey, values)
        assert not insert_or_skip(session, IdempotencyKey, values)


def test_json_is_the_same_text_every_time() -> None:
    key = new_id()
    assert is_uuid7(key)
    assert (
        to_json({"b": date(2022, 2, 15), "a": [key, "海螺"]}) == f'{{"a":["{key}","海螺"],"b":"2022-02-15"}}'
    )
    with pytest.raises(TypeError):
        to_json({"a": object()})


def test_sqlite_runs_as_its_version_is_safe(database: Database) -> None:
    with database.reading() as session:
        ping(session)
        if dialect_of(session) != "sqlite":
            assert session.scalar(text("SHOW statement_timeout")) == "8s"
            return
        journal = "wal" if sqlite3.sqlite_version_info >= WAL_SAFE else "truncate"
        assert session.scalar(text("PRAGMA journal_mode")) == journal
        assert session.scalar(text("PRAGMA synchronous")) == 2
        assert session.scalar(text("PRAGMA foreign_keys")) == 1


def test_a_database_that_is_away_is_unavailable(tmp_path: object) -> None:
    away = Database(Settings(database_url="postgresql+psycopg://nobody@127.0.0.1:1/none"))
    with pytest.raises(Unavailable) as refusal, away.reading() as session:
        ping(session)
    assert refusal.value.params["retry_after"] > 0


def write_with_no_page_to_spare(database: Database, clock: Clock) -> None:
    with database.writing() as session:
        session.execute(text("PRAGMA max_page_count = 1"))  # no page more than there are
        record(session, ACTOR, "written", ("lead", new_id()), at=clock(), note="x" * 1_000_000)


def test_a_full_disk_is_unavailable_and_leaves_nothing(database: Database, clock: Clock) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL says so of itself")
    with pytest.raises(Unavailable):
        write_with_no_page_to_spare(database, clock)
    assert codes(database) == []


def take_key_twice(database: Database, key: str, clock: Clock) -> None:
    values = {
        "holder": "h",
        "key": key,
        "request_hash": "",
        "body": b"",
        "headers": {},
        "created_at": clock(),
    }
    for _ in range(2):
        with database.writing() as session:
            session.execute(insert(IdempotencyKey).values(values))


def test_personal_values_do_not_reach_an_error_text(database: Database, clock: Clock) -> None:
    """PostgreSQL quotes the refused values in its message, and messages reach the log."""
    with pytest.raises(IntegrityError) as error:
        take_key_twice(database, "13812345678", clock)
    shown = "".join(traceback.format_exception(error.value))
    assert "idempotency_keys" in shown
    assert "13812345678" not in shown.replace('take_key_twice(database, "13812345678", clock)', "")
