"""Use cases of trips."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import FieldError
from app.core.events import record
from app.core.i18n import N_
from app.core.ids import new_id
from app.core.permissions import Permission, require, require_over
from app.core.text import clean_text
from app.identity.versions import changed, expect
from app.visits.checks import known_people, own_unit
from app.visits.models import Trip, TripPerson
from app.visits.queries import in_words
from app.visits.schemas import EditTripInput, TripInput
from app.visits.trips import queries

LABELS = {
    "title": N_("名称"),
    "destination": N_("目的地"),
    "from_on": N_("开始日期"),
    "to_on": N_("结束日期"),
    "people": N_("参加人员"),
    "note": N_("备注"),
}


def add_trip(session: Session, actor: Actor, data: TripInput, *, at: datetime) -> Trip:
    """Put a trip on record. Raises NotPermitted, NoOwnUnit, or FieldError."""
    require(actor, Permission.WRITE_RECORDS)
    unit = own_unit(session, actor, data.unit_id)
    values = _checked(session, actor, data)
    trip = Trip(
        id=new_id(),
        county_id=actor.county_id,
        owner_unit_id=unit.id,
        created_at=at,
        updated_at=at,
        people=[],
    )
    _apply(trip, values)
    session.add(trip)
    session.flush()
    shown = {name: value for name, value in in_words(session, values).items() if value}
    record(
        session,
        actor,
        "trip.added",
        ("trip", trip.id),
        at=at,
        unit_id=unit.id,
        changes=changed({}, shown),
    )
    return trip


def edit_trip(session: Session, actor: Actor, trip_id: UUID, data: EditTripInput, *, at: datetime) -> Trip:
    """Correct a trip. Raises NotFound, NotPermitted, Stale, or FieldError."""
    trip = queries.get_trip(session, actor, trip_id, lock=True)
    require_over(actor, Permission.WRITE_RECORDS, trip.owner_unit.path, trip.owner_unit_id)
    values = _checked(session, actor, data)
    before, after = in_words(session, values_of(trip)), in_words(session, values)
    expect(trip, data.version, theirs=before, yours=after, labels=LABELS)
    if changes := changed(before, after):
        _apply(trip, values)
        trip.touch(at)
        record(
            session,
            actor,
            "trip.edited",
            ("trip", trip.id),
            at=at,
            unit_id=trip.owner_unit_id,
            changes=changes,
        )
    return trip


def values_of(trip: Trip) -> dict[str, Any]:
    """Return what people compare and change of a trip (its people loaded)."""
    plain = {name: getattr(trip, name) for name in LABELS if name != "people"}
    return plain | {"people": sorted((each.person_id for each in trip.people), key=str)}


def _checked(session: Session, actor: Actor, data: TripInput) -> dict[str, Any]:
    if data.to_on < data.from_on:
        raise FieldError("to_on", "error.visits.ends_before_it_begins")
    return {
        "title": clean_text(data.title, multiline=False),
        "destination": clean_text(data.destination, multiline=False),
        "from_on": data.from_on,
        "to_on": data.to_on,
        "people": sorted(known_people(session, actor, data.people), key=str),
        "note": clean_text(data.note),
    }


def _apply(trip: Trip, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if name != "people":
            setattr(trip, name, value)
    known = {each.person_id: each for each in trip.people}
    trip.people = [known.get(each) or TripPerson(person_id=each) for each in values["people"]]
