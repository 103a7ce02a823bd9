"""What programs read about deals: the terms that stand, else the newest."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.clock import DayPrecision
from app.core.money import AmountQualifier
from app.core.regions import OriginLevel
from app.core.wire import Day, Instant, Listing, Money, OneLine, Ref
from app.deals.rules import AgreementKind, CreditRole, DealStage, ListLevel, TermsState


class DealOriginOut(BaseModel):
    """Where an investor came from when the terms were written."""

    level: OriginLevel
    region: str = Field(examples=["310115"])


class DealInvestorOut(BaseModel):
    investor: Ref = Field(
        examples=[{"id": "01849e1c-7d3a-7c44-9a5e-1b2f6c8d0e11", "name": "江西云杉线缆有限公司"}]
    )
    origin: DealOriginOut
    contribution: Money | None


class DealListOut(BaseModel):
    """A list of key projects that the deal stands on."""

    id: UUID
    name: str = Field(examples=["第一批县重点项目"])
    level: ListLevel
    year: int = Field(examples=[2022])
    batch: str = Field(examples=["第一批"])


class CreditOut(BaseModel):
    unit: Ref
    role: CreditRole
    share_percent: str = Field(examples=["50.00"])


class CountsOut(BaseModel):
    """What the deal is to one target: counted with which amount, or why not."""

    target: Ref = Field(
        examples=[{"id": "01849e1c-7d3a-7c44-9a5e-1b2f6c8d0e11", "name": "2022年省外签约目标"}]
    )
    counted: bool
    amount: Money
    reasons: list[str] = Field(examples=[["below_minimum"]])


class DealOut(BaseModel):
    """A deal. Amounts and signing day are those of the verified terms, before verification those of the newest."""

    model_config = ConfigDict(title="Deal")

    id: UUID
    code: str = Field(examples=["D2022-0042"])
    name: str = Field(examples=["年产10万套线缆项目"])
    investors: list[DealInvestorOut]
    agreement: AgreementKind
    total_investment: Money | None
    amount_qualifier: AmountQualifier
    fixed_investment: Money | None
    phase_one_investment: Money | None
    signed_on: Day | None = Field(description="The last day of the month or span, where no day is known.")
    signed_precision: DayPrecision | None
    stage: DealStage
    verification: TermsState
    pending_amendment: bool
    responsible_unit: Ref | None
    leader_in_charge: str = Field(examples=["李青山"])
    line: str = Field(examples=["工业口"])
    place: str = Field(examples=["河下工业园"])
    land_mu: str | None = Field(examples=["80.50"])
    planned_start_on: Day | None
    registered_on: Day | None
    started_on: Day | None
    produced_on: Day | None
    platform_accepted: bool
    industry: str = Field(examples=["制造业"])
    industry_chain: str = Field(examples=["光电信息"])
    lists: list[DealListOut]
    credits: list[CreditOut]
    paid_in: Money | None
    outside_paid_in: Money | None
    counts: list[CountsOut]
    version: int
    created_at: Instant
    updated_at: Instant


class DealListing(Listing):
    """Filters of the list of deals; several are joined by and."""

    stage: DealStage | None = None
    verification: TermsState | None = None
    unit: UUID | None = Field(None, description="Owner unit.")
    investor: UUID | None = None
    industry_chain: OneLine | None = Field(None, max_length=60)
    signed_from: Day | None = None
    signed_to: Day | None = None
    amount_gte: str | None = Field(
        None,
        pattern=r"^[0-9]{1,15}(\.[0-9]{1,2})?$",
        max_length=18,
        description="Total investment at least, in yuan.",
    )
    updated_since: Instant | None = None
    sort: Literal["-signed_on", "signed_on", "-updated_at", "updated_at", "code", "-code"] = "-updated_at"


def mu(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"
