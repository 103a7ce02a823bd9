"""What programs read of what happened: that it happened, never with which values."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Instant, Listing, Ref

SubjectType = Literal["lead", "visit", "deal", "investor"]


class SubjectOut(BaseModel):
    """The record that changed; read it at its own address."""

    type: SubjectType
    id: UUID


class EventOut(BaseModel):
    """One change of a record that the key may read. Positions grow and are never given twice."""

    model_config = ConfigDict(title="Event")

    position: int
    id: UUID
    kind: str = Field(examples=["lead.reported"])
    subject: SubjectOut
    unit: Ref | None
    at: Instant


class EventListing(Listing):
    """Where to go on, and of what."""

    subject_type: SubjectType | None = None
