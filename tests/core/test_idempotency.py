"""The same request twice changes once and answers the same both times."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core.db import Database
from app.core.events import Event, record
from app.core.idempotency import KeyReused, Replay, StillRunning, begin, finish, forget_old_keys
from app.core.ids import new_id
from app.core.models import IdempotencyKey
from tests.conftest import Clock
from tests.factories.core import make_actor, rolled_back

HOLDER, KEY = "key:1", "k-1"


def carry_out(database: Database, clock: Clock, *, request_hash: str = "a", key: str = KEY) -> Replay | None:
    """Do what a handler does: take the key, change, record, store the answer; all in one transaction."""
    with database.writing() as session:
        stored = begin(session, holder=HOLDER, key=key, request_hash=request_hash, at=clock())
        if stored is not None:
            return stored
        record(session, make_actor(), "lead.reported", ("lead", new_id()), at=clock())
        headers = {"location": "/leads/1"}
        finish(session, holder=HOLDER, key=key, status=201, body=b'{"id":1}', headers=headers)
    return None


def changes(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Event)) or 0


def test_a_repetition_gets_the_stored_answer_and_changes_nothing(database: Database, clock: Clock) -> None:
    assert carry_out(database, clock) is None
    again = carry_out(database, clock)
    assert again == Replay(201, b'{"id":1}', {"location": "/leads/1"})
    assert changes(database) == 1


def test_another_body_under_the_same_key_is_refused(database: Database, clock: Clock) -> None:
    carry_out(database, clock)
    with pytest.raises(KeyReused):
        carry_out(database, clock, request_hash="b")


def test_keys_belong_to_their_holder(database: Database, clock: Clock) -> None:
    carry_out(database, clock)
    with database.writing() as session:
        assert begin(session, holder="key:2", key=KEY, request_hash="b", at=clock()) is None


def test_a_refused_request_does_not_use_the_key_up(database: Database, clock: Clock) -> None:
    with rolled_back(database) as session:
        begin(session, holder=HOLDER, key=KEY, request_hash="a", at=clock())
    assert carry_out(database, clock, request_hash="b") is None
    assert changes(database) == 1


def test_a_key_without_an_answer_is_still_running(database: Database, clock: Clock) -> None:
    with database.writing() as session:
        begin(session, holder=HOLDER, key=KEY, request_hash="a", at=clock())
    with pytest.raises(StillRunning):
        carry_out(database, clock)


def test_eight_at_the_same_instant_change_once(database: Database, clock: Clock) -> None:
    together = threading.Barrier(8)
    answers: list[object] = []

    def send() -> None:
        together.wait()
        try:
            answers.append(carry_out(database, clock))
        except StillRunning as refusal:
            answers.append(refusal)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(None) == 1
    assert len(answers) == 8
    assert changes(database) == 1


def test_the_second_waits_and_takes_the_key_when_the_first_is_refused(
    database: Database, clock: Clock
) -> None:
    holding, done = threading.Event(), threading.Event()
    answers: list[Replay | None] = []

    def second() -> None:
        holding.wait()
        answers.append(carry_out(database, clock))
        done.set()

    thread = threading.Thread(target=second)
    thread.start()
    with rolled_back(database) as session:
        begin(session, holder=HOLDER, key=KEY, request_hash="a", at=clock())
        holding.set()
        assert not done.wait(0.3)
    thread.join()
    assert answers == [None]
    assert changes(database) == 1


def test_keys_are_kept_seven_days(database: Database, clock: Clock) -> None:
    carry_out(database, clock)
    clock.now += timedelta(days=7)
    carry_out(database, clock, key="young")
    clock.now += timedelta(minutes=1)
    with database.writing() as session:
        assert forget_old_keys(session, at=clock()) == 1
        assert list(session.scalars(select(IdempotencyKey.key))) == ["young"]
