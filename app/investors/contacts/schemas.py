"""What people send about an investor's contacts."""

from __future__ import annotations

import re
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from app.core.inputs import FieldProblem, Input
from app.investors.rules import PhonePurpose
from app.investors.schemas import OneLine


class ContactInput(Input):
    """Somebody at an investor. `consent`: the person was told that the county keeps the number and agreed."""

    name: OneLine = Field(min_length=1, max_length=60)
    post: OneLine = Field("", max_length=80)
    phone: OneLine = Field("", max_length=40)
    wechat: OneLine = Field("", max_length=60)
    consent: bool = False
    unit_id: UUID | None = None

    @field_validator("phone")
    @classmethod
    def can_be_called(cls, value: str) -> str:
        if value and not 5 <= len(re.sub(r"\D", "", value)) <= 20:
            raise FieldProblem("error.investors.phone")
        return value


class EditContactInput(ContactInput):
    """A change to a contact: an empty number stays as it is unless `forget_numbers` says that it goes."""

    forget_numbers: bool = False
    version: int


class RemoveContactInput(Input):
    version: int


class RevealInput(Input):
    """Why a number is looked at; written into the record's history."""

    purpose: PhonePurpose
    reason: OneLine = Field("", max_length=200, validate_default=True)

    @field_validator("reason")
    @classmethod
    def other_needs_words(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("purpose") is PhonePurpose.OTHER and not value:
            raise FieldProblem("error.investors.reveal_reason")
        return value
