"""What people send to move a lead on."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from app.leads.rules import LeadStage, LostReason
from app.leads.schemas import LongText, OneLine, VersionInput


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
    """Whether a lead is confidential, and who may open it besides its owner."""

    confidential: bool = False
    readers: list[UUID] = Field(default=[], max_length=50)
