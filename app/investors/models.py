"""Tables of investors: companies, persons and governments, their names, contacts and tags."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, func, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified, Versioned
from app.investors.rules import InvestorKind


class Investor(Identified, Versioned, Base):
    """An investor. `canonical_id` points to the record that a merged one stands behind; its history stays.

    `region_code` is a GB/T 2260 code, `country` an ISO code where the home is not in China; both empty: unknown.
    """

    __tablename__ = "investors"
    __table_args__ = (
        # A live company's folded name and any credit code are unique; persons may share a name.
        Index(
            "uq_investors_company_name",
            "county_id",
            "name_folded",
            unique=True,
            sqlite_where=text("kind = 'company' AND canonical_id IS NULL AND archived_at IS NULL"),
            postgresql_where=text("kind = 'company' AND canonical_id IS NULL AND archived_at IS NULL"),
        ),
        Index(
            "uq_investors_uscc",
            "county_id",
            "uscc",
            unique=True,
            sqlite_where=text("uscc <> '' AND canonical_id IS NULL AND archived_at IS NULL"),
            postgresql_where=text("uscc <> '' AND canonical_id IS NULL AND archived_at IS NULL"),
        ),
        Index("ix_investors_county_core", "county_id", "name_core"),
        Index("ix_investors_county_folded", "county_id", "name_folded"),
        Index("ix_investors_county_pinyin", "county_id", "name_pinyin"),
        Index("ix_investors_county_updated", "county_id", "updated_at", "id"),
        Index("ix_investors_canonical", "canonical_id"),
    )

    county_id: Mapped[UUID]
    kind: Mapped[InvestorKind]
    name: Mapped[str] = mapped_column(String(200))
    name_folded: Mapped[str] = mapped_column(String(200))
    name_core: Mapped[str] = mapped_column(String(200), default="")
    name_pinyin: Mapped[str] = mapped_column(String(400), default="")
    name_initials: Mapped[str] = mapped_column(String(100), default="")
    uscc: Mapped[str] = mapped_column(String(18), default="")
    region_code: Mapped[str] = mapped_column(String(6), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    group_name: Mapped[str] = mapped_column(String(120), default="")
    returning_native: Mapped[bool] = mapped_column(default=False)
    industry: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    canonical_id: Mapped[UUID | None] = mapped_column(ForeignKey("investors.id"))
    created_by: Mapped[UUID | None]
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"))
    archived_at: Mapped[datetime | None]

    names: Mapped[list[InvestorName]] = relationship(
        lazy="raise",
        back_populates="investor",
        foreign_keys="InvestorName.investor_id",
        order_by="InvestorName.id",
        cascade="all, delete-orphan",
    )
    contacts: Mapped[list[Contact]] = relationship(lazy="raise", back_populates="investor")
    tags: Mapped[list[InvestorTag]] = relationship(
        lazy="raise", order_by="InvestorTag.tag", cascade="all, delete-orphan"
    )

    @hybrid_property
    def home(self) -> str:
        """The code of the home: a place's or a country's; empty when it is not known."""
        return self.region_code or self.country

    @home.inplace.expression
    @classmethod
    def _home_in_sql(cls) -> ColumnElement[str]:
        return func.coalesce(func.nullif(cls.region_code, ""), cls.country)

    @property
    def is_live(self) -> bool:
        return self.canonical_id is None and self.archived_at is None


class InvestorName(Identified, Base):
    """A former or other name, kept so that an old contract's name still finds the investor.

    `merged_id`: the name came with that merged record, and goes again when the merge is undone.
    """

    __tablename__ = "investor_names"
    __table_args__ = (
        Index("ix_investor_names_folded", "name_folded"),
        Index("ix_investor_names_investor", "investor_id"),
    )

    investor_id: Mapped[UUID] = mapped_column(ForeignKey("investors.id"))
    name: Mapped[str] = mapped_column(String(200))
    name_folded: Mapped[str] = mapped_column(String(200))
    merged_id: Mapped[UUID | None] = mapped_column(ForeignKey("investors.id"))
    added_at: Mapped[datetime]

    investor: Mapped[Investor] = relationship(
        lazy="raise", back_populates="names", foreign_keys=[investor_id]
    )


class InvestorTag(Base):
    __tablename__ = "investor_tags"

    investor_id: Mapped[UUID] = mapped_column(ForeignKey("investors.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(40), primary_key=True)


class Contact(Identified, Versioned, Base):
    """Somebody at an investor; seen by the unit that added the contact and by roles that read all.

    `phone` is shown masked; a reveal is logged with its reason (domain §10).
    """

    __tablename__ = "contacts"
    __table_args__ = (Index("ix_contacts_investor", "investor_id"), Index("ix_contacts_unit", "unit_id"))

    county_id: Mapped[UUID]
    investor_id: Mapped[UUID] = mapped_column(ForeignKey("investors.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(String(60))
    post: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    wechat: Mapped[str] = mapped_column(String(60), default="")
    consent: Mapped[bool] = mapped_column(default=False)
    archived_at: Mapped[datetime | None]

    investor: Mapped[Investor] = relationship(lazy="raise", back_populates="contacts")


class InvestorMerge(Identified, Base):
    """A merge on record, so that it can be undone."""

    __tablename__ = "investor_merges"
    __table_args__ = (
        Index(
            "uq_investor_merges_standing",
            "merged_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    merged_id: Mapped[UUID] = mapped_column(ForeignKey("investors.id"))
    into_id: Mapped[UUID] = mapped_column(ForeignKey("investors.id"))
    at: Mapped[datetime]
    by: Mapped[UUID]
    reason: Mapped[str] = mapped_column(String(300), default="")
    undone_at: Mapped[datetime | None]
