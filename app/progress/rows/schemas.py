"""Which rows of a number, as the links of its page write them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.core.regions import OriginLevel
from app.progress.rules import EntryFilter, MonthPlace, Seen
from app.progress.schemas import CutInput
from app.targets.rules import Band, Cause, SizeColumn

Months = Literal["", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"]
Show = Literal[
    "verified", "pending", "reported", "top", "signed", "started", "paid_in", "late", "not_counted"
]


class EntriesInput(CutInput):
    """Ledger entries. `month` is one of the year's, `until` all up to one, `apart` what lies in none.

    `place` is a province or a country; `track` asks for what the units of a track hold.
    `since` names a kept cut-off and asks for what it did not have.
    """

    month: Months = ""
    until: Months = ""
    apart: MonthPlace | None = None
    unit: UUID | None = None
    track: UUID | None = None
    no_unit: bool = False
    chain: str = Field("", max_length=60)
    origin: OriginLevel | None = None
    place: str = Field("", max_length=8)
    returning: bool = False
    band: Band | None = None
    column: SizeColumn | None = None
    cause: Cause | None = None
    news: bool = False
    since: UUID | None = None
    page: int = Field(1, ge=1, le=10_000)

    def chosen(self, *, news_since: datetime, beyond: Seen | None) -> EntryFilter:
        """Write the address as the rule's filter."""
        return EntryFilter(
            month=int(self.month) if self.month else self.apart,
            until=int(self.until) if self.until else None,
            basis=self.basis,
            chain=self.chain,
            origin=self.origin,
            place=self.place,
            returning=self.returning,
            band=self.band,
            column=self.column,
            cause=self.cause,
            recorded_after=news_since if self.news else None,
            beyond=beyond,
        )


class LinesInput(CutInput):
    """Deals behind a figure; `reason` narrows what is not counted, `column` what is verified."""

    show: Show = "verified"
    reason: str = Field("", max_length=40)
    column: SizeColumn | None = None
    page: int = Field(1, ge=1, le=10_000)


class TalksInput(CutInput):
    """Leads in talks: all, large ones, those expected in the cut-off's month or quarter."""

    show: Literal["all", "over_100m", "over_1b", "month", "quarter"] = "all"
    page: int = Field(1, ge=1, le=10_000)
