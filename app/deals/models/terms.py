"""Terms in versions, with their investors and exclusions."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.clock import DayPrecision
from app.core.columns import JsonValue
from app.core.db import Base, Identified, Versioned
from app.core.money import AmountQualifier
from app.core.regions import OriginLevel
from app.deals.rules import (
    AgreementKind,
    OpeningBasis,
    TermsKind,
    TermsState,
)
from app.investors.models import Investor

if TYPE_CHECKING:
    from app.deals.models.deals import Deal


class DealTerms(Identified, Versioned, Base):
    """One version of a deal's terms. `total_fen` None is unknown, never zero; 外币 keeps the original amount.

    A signing day is stored with its precision; a month or range with its first and last day. `touched_by` holds every
    hand in the terms as {kind, person_id, at}; `own_unit`: verified by somebody of a credited unit (本单位项目).
    """

    __tablename__ = "deal_terms"
    __table_args__ = (
        UniqueConstraint("deal_id", "no"),
        Index("ix_deal_terms_state", "state", "submitted_at"),
    )

    deal_id: Mapped[UUID] = mapped_column(ForeignKey("deals.id"))
    no: Mapped[int]
    kind: Mapped[TermsKind]
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("deal_terms.id"))
    agreement: Mapped[AgreementKind]
    signed_precision: Mapped[DayPrecision | None]
    signed_from: Mapped[date | None]
    signed_on: Mapped[date | None]
    effective_on: Mapped[date | None]
    total_fen: Mapped[int | None] = mapped_column(BigInteger)
    qualifier: Mapped[AmountQualifier]
    amount_text: Mapped[str] = mapped_column(String(80), default="")
    fixed_fen: Mapped[int | None] = mapped_column(BigInteger)
    phase_one_fen: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    original_amount: Mapped[Decimal | None] = mapped_column(Numeric(24, 4))
    rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    rate_on: Mapped[date | None]
    rate_source: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[TermsState]
    opening_basis: Mapped[str] = mapped_column(String(200), default="")
    opening_basis_kind: Mapped[OpeningBasis | None]
    drafted_by: Mapped[UUID]
    touched_by: Mapped[list[Any]] = mapped_column(JsonValue)
    submitted_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    own_unit: Mapped[bool] = mapped_column(default=False)
    decision_note: Mapped[str] = mapped_column(String(500), default="")
    refusal_reasons: Mapped[list[Any]] = mapped_column(JsonValue)

    deal: Mapped[Deal] = relationship(lazy="raise", back_populates="terms")
    investors: Mapped[list[TermsInvestor]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="TermsInvestor.position"
    )
    exclusions: Mapped[list[TermsExclusion]] = relationship(lazy="raise", cascade="all, delete-orphan")


class TermsInvestor(Identified, Base):
    """An investor of these terms, with the origin frozen as it was then."""

    __tablename__ = "terms_investors"
    __table_args__ = (
        UniqueConstraint("terms_id", "investor_id"),
        Index("ix_terms_investors_investor", "investor_id"),
    )

    terms_id: Mapped[UUID] = mapped_column(ForeignKey("deal_terms.id"))
    investor_id: Mapped[UUID] = mapped_column(ForeignKey("investors.id"))
    position: Mapped[int] = mapped_column(default=0)
    origin_level: Mapped[OriginLevel]
    region_code: Mapped[str] = mapped_column(String(6), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    contribution_fen: Mapped[int | None] = mapped_column(BigInteger)
    returning_native: Mapped[bool] = mapped_column(default=False)

    investor: Mapped[Investor] = relationship(lazy="raise")


class TermsExclusion(Base):
    __tablename__ = "terms_exclusions"

    terms_id: Mapped[UUID] = mapped_column(ForeignKey("deal_terms.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    note: Mapped[str] = mapped_column(String(300), default="")
    part_fen: Mapped[int | None] = mapped_column(BigInteger)
