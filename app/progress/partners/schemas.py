"""What programs read of targets: the number, what it is made of, and the entries that it sums."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.regions import OriginLevel
from app.core.wire import Day, Instant, Listing, Money, Ref
from app.targets.rules import Band, Cause, CreditRole, Measure, SetBy


class TargetOut(BaseModel):
    """A target. `amount` where it is money, `count` where it is a number of deals."""

    model_config = ConfigDict(title="Target")

    id: UUID
    name: str = Field(examples=["2022年省外签约目标"])
    unit: Ref = Field(examples=[{"id": "01849e1c-7d3a-7c44-9a5e-1b2f6c8d0e11", "name": "汾溪县"}])
    year: int = Field(examples=[2022])
    measure: Measure
    set_by: SetBy
    amount: Money | None
    count: int | None
    rule: Ref = Field(examples=[{"id": "01849e1c-7d3a-7c44-9a5e-1b2f6c8d0e11", "name": "省外签约口径"}])
    version: int


class ProgressTargetOut(BaseModel):
    id: UUID
    name: str = Field(examples=["2022年省外签约目标"])
    unit: Ref = Field(examples=[{"id": "01849e1c-7d3a-7c44-9a5e-1b2f6c8d0e11", "name": "汾溪县"}])
    year: int = Field(examples=[2022])
    measure: Measure
    amount: Money | None
    count: int | None


class RuleOut(BaseModel):
    code: str = Field(examples=["headline"])
    version: int | None


class SumOut(BaseModel):
    amount: Money
    count: int


class MonthOut(BaseModel):
    month: str = Field(examples=["2022-01"])
    done: Money
    cumulative: Money
    count: int


class BandSumOut(BaseModel):
    band: Band
    done: Money
    count: int


class UnitSumOut(BaseModel):
    """A unit's share; null sums the units that the account does not read."""

    unit: Ref | None
    done: Money
    count: int


class OriginSumOut(BaseModel):
    origin: OriginLevel
    done: Money
    count: int


class TopOut(BaseModel):
    """One of the largest deals; null sums those that the account may not open."""

    deal: Ref | None = Field(
        examples=[{"id": "01849e1c-7d3a-7c44-9a5e-1b2f6c8d0e11", "name": "年产10万套线缆项目"}]
    )
    amount: Money
    count: int


class ReasonSumOut(BaseModel):
    reason: str = Field(examples=["below_minimum"])
    count: int
    amount: Money


class ProgressOut(BaseModel):
    """Where a target stands: what had happened by `as_of`, as it was known at `known_at`."""

    model_config = ConfigDict(title="Progress")

    target: ProgressTargetOut
    as_of: Day
    known_at: Instant
    rule: RuleOut
    done: Money
    count: int
    pending: SumOut
    reported: SumOut
    completion_rate: str | None = Field(examples=["0.6080"])
    time_progress: str = Field(examples=["0.8333"])
    pace_gap_points: str | None = Field(examples=["-22.5"])
    remaining: Money | None
    remaining_count: int | None
    by_month: list[MonthOut]
    by_band: list[BandSumOut]
    by_unit: list[UnitSumOut]
    by_origin: list[OriginSumOut]
    top: list[TopOut]
    not_counted: list[ReasonSumOut]


class ShareOut(BaseModel):
    unit: Ref
    role: CreditRole
    share_percent: str = Field(examples=["100.00"])
    amount: Money


class EntryOut(BaseModel):
    """An entry of the ledger. `deal` is null, and the shares empty, where the account may not see the deal."""

    model_config = ConfigDict(title="Entry")

    seq: int
    deal: Ref | None = Field(
        examples=[{"id": "01849e1c-7d3a-7c44-9a5e-1b2f6c8d0e11", "name": "年产10万套线缆项目"}]
    )
    delta: Money
    delta_count: int
    cause: Cause
    origin: OriginLevel
    returning_native: bool
    industry_chain: str = Field(examples=["光电信息"])
    effective_on: Day
    booked_on: Day
    recorded_at: Instant
    shares: list[ShareOut]


class TargetListing(Listing):
    year: int | None = Field(None, ge=1990, le=2100)
    measure: Measure | None = None
    set_by: SetBy | None = None
    sort: Literal["-year", "year"] = "-year"


class ProgressQuery(BaseModel):
    """The cut-off; today, as it is known now, where nothing is said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: Day | None = None
    known_at: Instant | None = None
    by_month_basis: Literal["booked", "signed"] = Field(
        "booked", description="Whether months are those of booking or of signing."
    )


class EntryListing(Listing):
    """Entries, the newest first."""

    as_of: Day | None = None
    known_at: Instant | None = None
    cause: Cause | None = None
