"""Reads about trips."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.actor import Actor
from app.identity.queries import in_readable_units
from app.visits.models import Trip, TripPerson


def trips_of(session: Session, actor: Actor, *, limit: int = 100) -> Sequence[Trip]:
    """Return the trips that the actor reads, newest first."""
    return session.scalars(
        select(Trip)
        .where(
            Trip.county_id == actor.county_id,
            Trip.archived_at.is_(None),
            in_readable_units(Trip.owner_unit_id, actor),
        )
        .options(joinedload(Trip.owner_unit), selectinload(Trip.people).joinedload(TripPerson.person))
        .order_by(Trip.from_on.desc(), Trip.id.desc())
        .limit(limit)
    ).all()
