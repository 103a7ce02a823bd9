"""What people and programs send about leads."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from app.core.inputs import FieldProblem, Input
from app.core.money import AmountError, AmountUnit, parse_amount
from app.core.text import clean_text, fold
from app.investors.rules import InvestorKind
from app.leads.rules import LeadSource, Planned, planned_of


def _one_line(value: object) -> object:
    return clean_text(value, multiline=False) if isinstance(value, str) else value


OneLine = Annotated[str, BeforeValidator(_one_line)]
LongText = Annotated[
    str, BeforeValidator(lambda value: clean_text(value) if isinstance(value, str) else value)
]


class LeadInput(Input):
    """What a lead says, when it is reported and when it is changed. `planned` is an amount or a range as typed; a
    bare number is in 万元."""

    title: OneLine = Field(min_length=2, max_length=200)
    source: LeadSource
    chain: OneLine = Field("", max_length=60)
    content: LongText = Field("", max_length=4000)
    planned: OneLine = Field("", max_length=60)
    confirm_amount: bool = False
    expected_signing_on: date | None = None
    place: OneLine = Field("", max_length=120)
    land_mu: Decimal | None = Field(None, ge=0, le=1_000_000, decimal_places=2)
    referrer_text: OneLine = Field("", max_length=120)
    owner_person_id: UUID | None = None
    owner_text: OneLine = Field("", max_length=60)
    first_contact_on: date | None = None
    next_step: OneLine = Field("", max_length=300)
    next_follow_up_on: date | None = None
    contact_name: OneLine = Field("", max_length=60)
    contact_post: OneLine = Field("", max_length=80)
    contact_phone: OneLine = Field("", max_length=40)
    contact_consent: bool = False

    @field_validator("planned")
    @classmethod
    def can_be_read(cls, value: str) -> str:
        try:
            parse_amount(value, default_unit=AmountUnit.WAN)
        except AmountError as refusal:
            raise FieldProblem(f"error.{refusal.code}") from None
        return value

    @property
    def planned_amount(self) -> Planned:
        return planned_of(parse_amount(self.planned, default_unit=AmountUnit.WAN))


class ReportLeadInput(LeadInput):
    """A first report. `unit_id` may be left out by whoever writes for one unit; `on_behalf_of` is the person for whom
    somebody types (代填). `second_project` says that the investor has another project already, `ruling_reason` asks
    for an adjudication where another unit holds the investor."""

    investor_id: UUID | None = None
    investor_name: OneLine = Field("", max_length=200, validate_default=True)
    investor_kind: InvestorKind = InvestorKind.COMPANY
    investor_home: OneLine = Field("", max_length=200)
    unit_id: UUID | None = None
    on_behalf_of: UUID | None = None
    confidential: bool = False
    second_project: bool = False
    ruling_reason: OneLine = Field("", max_length=500)
    source_system: OneLine = Field("", max_length=60)
    external_id: OneLine = Field("", max_length=120)
    id: UUID | None = None

    @field_validator("investor_name")
    @classmethod
    def said_of_whom(cls, name: str, info: ValidationInfo) -> str:
        """Say that the investor is missing together with what else is."""
        if not fold(name) and info.data.get("investor_id") is None:
            raise FieldProblem("error.investors.name_empty")
        return name


class EditLeadInput(LeadInput):
    version: int


class VersionInput(Input):
    version: int
