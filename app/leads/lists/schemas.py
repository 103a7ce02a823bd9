"""The whole state of the list of leads, as it stands in the address."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from app.core.inputs import Input
from app.core.regions import OriginLevel
from app.leads.rules import AmountBand, LeadSource, Validity
from app.leads.schemas import OneLine

Stages = Literal[
    "", "open", "in_talks", "new", "contacted", "visiting", "negotiating", "agreed", "signed", "lost"
]
Sort = Literal[
    "-updated",
    "updated",
    "-reported",
    "reported",
    "-planned",
    "planned",
    "stage",
    "-stage",
    "expected",
    "-expected",
    "follow_up",
    "-follow_up",
]


class LeadFilter(Input):
    """`owner` is a person of the roster, `mine` the actor's own. `updated` and `overdue` are relative to today."""

    q: OneLine = Field("", max_length=100)
    stage: Stages = ""
    unit: UUID | None = None
    owner: UUID | None = None
    mine: bool = False
    chain: OneLine = Field("", max_length=60)
    source: LeadSource | None = None
    validity: Validity | None = None
    origin: OriginLevel | None = None
    amount: AmountBand | None = None
    updated: Literal["", "7", "30", "90"] = ""
    overdue: Literal["", "follow_up", "idle", "judgement"] = ""
    pool: bool = False
    ruling: bool = False
    investor: UUID | None = None
    sort: Sort = "-updated"
    page: int = Field(1, ge=1, le=100_000)


class ExportInput(Input):
    format: Literal["xlsx", "csv"] = "xlsx"
