"""What people send about the pool of leads."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from app.leads.schemas import OneLine, VersionInput


class TakeInput(VersionInput):
    """A unit takes a lead from the pool; with a contact and a first contact of its own it holds the investor."""

    unit_id: UUID | None = None
    owner_person_id: UUID | None = None
    first_contact_on: date | None = None
    contact_name: OneLine = Field("", max_length=60)
    contact_phone: OneLine = Field("", max_length=40)
    next_step: OneLine = Field("", max_length=300)
    next_follow_up_on: date | None = None
