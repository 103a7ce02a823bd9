"""What stands around deals: occasions, lists of key projects, files that prove something."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, Versioned
from app.core.models.files import File
from app.deals.rules import (
    EvidenceKind,
    ListLevel,
    OccasionKind,
)


class Occasion(Identified, Versioned, Base):
    """A signing ceremony, fair or centralised start: an occasion, not a portfolio."""

    __tablename__ = "occasions"
    __table_args__ = (Index("ix_occasions_day", "county_id", "first_on"),)

    county_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(160))
    kind: Mapped[OccasionKind]
    first_on: Mapped[date]
    last_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(120), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    archived_at: Mapped[datetime | None]


class ProjectList(Identified, Versioned, Base):
    """A published list (县重点, 市重点 …) of a year and batch; a deal can be on several."""

    __tablename__ = "project_lists"
    __table_args__ = (UniqueConstraint("county_id", "level", "year", "batch", "name"),)

    county_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(120))
    level: Mapped[ListLevel]
    year: Mapped[int]
    batch: Mapped[str] = mapped_column(String(40), default="")
    archived_at: Mapped[datetime | None]


class ListedDeal(Base):
    __tablename__ = "list_deals"

    list_id: Mapped[UUID] = mapped_column(ForeignKey("project_lists.id"), primary_key=True)
    deal_id: Mapped[UUID] = mapped_column(ForeignKey("deals.id"), primary_key=True)
    added_at: Mapped[datetime]

    listed_on: Mapped[ProjectList] = relationship(lazy="raise")


class Evidence(Identified, Base):
    """A file that proves something about a deal, by kind; `terms_id` where it belongs to one version."""

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_deal", "deal_id"),)

    deal_id: Mapped[UUID] = mapped_column(ForeignKey("deals.id"))
    terms_id: Mapped[UUID | None] = mapped_column(ForeignKey("deal_terms.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"))
    kind: Mapped[EvidenceKind]
    note: Mapped[str] = mapped_column(String(200), default="")
    added_by: Mapped[UUID]
    added_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]

    file: Mapped[File] = relationship(lazy="raise")
