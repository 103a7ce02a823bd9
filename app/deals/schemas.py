"""What people and programs send about a deal itself; what its terms say has its own room."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from app.core.inputs import Input
from app.core.text import clean_text
from app.deals.terms.schemas import TermsInput


def _one_line(value: object) -> object:
    return clean_text(value, multiline=False) if isinstance(value, str) else value


OneLine = Annotated[str, BeforeValidator(_one_line)]
LongText = Annotated[
    str, BeforeValidator(lambda value: clean_text(value) if isinstance(value, str) else value)
]


class DealInput(Input):
    """The facts of a deal besides its terms. `responsible_text` names somebody who is not on the roster."""

    name: OneLine = Field(min_length=2, max_length=200)
    content: LongText = Field("", max_length=4000)
    occasion_id: UUID | None = None
    responsible_unit_id: UUID | None = None
    responsible_person_id: UUID | None = None
    responsible_text: OneLine = Field("", max_length=60)
    leader_in_charge_id: UUID | None = None
    line: OneLine = Field("", max_length=60)
    project_company: OneLine = Field("", max_length=200)
    place: OneLine = Field("", max_length=120)
    land_mu: Decimal | None = Field(None, ge=0, le=1_000_000, decimal_places=2)
    planned_start_on: date | None = None
    industry: OneLine = Field("", max_length=60)
    chain: OneLine = Field("", max_length=60)
    platform_accepted_on: date | None = None
    statistics_entered_on: date | None = None


class FileDealInput(DealInput, TermsInput):
    """A new deal with its first terms. `unit_id` may be left out by whoever writes for one unit; `on_behalf_of` is the
    person for whom somebody types (代填); `opening` marks imported history (期初)."""

    unit_id: UUID | None = None
    landing_unit_id: UUID | None = None
    on_behalf_of: UUID | None = None
    confidential: bool = False
    opening: bool = False
    id: UUID | None = None


class EditDealInput(DealInput):
    version: int


class ConfidentialInput(Input):
    """`readers` are the people who may open the deal besides its owner."""

    confidential: bool = False
    readers: list[UUID] = Field(default_factory=list, max_length=50)
    version: int


class ListsInput(Input):
    """The lists of key projects that a deal stands on; a new one may be named beside them."""

    lists: list[UUID] = Field(default_factory=list, max_length=50)
    version: int


class VersionInput(Input):
    version: int
