"""Tables of leads (线索), and the facts from which the protection of first reports is worked out.

Claims, judgements, receipts and adjudications are kept as instants and never overwritten: the rule replays them, so a
page, a job and a later dispute see the same answer.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.clock import day_of
from app.core.db import Base, Identified, Versioned
from app.core.money import AmountQualifier
from app.identity.models import Person, Unit
from app.investors.models import Investor
from app.leads.rules import LeadSource, LeadStage, LostReason, RulingOutcome, Validity


class Lead(Identified, Versioned, Base):
    """A possible investment that a unit follows. Planned amounts are fen; None is unknown, never zero.

    `protected_until` and `in_pool_since` repeat what the protection rule last said, for lists and the job that moves
    lapsed leads to the pool. `last_activity_on` is the day of the newest news: what the idle clock starts from.
    """

    __tablename__ = "leads"
    __table_args__ = (
        UniqueConstraint("county_id", "code"),
        UniqueConstraint("county_id", "source_system", "external_id"),
        Index("ix_leads_list", "county_id", "updated_at", "id"),
        Index("ix_leads_owner", "owner_unit_id", "stage", "updated_at"),
        Index("ix_leads_owner_person", "owner_person_id", "stage"),
        Index("ix_leads_stage", "county_id", "stage", "updated_at"),
        Index("ix_leads_investor", "investor_id"),
        Index("ix_leads_follow_up", "owner_unit_id", "next_follow_up_on"),
        Index("ix_leads_protection", "county_id", "protected_until"),
        Index("ix_leads_pool", "county_id", "in_pool_since"),
    )

    county_id: Mapped[UUID]
    code: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    investor_id: Mapped[UUID] = mapped_column(ForeignKey("investors.id"))
    owner_unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    owner_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    owner_text: Mapped[str] = mapped_column(String(60), default="")
    reported_by_unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    referred_by_unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"))
    referrer_text: Mapped[str] = mapped_column(String(120), default="")
    entered_by: Mapped[UUID]
    on_behalf_of: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    stage: Mapped[LeadStage]
    stage_since: Mapped[date]
    source: Mapped[LeadSource]
    chain: Mapped[str] = mapped_column(String(60), default="")
    content: Mapped[str] = mapped_column(Text, default="")
    planned_min_fen: Mapped[int | None] = mapped_column(BigInteger)
    planned_max_fen: Mapped[int | None] = mapped_column(BigInteger)
    planned_qualifier: Mapped[AmountQualifier]
    expected_signing_on: Mapped[date | None]
    place: Mapped[str] = mapped_column(String(120), default="")
    land_mu: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    validity: Mapped[Validity]
    judged_at: Mapped[datetime | None]
    judged_by: Mapped[UUID | None]
    judgement_note: Mapped[str] = mapped_column(String(500), default="")
    reply: Mapped[str] = mapped_column(String(500), default="")
    replied_at: Mapped[datetime | None]
    lost_reason: Mapped[LostReason | None]
    lost_to: Mapped[str] = mapped_column(String(120), default="")
    lost_note: Mapped[str] = mapped_column(String(500), default="")
    confidential: Mapped[bool] = mapped_column(default=False)
    in_pool_since: Mapped[date | None]
    reported_at: Mapped[datetime]
    first_contact_on: Mapped[date | None]
    last_contact_on: Mapped[date | None]
    last_activity_on: Mapped[date]
    next_step: Mapped[str] = mapped_column(String(300), default="")
    next_follow_up_on: Mapped[date | None]
    protected_until: Mapped[date | None]
    deal_id: Mapped[UUID | None]
    source_system: Mapped[str | None] = mapped_column(String(60))
    external_id: Mapped[str | None] = mapped_column(String(120))
    archived_at: Mapped[datetime | None]

    investor: Mapped[Investor] = relationship(lazy="raise")
    owner_unit: Mapped[Unit] = relationship(lazy="raise", foreign_keys=[owner_unit_id])
    reported_by_unit: Mapped[Unit] = relationship(lazy="raise", foreign_keys=[reported_by_unit_id])
    owner_person: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[owner_person_id])
    typed_for: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[on_behalf_of])
    readers: Mapped[list[LeadReader]] = relationship(lazy="raise", cascade="all, delete-orphan")

    @property
    def reported_on(self) -> date:
        """The report's day in the office's zone: day 0 of its protection."""
        return day_of(self.reported_at)

    @property
    def owner_name(self) -> str:
        """The person who follows the lead: of the roster, or as written."""
        return self.owner_person.name if self.owner_person else self.owner_text


class LeadReader(Base):
    """Somebody who may open a confidential lead besides its owner."""

    __tablename__ = "lead_readers"

    lead_id: Mapped[UUID] = mapped_column(ForeignKey("leads.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)

    person: Mapped[Person] = relationship(lazy="raise")


class Claim(Identified, Base):
    """A unit's claim on an investor by reporting a lead, or by taking one from the pool.

    `seq` orders claims on one investor as the server admitted them: the unique constraint lets two reports of the same
    instant take different places, so exactly one comes first. `complete_at` is when a contact, a content and a first
    contact were all on record; `ended_at` when the lead was signed, lost, archived or taken by another unit.
    """

    __tablename__ = "lead_claims"
    __table_args__ = (UniqueConstraint("investor_id", "seq"), Index("ix_lead_claims_lead", "lead_id", "seq"))

    county_id: Mapped[UUID]
    investor_id: Mapped[UUID] = mapped_column(ForeignKey("investors.id"))
    seq: Mapped[int]
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("leads.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    reported_at: Mapped[datetime]
    complete_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    lead: Mapped[Lead] = relationship(lazy="raise")
    unit: Mapped[Unit] = relationship(lazy="raise")


class LeadJudgement(Identified, Base):
    """A decision whether a lead is a valid one, as it was made; a later one does not overwrite it."""

    __tablename__ = "lead_judgements"
    __table_args__ = (Index("ix_lead_judgements_claim", "claim_id", "at"),)

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("lead_claims.id"))
    validity: Mapped[Validity]
    at: Mapped[datetime]
    by: Mapped[UUID]
    note: Mapped[str] = mapped_column(String(500), default="")


class ContactReceipt(Identified, Base):
    """A visit on a lead as protection asks for it: its last day, when the server received it, and whether in person."""

    __tablename__ = "lead_contact_receipts"
    __table_args__ = (Index("ix_lead_contact_receipts_claim", "claim_id", "received_at"),)

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("lead_claims.id"))
    visited_on: Mapped[date]
    received_at: Mapped[datetime]
    offline: Mapped[bool]


class Adjudication(Identified, Base):
    """A request of a unit for a decision between units about an investor, and the decision. None: not decided."""

    __tablename__ = "lead_adjudications"
    __table_args__ = (
        Index("ix_lead_adjudications_open", "county_id", "decided_at"),
        Index("ix_lead_adjudications_claim", "claim_id"),
    )

    county_id: Mapped[UUID]
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("lead_claims.id"))
    second_project: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(500), default="")
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID]
    outcome: Mapped[RulingOutcome | None]
    decision_note: Mapped[str] = mapped_column(String(500), default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]

    claim: Mapped[Claim] = relationship(lazy="raise")
