"""One row per change; its order, its seal, and what can be erased."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.db import Database
from app.core.events import (
    Event,
    diff,
    erase_private,
    feed,
    last_position,
    record,
    record_many,
    seal_pending,
    timeline,
    unsealed,
    verify_seals,
)
from app.core.ids import new_id
from app.core.models import EventOrder, EventPrivate, EventSeal, EventSubject
from app.core.request_context import set_request_id
from tests.conftest import Clock
from tests.factories.core import make_actor, rolled_back

LEAD = ("lead", new_id())


@pytest.fixture
def actor() -> Actor:
    return make_actor()


def write(session: Session, actor: Actor, clock: Clock, number: int = 1, **values: object) -> list[Event]:
    return [
        record(session, actor, "lead.changed", LEAD, at=clock.advance(seconds=1), note=str(each), **values)  # type: ignore[arg-type]
        for each in range(number)
    ]


def test_diff_names_what_changed_with_both_values() -> None:
    assert diff({"a": 1, "b": 2, "gone": 3}, {"a": 1, "b": 4, "new": 5}) == {
        "b": [2, 4],
        "gone": [3, None],
        "new": [None, 5],
    }


def test_an_event_says_who_what_when_and_in_which_request(
    database: Database, actor: Actor, clock: Clock
) -> None:
    unit, person = new_id(), new_id()
    set_request_id("r-1")
    try:
        with database.writing() as session:
            record(
                session,
                actor,
                "lead.changed",
                LEAD,
                at=clock(),
                unit_id=unit,
                changes={"signed_on": (None, date(2022, 2, 15)), "land_mu": (Decimal("1.50"), 2.5)},
                on_behalf_of=person,
            )
    finally:
        set_request_id("")
    with database.reading() as session:
        (told,), event = timeline(session, LEAD), session.scalars(select(Event)).one()
    assert {name: getattr(event, name) for name in told._fields[:-1]} == dict(
        zip(told._fields, told[:-1], strict=False)
    )
    assert (event.actor_id, event.actor_name, event.unit_id, event.on_behalf_of) == (
        actor.id,
        "王经办",
        unit,
        person,
    )
    assert (event.request_id, event.at) == ("r-1", clock())
    assert event.changes == {"signed_on": [None, "2022-02-15"], "land_mu": ["1.50", "2.5"]}


def test_a_timeline_holds_the_newest_first_and_goes_on_from_the_last(
    database: Database, actor: Actor, clock: Clock
) -> None:
    with database.writing() as session:
        write(session, actor, clock, 5)
        same = clock()
        for note in ("tie 1", "tie 2"):
            record(session, actor, "lead.changed", LEAD, at=same, note=note)
    with database.reading() as session:
        shown, before = [], None
        while page := timeline(session, LEAD, limit=2, before=before):
            shown += [event.note for event in page]
            before = (page[-1].at, page[-1].id)
    assert sorted(shown[:3]) == ["4", "tie 1", "tie 2"]
    assert shown[3:] == ["3", "2", "1", "0"]


def test_an_event_shows_on_other_records_unless_it_is_confidential(
    database: Database, actor: Actor, clock: Clock
) -> None:
    investor = ("investor", new_id())
    with database.writing() as session:
        write(session, actor, clock, also=[investor])
        write(session, actor, clock, also=[investor, LEAD], confidential=True)
    with database.reading() as session:
        # The record was closed since: what was told of it before is told no longer either.
        assert timeline(session, investor) == []
        assert len(timeline(session, investor, confidential_of=[LEAD[1]])) == 2
        assert len(timeline(session, LEAD)) == 2


def test_personal_values_are_masked_and_can_be_erased_without_breaking_the_seal(
    database: Database, actor: Actor, clock: Clock
) -> None:
    with database.writing() as session:
        write(session, actor, clock, private={"phone": ("13812345678", None), "name": (None, "李四")})
        seal_pending(session, at=clock())
    with database.writing() as session:
        (event,) = timeline(session, LEAD)
        assert event.masked == {"phone": ["***", None], "name": [None, "***"]}
        assert "13812345678" not in str(event.changes)
        assert erase_private(session, actor, LEAD, reason="本人要求", at=clock()) == 1
        seal_pending(session, at=clock())
    with database.reading() as session:
        erasure, event = timeline(session, LEAD)
        assert (erasure.kind, erasure.note) == ("private.erased", "本人要求")
        assert event.erased
        assert event.masked == {}
        assert verify_seals(session) == []
        assert session.scalar(select(func.count()).select_from(EventPrivate)) == 0


def test_positions_follow_each_other_and_nothing_is_skipped(
    database: Database, actor: Actor, clock: Clock
) -> None:
    with database.writing() as session:
        write(session, actor, clock, 7)
        assert unsealed(session)
        assert feed(session) == []
        assert seal_pending(session, at=clock(), batch=3) == 7
    with database.writing() as session:
        write(session, actor, clock, 2)
        seal_pending(session, at=clock())
    with database.reading() as session:
        assert not unsealed(session)
        assert [position for position, _ in feed(session)] == list(range(1, 10))
        assert [position for position, _ in feed(session, 4, 3)] == [5, 6, 7]
        assert feed(session, kinds=["other"]) == []
        assert last_position(session) == 9
        assert session.scalar(select(func.count()).select_from(EventSeal)) == 4
        assert verify_seals(session) == []


def test_many_events_at_once_are_as_one_by_one(database: Database, actor: Actor, clock: Clock) -> None:
    investor = ("investor", new_id())
    given = [
        {
            "kind": "lead.reported",
            "subject": ("lead", new_id()),
            "at": clock(),
            "also": [investor],
            "note": "n",
        },
        {"kind": "lead.lost", "subject": LEAD, "at": clock(), "private": {"name": (None, "张三")}},
    ]
    with database.writing() as session:
        ids = record_many(session, actor, given)
        seal_pending(session, at=clock())
    with database.reading() as session:
        assert [event.id for event in timeline(session, investor)] == ids[:1]
        assert timeline(session, LEAD)[0].masked == {"name": [None, "***"]}
        assert verify_seals(session) == []


def test_sealing_while_others_write_gives_every_event_one_position(
    database: Database, actor: Actor, clock: Clock
) -> None:
    stop = threading.Event()

    def seal() -> None:
        while not stop.is_set():
            with database.writing() as session:
                seal_pending(session, at=clock())

    def work() -> None:
        for _ in range(10):
            with database.writing() as session:
                record(session, actor, "lead.changed", LEAD, at=clock())

    sealers = [threading.Thread(target=seal) for _ in range(2)]
    writers = [threading.Thread(target=work) for _ in range(4)]
    for thread in sealers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in sealers:
        thread.join()
    with database.writing() as session:
        seal_pending(session, at=clock())
        assert [position for position, _ in feed(session)] == list(range(1, 41))
        assert verify_seals(session) == []


@pytest.mark.parametrize("table", [Event, EventSubject, EventOrder, EventSeal])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_itself_refuses_to_change_what_happened(
    database: Database, actor: Actor, clock: Clock, table: type, verb: str
) -> None:
    with database.writing() as session:
        write(session, actor, clock, private={"name": (None, "张三")})
        seal_pending(session, at=clock())
    name = table.__tablename__
    column = list(table.__table__.columns)[-1].key
    statement = f"DELETE FROM {name}" if verb == "delete" else f"UPDATE {name} SET {column} = {column}"
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
        session.execute(text(statement))


def test_personal_values_can_be_deleted_but_not_changed(
    database: Database, actor: Actor, clock: Clock
) -> None:
    with database.writing() as session:
        write(session, actor, clock, private={"name": (None, "张三")})
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
        session.execute(update(EventPrivate).values(body={}))


class Tampering:
    """What somebody could do who owns the database and switches its triggers off."""

    @staticmethod
    def open(session: Session, table: str) -> None:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            return
        for verb in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))


def first_event(session: Session) -> UUID:
    return session.scalars(select(EventOrder.event_id).where(EventOrder.position == 1)).one()


@pytest.mark.fresh_database
@pytest.mark.parametrize(
    ("table", "tamper", "problem"),
    [
        (
            "events",
            lambda first: update(Event).where(Event.id == first).values(note="x"),
            "not what was sealed",
        ),
        (
            "events",
            lambda first: update(Event).where(Event.id == first).values(private_hash=""),
            "not what was",
        ),
        (
            "event_private",
            lambda first: (
                update(EventPrivate).where(EventPrivate.event_id == first).values(body={"name": ["x"]})
            ),
            "personal values of event 1",
        ),
        (
            "event_subjects",
            lambda first: delete(EventSubject).where(EventSubject.event_id == first),
            "not what was",
        ),
        (
            "event_order",
            lambda first: delete(EventOrder).where(EventOrder.event_id == first),
            "events are missing",
        ),
        (
            "event_order",
            lambda first: delete(EventOrder).where(EventOrder.position == 3),
            "1 events have no position",
        ),
        ("event_seals", lambda first: delete(EventSeal).where(EventSeal.seq == 1), "seal 1 is missing"),
        ("event_seals", lambda first: delete(EventSeal).where(EventSeal.seq == 2), "behind the last seal"),
        (
            "event_seals",
            lambda first: update(EventSeal).where(EventSeal.seq == 1).values(hash="0"),
            "not follow",
        ),
    ],
)
def test_whatever_is_tampered_with_is_named(
    database: Database, actor: Actor, clock: Clock, table: str, tamper: object, problem: str
) -> None:
    with database.writing() as session:
        write(session, actor, clock, 2, private={"name": (None, "张三")})
        seal_pending(session, at=clock())
        write(session, actor, clock)
        seal_pending(session, at=clock())
    with database.writing() as session:
        Tampering.open(session, table)
        session.execute(tamper(first_event(session)))  # type: ignore[operator]
    with database.reading() as session:
        assert any(problem in found for found in verify_seals(session)), verify_seals(session)


def test_a_rolled_back_change_leaves_no_event(database: Database, actor: Actor, clock: Clock) -> None:
    with rolled_back(database) as session:
        write(session, actor, clock)
    with database.reading() as session:
        assert timeline(session, LEAD) == []
        assert not unsealed(session)
