"""Jobs are done once more after a crash, not lost, and not doubled where effect and end commit together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.errors import Conflict
from app.core.events import Event, feed, record, verify_seals
from app.core.jobs import (
    REGISTRY,
    Job,
    JobState,
    Payload,
    Registry,
    Tools,
    Worker,
    count_by_state,
    dead_jobs,
    enqueue,
    revive,
)
from app.core.jobs.queue import MAX_ATTEMPTS
from app.core.models import PeriodicJob
from app.settings import Settings
from tests.conftest import Clock
from tests.factories.core import make_actor, rolled_back

MakeWorker = Callable[[Registry], Worker]
ACTOR = make_actor()


@pytest.fixture
def make_worker(database: Database, clock: Clock, settings: Settings) -> MakeWorker:
    return lambda registry: Worker(database, clock, settings=settings, registry=registry)


def note(session: Session, payload: Payload, at: datetime) -> None:
    """The effect that tests count."""
    record(session, ACTOR, "job.effect", ("job", ACTOR.id), at=at, note=str(payload.get("n", "")))


def effects(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Event.note).where(Event.kind == "job.effect").order_by(Event.id)))


def only_job(database: Database) -> Job:
    with database.reading() as session:
        return session.scalars(select(Job)).one()


def registry_with(function: Callable[..., object], **options: object) -> Registry:
    registry = Registry()
    registry.job("note", **options)(function)  # type: ignore[arg-type]
    return registry


def add(database: Database, clock: Clock, n: int = 1, *, once_key: str | None = None) -> bool:
    with database.writing() as session:
        return enqueue(session, "note", {"n": n}, run_at=clock(), once_key=once_key)


def test_a_job_is_done_when_its_time_has_come(
    database: Database, clock: Clock, make_worker: MakeWorker
) -> None:
    worker = make_worker(registry_with(note))
    with database.writing() as session:
        enqueue(session, "note", {"n": 2}, run_at=clock() + timedelta(hours=1))
        enqueue(session, "note", {"n": 1}, run_at=clock())
        enqueue(session, "unknown", {}, run_at=clock())
    assert worker.run_once() == 1
    clock.advance(hours=1)
    assert worker.run_once() == 1
    assert worker.run_once() == 0
    assert effects(database) == ["1", "2"]
    with database.reading() as session:
        assert count_by_state(session) == {JobState.DONE: 2, JobState.WAITING: 1}


def test_a_job_of_a_rolled_back_change_does_not_exist(
    database: Database, clock: Clock, make_worker: MakeWorker
) -> None:
    with rolled_back(database) as session:
        enqueue(session, "note", run_at=clock())
    assert make_worker(registry_with(note)).run_once() == 0


def test_a_once_key_adds_one_job(database: Database, clock: Clock) -> None:
    assert add(database, clock, once_key="a")
    assert not add(database, clock, once_key="a")
    assert add(database, clock, once_key="b")


def test_a_failing_job_waits_longer_each_time_and_is_given_up_in_the_end(
    database: Database, clock: Clock, make_worker: MakeWorker
) -> None:
    def fail(session: Session, payload: Payload, at: datetime) -> None:
        note(session, payload, at)
        raise ValueError("the telephone is 13812345678")

    worker = make_worker(registry_with(fail))
    add(database, clock)
    waits = []
    while (job := only_job(database)).state is JobState.WAITING:
        waits.append((job.run_at - clock()).total_seconds())
        clock.now = job.run_at
        worker.run_once()
    assert waits == [0, 10, 20, 40, 80, 160, 320, 640]
    assert len(waits) == MAX_ATTEMPTS
    assert (job.state, job.last_error) == (JobState.DEAD, "ValueError")
    assert effects(database) == []
    with database.writing() as session:
        assert [dead.id for dead in dead_jobs(session)] == [job.id]
        revive(session, job.id, at=clock())
    assert make_worker(registry_with(note)).run_once() == 1
    assert effects(database) == ["1"]


def test_a_refusal_is_noted_by_its_code(database: Database, clock: Clock, make_worker: MakeWorker) -> None:
    def refuse(_session: Session, _payload: Payload, _at: datetime) -> None:
        raise Conflict()

    add(database, clock)
    make_worker(registry_with(refuse)).run_once()
    assert only_job(database).last_error == "Conflict: conflict"


def test_a_job_outside_a_transaction_opens_its_own(
    database: Database, clock: Clock, make_worker: MakeWorker
) -> None:
    def send(tools: Tools, payload: Payload, at: datetime) -> None:
        with tools.database.writing() as session:
            note(session, payload, at)

    add(database, clock, 7)
    assert make_worker(registry_with(send, outside=True)).run_once() == 1
    assert effects(database) == ["7"]
    assert only_job(database).state is JobState.DONE


def test_many_workers_do_each_job_once(database: Database, clock: Clock, make_worker: MakeWorker) -> None:
    for number in range(20):
        add(database, clock, number)
    threads = [threading.Thread(target=make_worker(registry_with(note)).run_once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(effects(database), key=int) == [str(number) for number in range(20)]


def test_a_worker_that_lost_its_lease_takes_no_effect(
    database: Database, clock: Clock, make_worker: MakeWorker
) -> None:
    """The worker sleeps past its lease before it begins: another does the job, and the first finds it taken."""
    first, second = make_worker(registry_with(note)), make_worker(registry_with(note))
    add(database, clock)
    begin, resume = threading.Event(), threading.Event()
    original = first._do

    def slow(*arguments: object) -> None:
        begin.set()
        resume.wait()
        original(*arguments)  # type: ignore[arg-type]

    first._do = slow  # type: ignore[method-assign,assignment]
    thread = threading.Thread(target=first.run_once)
    thread.start()
    begin.wait()
    clock.advance(minutes=6)
    second.run_once()
    resume.set()
    thread.join()
    assert effects(database) == ["1"]
    assert only_job(database).attempts == 2


def test_a_periodic_job_runs_in_one_of_many_workers(
    database: Database, clock: Clock, make_worker: MakeWorker
) -> None:
    registry = Registry()

    @registry.every(60, name="hourglass")
    def turn(session: Session, at: datetime) -> None:
        note(session, {}, at)

    workers = [make_worker(registry) for _ in range(3)]
    for expected in (1, 1, 2):
        threads = [threading.Thread(target=worker.run_once) for worker in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(effects(database)) == expected
        clock.advance(seconds=40)


def test_a_failing_periodic_job_is_noted_and_comes_again(
    database: Database, clock: Clock, make_worker: MakeWorker
) -> None:
    registry, outcomes = Registry(), [ValueError(), None]

    @registry.every(1, name="shaky", outside=True)
    def shaky(_tools: Tools, _at: datetime) -> None:
        if (outcome := outcomes.pop(0)) is not None:
            raise outcome

    worker = make_worker(registry)
    worker.run_once()
    clock.advance(seconds=5)
    assert worker.run_once() == 0
    clock.advance(seconds=5)
    assert worker.run_once() == 1
    with database.reading() as session:
        row = session.scalars(select(PeriodicJob)).one()
    assert (outcomes, row.last_error, row.last_done_at) == ([], "", clock())


def test_an_idle_worker_writes_nothing(database: Database, clock: Clock, make_worker: MakeWorker) -> None:
    registry = Registry()
    registry.periodic["events.seal"] = REGISTRY.periodic["events.seal"]
    assert make_worker(registry).run_once() == 0
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(PeriodicJob)) == 0


def test_a_running_worker_seals_what_was_committed_within_two_seconds(
    database: Database, settings: Settings
) -> None:
    stop = threading.Event()
    worker = Worker(database, lambda: datetime.now(UTC), settings=settings)
    thread = threading.Thread(target=worker.run_forever, args=(stop,))
    thread.start()
    try:
        with database.writing() as session:
            note(session, {}, datetime.now(UTC))
        for _ in range(40):
            with database.reading() as session:
                if feed(session):
                    break
            stop.wait(0.05)
        with database.reading() as session:
            assert len(feed(session)) == 1
            assert verify_seals(session) == []
    finally:
        stop.set()
        thread.join()


CRASHING = """
import sys, time
from datetime import datetime, UTC
from app.core.actor import Actor, ActorKind
from app.core.db import Database
from app.core.events import record
from app.core.ids import new_id
from app.core.jobs import Registry, Worker
from app.settings import Settings

settings = Settings(database_url=sys.argv[1])
at = datetime.fromisoformat(sys.argv[2])
actor = Actor(kind=ActorKind.SYSTEM, id=new_id(), name="w", county_id=new_id())
registry = Registry()

def effect(session, payload, at):
    record(session, actor, "job.effect", ("job", actor.id), at=at, note="crashed")
    session.flush()

def hang():
    print("in the middle", flush=True)
    time.sleep(60)

if sys.argv[3] == "inside":
    @registry.job("note")
    def slow(session, payload, at):
        effect(session, payload, at)
        hang()
else:
    @registry.job("note", outside=True)
    def slow(tools, payload, at):
        with tools.database.writing() as session:
            effect(session, payload, at)
        hang()

Worker(Database(settings), lambda: at, settings=settings, registry=registry).run_once()
"""


@pytest.mark.parametrize(("form", "done_by_the_dead"), [("inside", []), ("outside", ["crashed"])])
def test_a_job_whose_worker_is_killed_is_done_once_more(
    database: Database,
    clock: Clock,
    make_worker: MakeWorker,
    database_url: str,
    form: str,
    done_by_the_dead: list[str],
) -> None:
    add(database, clock, 5)
    command = [sys.executable, "-c", CRASHING, database_url, clock().isoformat(), form]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"in the middle"
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    worker = make_worker(registry_with(note))
    assert worker.run_once() == 0, "the dead worker's lease still holds"
    assert effects(database) == done_by_the_dead
    clock.advance(minutes=5)
    assert worker.run_once() == 1
    assert worker.run_once() == 0
    assert effects(database) == [*done_by_the_dead, "5"]
    assert only_job(database).attempts == 2
