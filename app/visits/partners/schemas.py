"""What programs send and read about visits."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Day, Instant, Listing, LongText, OneLine, Ref, Sending
from app.visits.rules import VisitKind


class NewVisit(Sending):
    """A visit to put on record for a unit of the key's account. Either `next_follow_up_on` or `no_follow_up: true`."""

    id: UUID | None = Field(None, description="A UUIDv7 made by the sender.")
    kind: VisitKind = Field(examples=["outbound"])
    from_on: Day = Field(examples=["2022-11-20"])
    to_on: Day | None = None
    investor_name: OneLine = Field("", max_length=200, examples=["江西云杉线缆有限公司"])
    investor_id: UUID | None = None
    summary: LongText = Field(min_length=1, max_length=4000, examples=["介绍了园区厂房和用地"])
    outcome: LongText = Field("", max_length=4000)
    place: OneLine = Field("", max_length=120)
    their_people: OneLine = Field("", max_length=300)
    next_step: OneLine = Field("", max_length=300)
    next_follow_up_on: Day | None = Field(None, examples=["2022-12-10"])
    no_follow_up: bool = False
    lead: UUID | None = None
    deal: UUID | None = None
    units: list[UUID] = Field([], max_length=30, description="Our other units that took part.")
    unit_id: UUID | None = Field(None, description="The unit that logs; without it the key's own.")


class VisitPatch(Sending):
    """Fields to change; those left out stay."""

    kind: VisitKind | None = None
    from_on: Day | None = None
    to_on: Day | None = None
    summary: LongText | None = Field(None, min_length=1, max_length=4000)
    outcome: LongText | None = Field(None, max_length=4000, examples=["对方下月来考察"])
    place: OneLine | None = Field(None, max_length=120)
    their_people: OneLine | None = Field(None, max_length=300)
    next_step: OneLine | None = Field(None, max_length=300)
    next_follow_up_on: Day | None = None
    no_follow_up: bool | None = None
    lead: UUID | None = None
    deal: UUID | None = None


class VisitOut(BaseModel):
    """A visit. `entered_late` says that it was received more than three days after its last day."""

    model_config = ConfigDict(title="Visit")

    id: UUID
    code: str = Field(examples=["V2022-0815"])
    kind: VisitKind
    from_on: Day
    to_on: Day
    investor: Ref = Field(
        examples=[{"id": "01849e1c-7d3a-7c44-9a5e-1b2f6c8d0e11", "name": "江西云杉线缆有限公司"}]
    )
    lead: UUID | None
    deal: UUID | None
    place: str = Field(examples=["上海市浦东新区"])
    unit: Ref
    units: list[Ref]
    our_people: list[str] = Field(examples=[["李青山"]])
    their_people: str = Field(examples=["孙经理"])
    summary: str = Field(examples=["介绍了园区厂房和用地"])
    outcome: str = Field(examples=["对方下月来考察"])
    next_step: str = Field(examples=["寄送园区资料"])
    next_follow_up_on: Day | None
    no_follow_up: bool
    entered_late: bool
    received_at: Instant
    version: int
    created_at: Instant
    updated_at: Instant


class VisitListing(Listing):
    """Filters of the list of visits; several are joined by and."""

    kind: VisitKind | None = None
    unit: UUID | None = Field(None, description="A unit that took part.")
    investor: UUID | None = None
    lead: UUID | None = None
    deal: UUID | None = None
    from_day: Day | None = Field(None, description="Visits that ended on this day or later.")
    to_day: Day | None = Field(None, description="Visits that began on this day or before.")
    updated_since: Instant | None = None
    sort: Literal["-from_on", "from_on", "-updated_at", "updated_at"] = "-from_on"
