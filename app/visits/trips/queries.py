"""Reads about trips."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, extract, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.actor import Actor
from app.core.errors import NotFound
from app.identity.queries import in_readable_units
from app.visits import queries as visits
from app.visits.models import Trip, TripPerson, Visit


def visible_to(actor: Actor) -> Select[Trip]:
    """Start every read for a person here: the trips of units that the actor reads."""
    return select(Trip).where(
        Trip.county_id == actor.county_id,
        Trip.archived_at.is_(None),
        in_readable_units(Trip.owner_unit_id, actor),
    )


def trips_of(
    session: Session, actor: Actor, *, year: int | None = None, limit: int = 2_000
) -> Sequence[Trip]:
    """Return the trips that the actor reads, newest first; those that touch a year where one is given."""
    chosen = visible_to(actor)
    if year is not None:
        chosen = chosen.where(Trip.from_on <= date(year, 12, 31), Trip.to_on >= date(year, 1, 1))
    return session.scalars(
        chosen.options(joinedload(Trip.owner_unit), selectinload(Trip.people).joinedload(TripPerson.person))
        .order_by(Trip.from_on.desc(), Trip.id.desc())
        .limit(limit)
    ).all()


def trip_years(session: Session, actor: Actor) -> Sequence[int]:
    """Return the years in which the actor reads trips, the newest first."""
    began = extract("year", Trip.from_on)
    years = visible_to(actor).with_only_columns(began).distinct().order_by(began.desc())
    return [int(year) for year in session.scalars(years)]


def get_trip(session: Session, actor: Actor, trip_id: UUID, *, lock: bool = False) -> Trip:
    """Return a trip with its unit and people. Raises NotFound out of scope."""
    chosen = visible_to(actor).where(Trip.id == trip_id)
    if lock:
        chosen = chosen.with_for_update(of=Trip).execution_options(populate_existing=True)
    trip = session.scalar(
        chosen.options(joinedload(Trip.owner_unit), selectinload(Trip.people).joinedload(TripPerson.person))
    )
    if trip is None:
        raise NotFound()
    return trip


def visits_on(session: Session, actor: Actor, trip: Trip) -> Sequence[Visit]:
    """Return the trip's visits that the actor may open, in the order of the journey."""
    return session.scalars(
        visits.visible_to(actor)
        .where(Visit.trip_id == trip.id, Visit.merged_into_id.is_(None))
        .options(joinedload(Visit.investor))
        .order_by(Visit.from_on, Visit.id)
        .limit(200)
    ).all()
