"""What people send to move a lead on."""

from __future__ import annotations

import re
from datetime import date

from pydantic import Field

from app.leads.rules import LeadStage, LostReason
from app.leads.schemas import LongText, OneLine, VersionInput

_BETWEEN = re.compile(r"[、,，;；\n]+")


class MoveInput(VersionInput):
    stage: LeadStage
    note: OneLine = Field("", max_length=500)


class LossInput(VersionInput):
    reason: LostReason | None = None
    lost_to: OneLine = Field("", max_length=120)
    note: OneLine = Field("", max_length=500)


class ReopenInput(VersionInput):
    stage: LeadStage = LeadStage.CONTACTED
    note: OneLine = Field("", max_length=500)


class NoteInput(VersionInput):
    """News of a lead, and what comes next; an empty next step leaves the one that stands."""

    text: LongText = Field(min_length=2, max_length=2000)
    next_step: OneLine = Field("", max_length=300)
    next_follow_up_on: date | None = None


class AnswerInput(VersionInput):
    """What the referrer was told."""

    reply: OneLine = Field(min_length=2, max_length=500)


class ConfidentialInput(VersionInput):
    """Whether a lead is confidential, and who may open it besides its owner: names, of namesakes with their unit."""

    confidential: bool = False
    readers: LongText = Field("", max_length=2000)

    @property
    def named(self) -> list[tuple[str, str]]:
        """The people as (name, unit), the unit empty where none is given."""
        parts = (part.split(maxsplit=1) for part in _BETWEEN.split(self.readers))
        return [(part[0], part[1].strip() if len(part) > 1 else "") for part in parts if part]
