"""What the schedule is asked for, as it stands in the address."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from app.core.inputs import Input
from app.deals.rules import DealStage

Only = Literal["", "late", "not_started", "building", "problem", "silent", "all"]


class ScheduleFilter(Input):
    """`only` narrows what is shown: nothing typed means whatever does not produce yet; `paper` is the size that the
    page is laid out for when printed."""

    leader: UUID | None = None
    unit: UUID | None = None
    year: int | None = Field(None, ge=1990, le=2100)
    stage: DealStage | None = None
    only: Only = ""
    paper: Literal["a4", "a3"] = "a4"
