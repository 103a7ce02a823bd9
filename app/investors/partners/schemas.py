"""What programs read about investors: what is public about a company, never whom to call there."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Instant, Listing, OneLine
from app.investors.rules import InvestorKind


class InvestorOut(BaseModel):
    """An investor. `merged_into` is the record that stands for it where two were one."""

    model_config = ConfigDict(title="Investor")

    id: UUID
    kind: InvestorKind
    name: str = Field(examples=["江西云杉线缆有限公司"])
    former_names: list[str] = Field(examples=[["江西云杉电线厂"]])
    uscc: str = Field(description="统一社会信用代码; empty where it is not known.")
    region: str = Field(description="GB/T 2260 code; empty abroad or where it is not known.")
    country: str = Field(description="ISO code, for a home abroad.")
    group: str = Field(examples=["云杉集团"])
    industry: str = Field(examples=["制造业"])
    returning_native: bool
    tags: list[str] = Field(examples=[["行业龙头"]])
    merged_into: UUID | None
    version: int
    created_at: Instant
    updated_at: Instant


class InvestorListing(Listing):
    """Filters of the list of investors; merged ones stand behind the one that they joined."""

    name: OneLine | None = Field(None, min_length=1, max_length=100, description="A part of the name.")
    kind: InvestorKind | None = None
    uscc: str | None = Field(None, pattern=r"^[0-9A-Z]{18}$")
    region: str | None = Field(
        None, pattern=r"^[0-9]{2,6}$", description="The beginning of the region's code."
    )
    updated_since: Instant | None = None
    sort: Literal["-updated_at", "updated_at"] = "-updated_at"
