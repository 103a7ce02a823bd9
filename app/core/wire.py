"""Values as partners' programs read and send them: money in yuan, days, instants with offset, pages by cursor.

Both directions are exact: what the models of a room declare here is what the published document says.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from app.core.clock import SHANGHAI
from app.core.inputs import FieldProblem
from app.core.money import AmountError, parse_yuan, yuan_string
from app.core.text import clean_text

MOST_A_PAGE = 200
DAY_TEXT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
INSTANT_TEXT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:.]+([Zz]|[+-][0-9]{2}:[0-9]{2})"
FIRST_YEAR, LAST_YEAR = 1949, 2100


def _a_day(value: object) -> object:
    """A program writes days and instants as texts; a bare number would be read as seconds since 1970."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(DAY_TEXT, value):
        raise FieldProblem("error.field.date_from_datetime_parsing")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise FieldProblem("error.field.date_from_datetime_parsing") from None


def _an_instant(value: object) -> object:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not re.fullmatch(INSTANT_TEXT, value):
        raise FieldProblem("error.field.invalid")
    try:
        return datetime.fromisoformat(value.upper())
    except ValueError:
        raise FieldProblem("error.field.invalid") from None


def _within_reach(value: date) -> date:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise FieldProblem("error.field.invalid")
    return value


def _shown(value: datetime) -> str:
    return value.astimezone(SHANGHAI).isoformat()


def _line(value: object) -> object:
    return clean_text(value, multiline=False) if isinstance(value, str) else value


def _text(value: object) -> object:
    return clean_text(value) if isinstance(value, str) else value


OneLine = Annotated[str, BeforeValidator(_line)]
LongText = Annotated[str, BeforeValidator(_text)]
Day = Annotated[
    date,
    BeforeValidator(_a_day),
    AfterValidator(_within_reach),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2022-11-30"]}),
]
Instant = Annotated[
    datetime,
    BeforeValidator(_an_instant),
    AfterValidator(_within_reach),
    PlainSerializer(_shown, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2022-11-30T09:30:00+08:00"]}),
]
YuanText = Annotated[str, Field(pattern=r"^-?[0-9]{1,17}(\.[0-9]{1,2})?$", examples=["1000000000.00"])]


class Money(BaseModel):
    """An amount in yuan as a decimal string."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    amount: YuanText
    currency: Literal["CNY"] = "CNY"

    @classmethod
    def of(cls, fen: int) -> Money:
        return cls.model_construct(amount=yuan_string(fen), currency="CNY")

    @classmethod
    def maybe(cls, fen: int | None) -> Money | None:
        """None stays None: unknown is never zero."""
        return None if fen is None else cls.of(fen)

    @property
    def fen(self) -> int:
        """Raises FieldProblem for an amount that is negative or beyond any investment."""
        try:
            return parse_yuan(self.amount)
        except AmountError as refusal:
            raise FieldProblem(f"error.{refusal.code}") from None


class Ref(BaseModel):
    """Another record by its id, with the name that people know."""

    id: UUID
    name: str = Field(examples=["河下镇"])


class Sending(BaseModel):
    """Base of what programs send: texts are cleaned, unknown fields refused, nothing is guessed."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, str_max_length=20_000, defer_build=True
    )


class Listing(BaseModel):
    """Base of a list's parameters: how many, and from where."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(50, ge=1, le=MOST_A_PAGE, description="How many records a page has at most.")
    cursor: str | None = Field(
        None,
        min_length=1,
        max_length=2_000,
        description="The `next_cursor` of the page before; works with the same filters and order only.",
    )

    @property
    def filters(self) -> dict[str, Any]:
        """What a cursor is bound to."""
        return self.model_dump(mode="json", exclude={"limit", "cursor"}, exclude_none=True)
