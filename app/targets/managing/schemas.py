"""What the bureau sends about targets. Amounts are texts: how they read depends on the target's measure."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from app.core.clock import TimeProgressMode
from app.core.inputs import Input
from app.core.text import clean_text
from app.targets.rules import CreditRole, Measure, PartKind, SetBy

MOST_PARTS = 1_000


def _one_line(value: object) -> object:
    return clean_text(value, multiline=False) if isinstance(value, str) else value


OneLine = Annotated[str, BeforeValidator(_one_line)]
Typed = Annotated[str, Field(max_length=60)]


class TargetInput(Input):
    """A new root target. Without an amount it is only measured."""

    year: int = Field(ge=2000, le=2100)
    set_by: SetBy = SetBy.COUNTY
    measure: Measure = Measure.SIGNED_INVESTMENT
    rule_id: UUID
    credit_role: CreditRole = CreditRole.INTRODUCER
    pace: TimeProgressMode = TimeProgressMode.MONTHS_AND_DAYS
    name: OneLine = Field(min_length=1, max_length=120)
    amount: OneLine = Field("", max_length=60)
    document: OneLine = Field("", max_length=200)


class EditTargetInput(Input):
    """What may change once a target stands: never its year, measure or rule, which its entries were posted by.

    An amount that differs is a new decision, which applies from its day.
    """

    name: OneLine = Field(min_length=1, max_length=120)
    credit_role: CreditRole
    pace: TimeProgressMode
    position: int = Field(0, ge=0, le=10_000)
    amount: OneLine = Field("", max_length=60)
    applies_from: date | None = None
    document: OneLine = Field("", max_length=200)
    version: int = Field(ge=1)


class PartsInput(Input):
    """All parts of one kind: `amount` stands in the order of `key`; an empty one is no part."""

    kind: PartKind
    key: list[Typed] = Field(default_factory=list, max_length=MOST_PARTS)
    amount: list[Typed] = Field(default_factory=list, max_length=MOST_PARTS)
    version: int = Field(ge=1)


class PlanInput(Input):
    """What the twelve months are to bring."""

    amount: list[Typed] = Field(min_length=12, max_length=12)
    version: int = Field(ge=1)


class PublishedInput(Input):
    """A year's bulletins, twelve rows: done since the year began, deals, rank among so many, document number."""

    year: int = Field(ge=2000, le=2100)
    done: list[Typed] = Field(min_length=12, max_length=12)
    count: list[Typed] = Field(min_length=12, max_length=12)
    rank: list[Typed] = Field(min_length=12, max_length=12)
    ranked: list[Typed] = Field(min_length=12, max_length=12)
    document: list[Annotated[str, Field(max_length=200)]] = Field(min_length=12, max_length=12)
    version: int = Field(ge=1)


class CutoffInput(Input):
    """A cut-off by name; the instant is now."""

    name: OneLine = Field(min_length=1, max_length=80)
    as_of: date


class ArchiveInput(Input):
    version: int = Field(ge=1)
