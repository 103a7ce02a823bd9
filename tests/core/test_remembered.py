from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from app.core.actor import Actor
from app.core.db import Database
from app.core.events import record, seal_pending
from app.core.ids import new_id
from app.core.remembered import remembered
from tests.factories.core import make_actor

AT = datetime(2022, 11, 22, tzinfo=UTC)


@pytest.fixture
def actor() -> Actor:
    return make_actor()


def _counter() -> Callable[[], int]:
    asked: list[int] = []

    def make() -> int:
        asked.append(1)
        return len(asked)

    return make


def test_an_answer_is_kept_until_something_changes(database: Database, actor: Actor) -> None:
    make, key = _counter(), new_id()

    def ask(key: object = key) -> int:
        with database.reading() as session:
            return remembered(session, key, make)

    assert [ask(), ask()] == [1, 1]
    assert ask((key, "another")) == 2, "another question"
    with database.writing() as session:
        record(session, actor, "lead.reported", ("lead", actor.id), at=AT)
    assert [ask(), ask()] == [3, 3]
    with database.writing() as session:
        seal_pending(session, at=AT)
    assert ask() == 3, "sealing changes nothing that anybody reads"


def test_a_transaction_that_writes_neither_keeps_nor_recalls(database: Database, actor: Actor) -> None:
    make, key = _counter(), new_id()
    with database.writing() as session:
        record(session, actor, "lead.reported", ("lead", actor.id), at=AT)
        assert [remembered(session, key, make), remembered(session, key, make)] == [1, 2]
    with database.reading() as session:
        assert remembered(session, key, make) == 3
