"""What people and programs send about investors."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, field_validator

from app.core.inputs import FieldProblem, Input
from app.core.text import UsccError, check_uscc, clean_text, fold
from app.investors.rules import InvestorKind

MOST_TAGS = 12
MOST_FORMER_NAMES = 20
_BETWEEN = re.compile(r"[,，、;；\n]+")


def _one_line(value: object) -> object:
    return clean_text(value, multiline=False) if isinstance(value, str) else value


OneLine = Annotated[str, BeforeValidator(_one_line)]


class InvestorInput(Input):
    """An investor as a form or a program gives it. `home` is a place in words or a code, `home_code` the proposal
    that was taken; `tags` and `former_names` are separated by commas or lines. `seen` says that the records that
    look alike were shown before saving."""

    kind: InvestorKind
    name: OneLine = Field(min_length=1, max_length=200)
    uscc: OneLine = ""
    home: OneLine = Field("", max_length=200)
    home_code: str = Field("", max_length=6)
    address: OneLine = Field("", max_length=300)
    group_name: OneLine = Field("", max_length=120)
    industry: OneLine = Field("", max_length=60)
    returning_native: bool = False
    former_names: str = ""
    tags: str = ""
    note: str = Field("", max_length=2000)
    seen: bool = False

    @field_validator("name")
    @classmethod
    def says_something(cls, value: str) -> str:
        if not re.search(r"\w", fold(value)):
            raise FieldProblem("error.investors.name_empty")
        return value

    @field_validator("uscc")
    @classmethod
    def is_a_code(cls, value: str) -> str:
        if not value:
            return ""
        try:
            return check_uscc(value)
        except UsccError as refusal:
            raise FieldProblem(f"error.{refusal.code}") from None

    @field_validator("former_names")
    @classmethod
    def names_of_one_line(cls, value: str) -> str:
        names = list_of(value)
        if len(names) > MOST_FORMER_NAMES or any(len(name) > 200 for name in names):
            raise FieldProblem("error.investors.former_names")
        return "\n".join(names)

    @field_validator("tags")
    @classmethod
    def short_tags(cls, value: str) -> str:
        tags = list_of(value)
        if len(tags) > MOST_TAGS or any(len(tag) > 40 for tag in tags):
            raise FieldProblem("error.investors.tags", most=MOST_TAGS)
        return "、".join(tags)

    @field_validator("note")
    @classmethod
    def clean_note(cls, value: str) -> str:
        return clean_text(value)


class EditInvestorInput(InvestorInput):
    version: int


class MergeInput(Input):
    """Which record this one stands behind from now on, and why: `into_id` of those that look alike, `picked_id` of
    the box, or `into`, its exact name."""

    into: OneLine = Field("", max_length=200)
    into_id: UUID | None = None
    picked_id: UUID | None = None
    reason: OneLine = Field(min_length=2, max_length=300)
    version: int


class UnmergeInput(Input):
    reason: OneLine = Field(min_length=2, max_length=300)
    version: int


class InvestorFilter(Input):
    """The whole state of the list, as it stands in the address."""

    q: str = Field("", max_length=100)
    kind: InvestorKind | None = None
    home: str = Field("", max_length=10)
    tag: str = Field("", max_length=40)
    group: str = Field("", max_length=120)
    sort: Literal["-updated", "updated", "name", "-name"] = "-updated"
    page: int = Field(1, ge=1, le=100_000)


class SimilarInput(Input):
    """What stands in the form of a new investor while it is typed."""

    name: OneLine = Field("", max_length=200)
    kind: InvestorKind = InvestorKind.COMPANY
    uscc: str = Field("", max_length=60)
    itself: UUID | None = None


class HomeInput(Input):
    home: OneLine = Field("", max_length=200)
    name: OneLine = Field("", max_length=200)
    home_code: str = Field("", max_length=6)


def list_of(text: str) -> list[str]:
    """Split what is separated by commas or lines, each once, in the order typed."""
    parts = (clean_text(part, multiline=False) for part in _BETWEEN.split(text))
    return list({fold(part): part for part in parts if part}.values())
