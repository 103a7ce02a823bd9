"""Tables of visits (拜访), the units and people who took part, and trips that bind several visits."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, Versioned
from app.identity.models import Person, Unit
from app.investors.models import Investor
from app.visits.rules import VisitKind


class Trip(Identified, Versioned, Base):
    """A journey of people of a unit; its visits name it."""

    __tablename__ = "trips"
    __table_args__ = (Index("ix_trips_owner", "owner_unit_id", "from_on"),)

    county_id: Mapped[UUID]
    owner_unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    title: Mapped[str] = mapped_column(String(120))
    destination: Mapped[str] = mapped_column(String(120), default="")
    from_on: Mapped[date]
    to_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    archived_at: Mapped[datetime | None]

    owner_unit: Mapped[Unit] = relationship(lazy="raise")
    people: Mapped[list[TripPerson]] = relationship(lazy="raise", cascade="all, delete-orphan")


class TripPerson(Base):
    __tablename__ = "trip_people"

    trip_id: Mapped[UUID] = mapped_column(ForeignKey("trips.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)

    person: Mapped[Person] = relationship(lazy="raise")


class Visit(Identified, Versioned, Base):
    """A meeting with an investor; days are inclusive.

    `received_at` is the server's receipt, `days_late` how many days after the last day that was.
    """

    __tablename__ = "visits"
    __table_args__ = (
        UniqueConstraint("county_id", "code"),
        Index("ix_visits_list", "county_id", "from_on", "id"),
        Index("ix_visits_owner", "owner_unit_id", "from_on"),
        Index("ix_visits_investor_day", "investor_id", "from_on"),
        Index("ix_visits_lead", "lead_id"),
        Index("ix_visits_deal", "deal_id"),
        Index("ix_visits_trip", "trip_id"),
        Index("ix_visits_follow_up", "owner_unit_id", "next_follow_up_on"),
    )

    county_id: Mapped[UUID]
    code: Mapped[str] = mapped_column(String(20))
    kind: Mapped[VisitKind]
    from_on: Mapped[date]
    to_on: Mapped[date]
    investor_id: Mapped[UUID] = mapped_column(ForeignKey("investors.id"))
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("leads.id"))
    deal_id: Mapped[UUID | None] = mapped_column(ForeignKey("deals.id"))
    trip_id: Mapped[UUID | None] = mapped_column(ForeignKey("trips.id"))
    occasion_id: Mapped[UUID | None] = mapped_column(ForeignKey("occasions.id"))
    owner_unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    place: Mapped[str] = mapped_column(String(120), default="")
    their_people: Mapped[str] = mapped_column(String(300), default="")
    our_other_people: Mapped[str] = mapped_column(String(300), default="")
    summary: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text, default="")
    needs_leader: Mapped[str] = mapped_column(Text, default="")
    next_step: Mapped[str] = mapped_column(String(300), default="")
    next_follow_up_on: Mapped[date | None]
    no_follow_up: Mapped[bool] = mapped_column(default=False)
    followed_up_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    days_late: Mapped[int] = mapped_column(default=0)
    entered_by: Mapped[UUID]
    entered_by_name: Mapped[str] = mapped_column(String(60), default="")
    on_behalf_of: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("visits.id"))
    archived_at: Mapped[datetime | None]

    investor: Mapped[Investor] = relationship(lazy="raise")
    owner_unit: Mapped[Unit] = relationship(lazy="raise", foreign_keys=[owner_unit_id])
    units: Mapped[list[VisitUnit]] = relationship(lazy="raise", cascade="all, delete-orphan")
    people: Mapped[list[VisitPerson]] = relationship(lazy="raise", cascade="all, delete-orphan")
    photos: Mapped[list[VisitPhoto]] = relationship(lazy="raise", cascade="all, delete-orphan")
    trip: Mapped[Trip | None] = relationship(lazy="raise")


class VisitPhoto(Base):
    """A picture taken at a visit."""

    __tablename__ = "visit_photos"

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"), primary_key=True)


class VisitUnit(Base):
    """One of our units that took part; each is credited, the county counts the visit once."""

    __tablename__ = "visit_units"
    __table_args__ = (Index("ix_visit_units_unit", "unit_id"),)

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), primary_key=True)

    unit: Mapped[Unit] = relationship(lazy="raise")


class VisitPerson(Base):
    """One of our people on the roster who took part; they need no account."""

    __tablename__ = "visit_people"
    __table_args__ = (Index("ix_visit_people_person", "person_id"),)

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)

    person: Mapped[Person] = relationship(lazy="raise")
