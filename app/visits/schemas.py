"""What people and programs send about visits and trips."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.core.inputs import Input
from app.visits.rules import NextStep, VisitKind

Sort = Literal[
    "from_on", "-from_on", "received_at", "-received_at", "next_follow_up_on", "-next_follow_up_on"
]


class VisitInput(Input):
    """One visit. `investor` is a name as typed, `investor_id` the one that was chosen from the suggestions.

    `units` are our other units that took part, `people` those of the roster; `next` is the choice of what follows.
    """

    kind: VisitKind
    investor: str = Field("", max_length=200)
    investor_id: UUID | None = None
    from_on: date
    to_on: date | None = None
    summary: str = Field(min_length=1, max_length=4000)
    next: NextStep
    next_on: date | None = None
    next_step: str = Field("", max_length=300)
    unit_id: UUID | None = None
    units: list[UUID] = Field(default=[], max_length=30)
    people: list[UUID] = Field(default=[], max_length=60)
    our_other_people: str = Field("", max_length=300)
    their_people: str = Field("", max_length=300)
    place: str = Field("", max_length=120)
    outcome: str = Field("", max_length=4000)
    needs_leader: str = Field("", max_length=2000)
    lead_id: UUID | None = None
    deal_id: UUID | None = None
    trip_id: UUID | None = None
    occasion_id: UUID | None = None
    on_behalf_of: UUID | None = None


class NewVisitInput(VisitInput):
    id: UUID | None = None
    another: bool = False


class EditVisitInput(VisitInput):
    version: int = Field(ge=1)


class VisitFilter(Input):
    """The state of the list, as it stands in the address."""

    q: str = Field("", max_length=100)
    kind: VisitKind | None = None
    unit: UUID | None = None
    person: UUID | None = None
    since: date | None = None
    until: date | None = None
    late: bool = False
    due: bool = False
    mine: bool = False
    needs_leader: bool = False
    trip: UUID | None = None
    investor: UUID | None = None
    sort: Sort = "-from_on"
    page: int = Field(1, ge=1, le=10_000)


class MergeInput(Input):
    other_id: UUID
    version: int = Field(ge=1)


class SeparateInput(Input):
    """`back` is the page on which it was asked: either of the two records."""

    back: str = Field("", max_length=60, pattern=r"^(/visits/[0-9a-f-]{36})?$")


class TripInput(Input):
    title: str = Field(min_length=1, max_length=120)
    destination: str = Field("", max_length=120)
    from_on: date
    to_on: date
    unit_id: UUID | None = None
    people: list[UUID] = Field(default=[], max_length=60)
    note: str = Field("", max_length=2000)


class EditTripInput(TripInput):
    version: int = Field(ge=1)


class TripFilter(Input):
    year: int | None = Field(None, ge=2000, le=2100)
