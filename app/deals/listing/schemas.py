"""The whole state of the list of deals, as it stands in the address."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from app.core.inputs import Input
from app.core.regions import OriginLevel
from app.deals.rules import AgreementKind, DealStage, TermsState
from app.deals.schemas import OneLine

Sort = Literal[
    "-updated", "updated", "-signed", "signed", "-amount", "amount", "code", "-code", "stage", "-stage"
]
Band = Literal[
    "", "under_2000", "2000_1", "1_5", "5_10", "10_20", "20_50", "50_100", "100_more", "10_more", "unknown"
]


class DealFilter(Input):
    """`amount` are bands in 亿元 (the first in 万元); `flag` picks what somebody should look at."""

    q: OneLine = Field("", max_length=100)
    stage: DealStage | None = None
    state: TermsState | None = None
    agreement: AgreementKind | None = None
    unit: UUID | None = None
    leader: UUID | None = None
    year: int | None = Field(None, ge=1990, le=2100)
    chain: OneLine = Field("", max_length=60)
    origin: OriginLevel | None = None
    amount: Band = ""
    list: UUID | None = None
    occasion: UUID | None = None
    investor: UUID | None = None
    flag: Literal["", "pending", "contract", "own_unit", "region", "not_started"] = ""
    sort: Sort = "-updated"
    page: int = Field(1, ge=1, le=100_000)


class ExportInput(Input):
    format: Literal["xlsx", "csv"] = "xlsx"
