"""Root targets with their amounts, parts, plan months and published figures."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.clock import TimeProgressMode
from app.core.db import Base, Identified, Versioned
from app.identity.models import Person, Track, Unit
from app.targets.models.counting import CountingRule
from app.targets.rules import CreditRole, Measure, PartKind, SetBy


class Target(Identified, Versioned, Base):
    """A root target: county × year × measure × rule, set by the county or the city. Only these are posted to.

    `last_seq` is the number of the newest ledger entry; whoever posts, freezes or posts again holds this row's lock.
    `credit_role` is the role by which the unit tables read the shares, `pace` how the year's time is counted.
    """

    __tablename__ = "targets"
    __table_args__ = (UniqueConstraint("county_id", "year", "set_by", "measure", "rule_id"),)

    county_id: Mapped[UUID]
    year: Mapped[int]
    set_by: Mapped[SetBy]
    measure: Mapped[Measure]
    rule_id: Mapped[UUID] = mapped_column(ForeignKey("counting_rules.id"))
    credit_role: Mapped[CreditRole]
    pace: Mapped[TimeProgressMode]
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)
    last_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    archived_at: Mapped[datetime | None]

    rule: Mapped[CountingRule] = relationship(lazy="raise")
    amounts: Mapped[list[TargetAmount]] = relationship(
        lazy="raise", order_by="(TargetAmount.applies_from, TargetAmount.set_at, TargetAmount.id)"
    )
    parts: Mapped[list[TargetPart]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="(TargetPart.position, TargetPart.id)"
    )
    plan: Mapped[list[PlanMonth]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="PlanMonth.month"
    )
    published: Mapped[list[PublishedFigure]] = relationship(
        lazy="raise",
        cascade="all, delete-orphan",
        order_by="(PublishedFigure.year, PublishedFigure.month)",
    )

    @property
    def label(self) -> str:
        return f"{self.year} {self.name}"

    def amount_on(self, day: date, *, known_at: datetime | None = None) -> int | None:
        """Return what was to be reached as it applied on a day; before the first decision's day, the first one.

        In fen, or in deals where the measure counts deals; None before anything was decided.
        """
        known = [one for one in self.amounts if known_at is None or one.set_at <= known_at]
        applying = [one for one in known if one.applies_from <= day]
        return (applying[-1] if applying else known[0]).amount if known else None


class TargetAmount(Identified, Base):
    """What is to be reached from a day on, by which document. Rows are added, never changed."""

    __tablename__ = "target_amounts"
    __table_args__ = (UniqueConstraint("target_id", "applies_from", "set_at"),)

    target_id: Mapped[UUID] = mapped_column(ForeignKey("targets.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    applies_from: Mapped[date]
    document: Mapped[str] = mapped_column(String(200), default="")
    set_at: Mapped[datetime]
    set_by: Mapped[UUID]
    set_by_name: Mapped[str] = mapped_column(String(60))


class TargetPart(Identified, Base):
    """A part of a target: a unit's, a track's, a chain's or a leader's. The others' columns are empty."""

    __tablename__ = "target_parts"
    __table_args__ = (
        UniqueConstraint("target_id", "unit_id"),
        UniqueConstraint("target_id", "track_id"),
        UniqueConstraint("target_id", "person_id"),
        UniqueConstraint("target_id", "chain"),
    )

    target_id: Mapped[UUID] = mapped_column(ForeignKey("targets.id"))
    kind: Mapped[PartKind]
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"))
    track_id: Mapped[UUID | None] = mapped_column(ForeignKey("tracks.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    chain: Mapped[str | None] = mapped_column(String(60))
    amount: Mapped[int] = mapped_column(BigInteger)
    position: Mapped[int] = mapped_column(default=0)

    unit: Mapped[Unit | None] = relationship(lazy="raise")
    track: Mapped[Track | None] = relationship(lazy="raise")
    person: Mapped[Person | None] = relationship(lazy="raise")

    @property
    def key(self) -> str:
        """What the part is of: an id's text, or a chain's code."""
        return str(self.unit_id or self.track_id or self.person_id or self.chain)


class PlanMonth(Base):
    """What a month of the target's year is to bring."""

    __tablename__ = "target_plan_months"

    target_id: Mapped[UUID] = mapped_column(ForeignKey("targets.id"), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    amount: Mapped[int] = mapped_column(BigInteger)


class PublishedFigure(Base):
    """What a bulletin published for the end of a month: done since the year began, and the rank among so many.

    `document` is its number (文号); None in a figure is what the bulletin does not say.
    """

    __tablename__ = "published_figures"

    target_id: Mapped[UUID] = mapped_column(ForeignKey("targets.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    done: Mapped[int | None] = mapped_column(BigInteger)
    count: Mapped[int | None]
    rank: Mapped[int | None]
    ranked: Mapped[int | None]
    document: Mapped[str] = mapped_column(String(200), default="")
