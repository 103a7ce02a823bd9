"""Give committed events their position and seal them in batches, each hash covering the one before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session, joinedload

from app.core.db import dialect_of, to_json
from app.core.events.recording import private_hash
from app.core.models.events import Event, EventOrder, EventPending, EventSeal, EventSubject

BATCH = 500
# PostgreSQL's advisory lock: positions are given by one worker at a time.
SEALING_LOCK = 75_110_346
START = "0" * 64


def unsealed(session: Session) -> bool:
    """Say whether events wait for their position."""
    return session.scalar(select(EventPending.event_id).limit(1)) is not None


def seal_pending(session: Session, *, at: datetime, batch: int = BATCH) -> int:
    """Give every committed event a position and a seal; returns how many. Writers are not waited for.

    Runs in its caller's write transaction; two at once take turns.
    """
    if dialect_of(session) == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SEALING_LOCK})
    done = 0
    while True:
        ids = list(
            session.scalars(select(EventPending.event_id).order_by(EventPending.event_id).limit(batch))
        )
        if not ids:
            return done
        _seal(session, ids, at=at)
        done += len(ids)


def _seal(session: Session, ids: Sequence[UUID], *, at: datetime) -> None:
    last = session.scalar(select(EventSeal).order_by(EventSeal.seq.desc()).limit(1))
    first = last.last_position + 1 if last else 1
    rows = [{"position": first + offset, "event_id": event_id} for offset, event_id in enumerate(ids)]
    session.execute(insert(EventOrder), rows)
    previous = last.hash if last else START
    session.add(
        EventSeal(
            seq=last.seq + 1 if last else 1,
            first_position=first,
            last_position=first + len(ids) - 1,
            previous_hash=previous,
            hash=_hash_of(previous, _contents(session, first, first + len(ids) - 1)),
            sealed_at=at,
        )
    )
    deleting = delete(EventPending).where(EventPending.event_id.in_(ids))
    session.execute(deleting, execution_options={"synchronize_session": False})
    session.flush()


def verify_seals(session: Session) -> list[str]:
    """Recompute the chain; returns what differs in words, empty when every event is as it was sealed."""
    problems: list[str] = []
    previous, position, seq = START, 0, 0
    for seal in session.scalars(select(EventSeal).order_by(EventSeal.seq)):
        seq += 1
        if seal.seq != seq:
            problems.append(f"seal {seq} is missing")
            seq = seal.seq
        if seal.previous_hash != previous:
            problems.append(f"seal {seal.seq} does not follow the one before it")
        if seal.first_position != position + 1:
            problems.append(f"seal {seal.seq} begins at {seal.first_position}, not at {position + 1}")
        contents = _contents(session, seal.first_position, seal.last_position)
        if len(contents) != seal.last_position - seal.first_position + 1:
            problems.append(f"events are missing in {seal.first_position}–{seal.last_position}")
        if _hash_of(seal.previous_hash, contents) != seal.hash:
            problems.append(f"events {seal.first_position}–{seal.last_position} are not what was sealed")
        problems += _changed_private(session, seal.first_position, seal.last_position)
        previous, position = seal.hash, seal.last_position
    return problems + list(_outside_the_chain(session, position))


def _outside_the_chain(session: Session, last: int) -> Iterator[str]:
    beyond = session.scalar(select(func.count()).select_from(EventOrder).where(EventOrder.position > last))
    if beyond:
        yield f"{beyond} positions lie behind the last seal"
    ordered = select(EventOrder.event_id).where(EventOrder.event_id == Event.id).exists()
    pending = select(EventPending.event_id).where(EventPending.event_id == Event.id).exists()
    lost = session.scalar(select(func.count()).select_from(Event).where(~ordered, ~pending))
    if lost:
        yield f"{lost} events have no position and wait for none"


def _changed_private(session: Session, first: int, last: int) -> Iterator[str]:
    chosen = (
        select(EventOrder.position, Event)
        .join(Event, Event.id == EventOrder.event_id)
        .where(EventOrder.position.between(first, last), Event.private_hash != "")
        .options(joinedload(Event.private))
        .execution_options(populate_existing=True)
    )
    for position, event in session.execute(chosen):
        kept = event.private
        if kept is not None and private_hash(kept.salt, kept.body) != event.private_hash:
            yield f"the personal values of event {position} are not what was sealed"


def _contents(session: Session, first: int, last: int) -> list[str]:
    """Return the events of a range in order, each as one line that holds everything a seal covers."""
    shows: dict[UUID, list[str]] = {}
    subjects = (
        select(EventSubject.event_id, EventSubject.subject_type, EventSubject.subject_id)
        .join(EventOrder, EventOrder.event_id == EventSubject.event_id)
        .where(EventOrder.position.between(first, last))
    )
    for event_id, kind, key in session.execute(subjects):
        shows.setdefault(event_id, []).append(f"{kind}:{key}")
    columns = Event.__table__.columns
    chosen = (
        select(EventOrder.position, *columns)
        .join(Event, Event.id == EventOrder.event_id)
        .where(EventOrder.position.between(first, last))
        .order_by(EventOrder.position)
    )
    lines = []
    for row in session.execute(chosen):
        values = row._asdict()
        lines.append(to_json(values | {"shows_on": sorted(shows.get(values["id"], []))}))
    return lines


def _hash_of(previous: str, contents: Sequence[str]) -> str:
    digest = hashlib.sha256(previous.encode())
    for line in contents:
        digest.update(b"\n" + line.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
