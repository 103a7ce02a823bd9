"""Write down a change, in the transaction that makes it."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.db import Base, insert_rows, to_json
from app.core.ids import new_id
from app.core.models.events import Event, EventPending, EventPrivate, EventSubject
from app.core.request_context import current_request_id

Subject = tuple[str, UUID]
Values = dict[str, Any]


def record(
    session: Session,
    actor: Actor,
    kind: str,
    subject: Subject,
    *,
    at: datetime,
    unit_id: UUID | None = None,
    changes: Mapping[str, Sequence[Any]] | None = None,
    private: Mapping[str, Any] | None = None,
    note: str = "",
    also: Sequence[Subject] = (),
    confidential: bool = False,
    on_behalf_of: UUID | None = None,
) -> Event:
    """Append the event of one change and return it.

    `changes` is {field: (old, new)}. Personal values (names, telephones of outsiders) belong into `private`, which can
    be erased; `note` cannot. The event shows on the timelines of its subject and of the records in `also`.
    """
    values, apart = _make(
        actor,
        kind,
        subject,
        at=at,
        unit_id=unit_id,
        changes=changes,
        private=private,
        note=note,
        confidential=confidential,
        on_behalf_of=on_behalf_of,
    )
    event = Event(**values)
    session.add(event)
    session.add_all(EventPrivate(**row) for row in apart)
    session.add_all(EventSubject(**row) for row in _shows_on(values, also))
    session.add(EventPending(event_id=event.id))
    return event


def record_many(session: Session, actor: Actor, events: Iterable[Mapping[str, Any]]) -> list[UUID]:
    """Append many events in few statements (imports, demo data) and return their ids.

    Each mapping holds `kind`, `subject`, `at` and any other argument of `record`.
    """
    rows: dict[type[Base], list[Values]] = {Event: [], EventSubject: [], EventPrivate: [], EventPending: []}
    for given in events:
        asked = dict(given)
        also = asked.pop("also", ())
        event, apart = _make(actor, asked.pop("kind"), asked.pop("subject"), **asked)
        rows[Event].append(event)
        rows[EventSubject] += _shows_on(event, also)
        rows[EventPrivate] += apart
        rows[EventPending].append({"event_id": event["id"]})
    session.flush()
    for table, values in rows.items():
        insert_rows(session, table, values)
    return [event["id"] for event in rows[Event]]


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return {field: [old, new]} for what differs; a field that only one of them has is None in the other."""
    names = [*before, *(name for name in after if name not in before)]
    return {
        name: [before.get(name), after.get(name)] for name in names if before.get(name) != after.get(name)
    }


def private_hash(salt: bytes, body: Mapping[str, Any]) -> str:
    """Return the salted hash that an event carries for its personal values."""
    return hashlib.sha256(salt + to_json(body).encode()).hexdigest()


def _make(
    actor: Actor,
    kind: str,
    subject: Subject,
    *,
    at: datetime,
    unit_id: UUID | None = None,
    changes: Mapping[str, Sequence[Any]] | None = None,
    private: Mapping[str, Any] | None = None,
    note: str = "",
    confidential: bool = False,
    on_behalf_of: UUID | None = None,
) -> tuple[Values, list[Values]]:
    """Return the columns of an event, and of its personal values where it has any."""
    event_id = new_id()
    salt, body = secrets.token_bytes(16), _plain(private or {})
    event = {
        "id": event_id,
        "county_id": actor.county_id,
        "kind": kind,
        "subject_type": subject[0],
        "subject_id": subject[1],
        "unit_id": unit_id,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_name": actor.name[:120],
        "on_behalf_of": on_behalf_of,
        "request_id": current_request_id()[:64],
        "at": at,
        "changes": _plain({field: list(values) for field, values in (changes or {}).items()}),
        "note": note,
        "confidential": confidential,
        "private_hash": private_hash(salt, body) if body else "",
    }
    return event, [{"event_id": event_id, "salt": salt, "body": body}] if body else []


def _shows_on(event: Values, also: Sequence[Subject]) -> list[Values]:
    subjects = dict.fromkeys(((event["subject_type"], event["subject_id"]), *also))
    return [
        {"event_id": event["id"], "subject_type": kind, "subject_id": key, "at": event["at"]}
        for kind, key in subjects
    ]


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Bring values into the one form in which both databases give them back, so that a hash stays true."""
    plain: dict[str, Any] = json.loads(to_json(values), parse_float=str)
    return plain
