"""What the schedule is asked for, as it stands in the address."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from app.core.inputs import Input


class ScheduleFilter(Input):
    """`paper` is the size that the page is laid out for when printed."""

    leader: UUID | None = None
    year: int | None = Field(None, ge=1990, le=2100)
    only: Literal["", "not_started", "building"] = ""
    paper: Literal["a4", "a3"] = "a4"
