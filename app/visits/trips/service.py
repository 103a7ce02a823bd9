"""Use cases of trips."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import FieldError
from app.core.events import record
from app.core.ids import new_id
from app.core.permissions import Permission, require
from app.core.text import clean_text
from app.visits.checks import known_people, own_unit
from app.visits.models import Trip, TripPerson
from app.visits.schemas import TripInput


def add_trip(session: Session, actor: Actor, data: TripInput, *, at: datetime) -> Trip:
    """Put a trip on record. Raises NotPermitted, NoOwnUnit, NotFound for people, or InvalidInput."""
    require(actor, Permission.WRITE_RECORDS)
    unit = own_unit(session, actor, data.unit_id)
    if data.to_on < data.from_on:
        raise FieldError("to_on", "error.visits.ends_before_it_begins")
    trip = Trip(
        id=new_id(),
        county_id=actor.county_id,
        owner_unit_id=unit.id,
        title=clean_text(data.title, multiline=False),
        destination=clean_text(data.destination, multiline=False),
        from_on=data.from_on,
        to_on=data.to_on,
        note=clean_text(data.note),
        created_at=at,
        updated_at=at,
        people=[TripPerson(person_id=each) for each in known_people(session, actor, data.people)],
    )
    session.add(trip)
    session.flush()
    record(session, actor, "trip.added", ("trip", trip.id), at=at, unit_id=unit.id, note=trip.title)
    return trip
