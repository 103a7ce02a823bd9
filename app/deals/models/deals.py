"""The deal itself, who may open it, and what happened to it by the day."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.columns import JsonValue
from app.core.db import Base, Identified, Versioned
from app.deals.models.around import Evidence, ListedDeal, Occasion
from app.deals.models.terms import DealTerms
from app.deals.rules import (
    CreditRole,
    DealStage,
    TermsState,
)
from app.identity.models import Person, Unit


class Deal(Identified, Versioned, Base):
    """A project filed for signing. What counts is in its terms; `verified_terms_id` are the last verified ones.

    `terms_state` is the derived state of the newest terms, kept for lists; the rules recompute it at each change.
    """

    __tablename__ = "deals"
    __table_args__ = (
        UniqueConstraint("county_id", "code"),
        Index("ix_deals_list", "county_id", "updated_at", "id"),
        Index("ix_deals_owner", "owner_unit_id", "updated_at"),
        Index("ix_deals_state", "county_id", "terms_state", "updated_at"),
        Index("ix_deals_leader", "leader_in_charge_id", "stage"),
        Index("ix_deals_lead", "lead_id"),
    )

    county_id: Mapped[UUID]
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    name_folded: Mapped[str] = mapped_column(String(200))
    owner_unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("leads.id"))
    occasion_id: Mapped[UUID | None] = mapped_column(ForeignKey("occasions.id"))
    responsible_unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"))
    responsible_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    responsible_text: Mapped[str] = mapped_column(String(60), default="")
    leader_in_charge_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    line: Mapped[str] = mapped_column(String(60), default="")
    entered_by: Mapped[UUID]
    on_behalf_of: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    stage: Mapped[DealStage]
    stage_since: Mapped[date | None]
    registered_on: Mapped[date | None]
    started_on: Mapped[date | None]
    produced_on: Mapped[date | None]
    planned_start_on: Mapped[date | None]
    project_company: Mapped[str] = mapped_column(String(200), default="")
    content: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    land_mu: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    industry: Mapped[str] = mapped_column(String(60), default="")
    chain: Mapped[str] = mapped_column(String(60), default="")
    confidential: Mapped[bool] = mapped_column(default=False)
    opening: Mapped[bool] = mapped_column(default=False)
    contract_pending: Mapped[bool] = mapped_column(default=False)
    platform_accepted_on: Mapped[date | None]
    statistics_entered_on: Mapped[date | None]
    terms_state: Mapped[TermsState]
    pending_amendment: Mapped[bool] = mapped_column(default=False)
    verified_terms_id: Mapped[UUID | None]
    newest_terms_id: Mapped[UUID | None]
    region_flagged_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]

    owner_unit: Mapped[Unit] = relationship(lazy="raise", foreign_keys=[owner_unit_id])
    responsible_unit: Mapped[Unit | None] = relationship(lazy="raise", foreign_keys=[responsible_unit_id])
    responsible_person: Mapped[Person | None] = relationship(
        lazy="raise", foreign_keys=[responsible_person_id]
    )
    leader_in_charge: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[leader_in_charge_id])
    occasion: Mapped[Occasion | None] = relationship(lazy="raise")
    terms: Mapped[list[DealTerms]] = relationship(
        lazy="raise", back_populates="deal", order_by="DealTerms.no"
    )
    credits: Mapped[list[Credit]] = relationship(lazy="raise", cascade="all, delete-orphan")
    stages: Mapped[list[DealStageChange]] = relationship(lazy="raise")
    notes: Mapped[list[DealNote]] = relationship(lazy="raise")
    paid_ins: Mapped[list[PaidIn]] = relationship(lazy="raise")
    lists: Mapped[list[ListedDeal]] = relationship(lazy="raise", cascade="all, delete-orphan")
    evidence: Mapped[list[Evidence]] = relationship(lazy="raise", order_by="(Evidence.added_at, Evidence.id)")
    readers: Mapped[list[DealReader]] = relationship(lazy="raise", cascade="all, delete-orphan")


class DealReader(Base):
    """Somebody who may open a confidential deal besides its owner."""

    __tablename__ = "deal_readers"

    deal_id: Mapped[UUID] = mapped_column(ForeignKey("deals.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)

    person: Mapped[Person] = relationship(lazy="raise")


class DealStageChange(Identified, Base):
    __tablename__ = "deal_stages"
    __table_args__ = (Index("ix_deal_stages_deal", "deal_id", "on_day"),)

    deal_id: Mapped[UUID] = mapped_column(ForeignKey("deals.id"))
    stage: Mapped[DealStage]
    on_day: Mapped[date]
    note: Mapped[str] = mapped_column(String(500), default="")
    by: Mapped[UUID]
    by_name: Mapped[str] = mapped_column(String(60), default="")
    recorded_at: Mapped[datetime]


class DealNote(Identified, Base):
    """A dated note for the schedule (调度): 进展, 存在问题, 需协调事项, 下步打算, 完成时限."""

    __tablename__ = "deal_notes"
    __table_args__ = (Index("ix_deal_notes_deal", "deal_id", "on_day"),)

    deal_id: Mapped[UUID] = mapped_column(ForeignKey("deals.id"))
    on_day: Mapped[date]
    progress: Mapped[str] = mapped_column(Text, default="")
    problem: Mapped[str] = mapped_column(Text, default="")
    to_coordinate: Mapped[str] = mapped_column(Text, default="")
    next_step: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None]
    support_needs: Mapped[list[Any]] = mapped_column(JsonValue)
    by: Mapped[UUID]
    by_name: Mapped[str] = mapped_column(String(60), default="")
    recorded_at: Mapped[datetime]


class PaidIn(Identified, Base):
    """A dated, self-reported statement of funds paid in since the beginning; the newest stands."""

    __tablename__ = "paid_ins"
    __table_args__ = (Index("ix_paid_ins_deal", "deal_id", "as_of"),)

    deal_id: Mapped[UUID] = mapped_column(ForeignKey("deals.id"))
    as_of: Mapped[date]
    total_fen: Mapped[int] = mapped_column(BigInteger)
    outside_fen: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(String(300), default="")
    by: Mapped[UUID]
    by_name: Mapped[str] = mapped_column(String(60), default="")
    recorded_at: Mapped[datetime]


class Credit(Identified, Base):
    """A unit's share of a deal in a role; a role's shares sum to 100 %."""

    __tablename__ = "credits"
    __table_args__ = (
        UniqueConstraint("deal_id", "role", "unit_id"),
        Index("ix_credits_unit", "unit_id", "role"),
    )

    deal_id: Mapped[UUID] = mapped_column(ForeignKey("deals.id"))
    role: Mapped[CreditRole]
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    share_percent: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    first: Mapped[bool] = mapped_column(default=False)

    unit: Mapped[Unit] = relationship(lazy="raise")
