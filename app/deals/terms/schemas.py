"""What people and programs send about terms: investors, agreement, amount and day as typed, exclusions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field, field_validator

from app.core.clock import DayError, SigningDay, parse_signing_day
from app.core.inputs import FieldProblem, Input
from app.core.money import AmountError, AmountUnit, ParsedAmount, parse_amount
from app.core.text import clean_text
from app.deals.rules import AgreementKind, TermsKind
from app.investors.rules import InvestorKind

MOST_INVESTORS = 12
MOST_EXCLUSIONS = 9


def _one_line(value: object) -> object:
    return clean_text(value, multiline=False) if isinstance(value, str) else value


OneLine = Annotated[str, BeforeValidator(_one_line)]
Lines = Annotated[
    list[OneLine],
    # A form that shows one row sends one text; JSON sends a list.
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
]


def read_amount(text: str) -> ParsedAmount:
    """Read an amount as typed; a bare number is in 万元. Raises FieldProblem."""
    try:
        return parse_amount(text, default_unit=AmountUnit.WAN)
    except AmountError as refusal:
        raise FieldProblem(f"error.{refusal.code}") from None


def exact_amount(text: str) -> int | None:
    """Read a part of an amount: one number or nothing. Raises FieldProblem for a range."""
    parsed = read_amount(text)
    if parsed.fen is None and (parsed.min_fen is not None or parsed.max_fen is not None):
        raise FieldProblem("error.deals.one_amount")
    return parsed.fen


@dataclass(frozen=True, slots=True)
class InvestorRow:
    """One investor as typed: by id where a record was chosen, else by name."""

    name: str
    investor_id: UUID | None
    kind: InvestorKind
    home: str
    contribution_fen: int | None


class TermsInput(Input):
    """What one version of terms says. Rows of investors and exclusions come as lists of the same length.

    `total` and `signed` are as typed (约2亿, 2022年3月); empty is unknown. With a foreign `currency` the total follows
    from `original_amount` and `rate` and is not typed.
    """

    agreement: AgreementKind = AgreementKind.UNKNOWN
    total: OneLine = Field("", max_length=64)
    fixed: OneLine = Field("", max_length=64)
    phase_one: OneLine = Field("", max_length=64)
    confirm_amount: bool = False
    signed: OneLine = Field("", max_length=40)
    effective_on: date | None = None
    currency: OneLine = Field("CNY", pattern="^[A-Z]{3}$")
    original_amount: Decimal | None = Field(None, ge=0, max_digits=24, decimal_places=4)
    rate: Decimal | None = Field(None, gt=0, max_digits=18, decimal_places=8)
    rate_on: date | None = None
    rate_source: OneLine = Field("", max_length=80)
    investor_name: Lines = Field(default_factory=list, max_length=MOST_INVESTORS)
    investor_ref: Lines = Field(default_factory=list, max_length=MOST_INVESTORS)
    investor_kind: Lines = Field(default_factory=list, max_length=MOST_INVESTORS)
    investor_home: Lines = Field(default_factory=list, max_length=MOST_INVESTORS)
    contribution: Lines = Field(default_factory=list, max_length=MOST_INVESTORS)
    exclusion: Lines = Field(default_factory=list, max_length=MOST_EXCLUSIONS)
    exclusion_note: Lines = Field(default_factory=list, max_length=MOST_EXCLUSIONS)
    exclusion_part: Lines = Field(default_factory=list, max_length=MOST_EXCLUSIONS)
    terms_note: str = Field("", max_length=2000)

    @field_validator("total")
    @classmethod
    def can_be_read(cls, value: str) -> str:
        parsed = read_amount(value)
        if parsed.fen is None and (parsed.min_fen is not None or parsed.max_fen is not None):
            raise FieldProblem("error.deals.one_amount")
        return value

    @field_validator("fixed", "phase_one")
    @classmethod
    def is_one_amount(cls, value: str) -> str:
        exact_amount(value)
        return value

    @field_validator("contribution", "exclusion_part")
    @classmethod
    def are_amounts(cls, values: list[str]) -> list[str]:
        for value in values:
            exact_amount(value)
        return values

    @field_validator("investor_name")
    @classmethod
    def are_names(cls, values: list[str]) -> list[str]:
        if any(len(value) > 200 for value in values):
            raise FieldProblem("error.investors.name_empty")
        return values

    @field_validator("investor_kind")
    @classmethod
    def are_kinds(cls, values: list[str]) -> list[str]:
        if any(value and value not in set(InvestorKind) for value in values):
            raise FieldProblem("error.field.invalid")
        return values

    @field_validator("signed")
    @classmethod
    def is_a_day(cls, value: str) -> str:
        if value:
            try:
                parse_signing_day(value)
            except DayError as refusal:
                raise FieldProblem(f"error.{refusal.code}") from None
        return value

    @property
    def signing_day(self) -> SigningDay | None:
        return parse_signing_day(self.signed) if self.signed else None

    @property
    def amount(self) -> ParsedAmount:
        return read_amount(self.total)

    def investor_rows(self) -> list[InvestorRow]:
        """Return every row that names somebody."""
        return [
            InvestorRow(
                name=name,
                investor_id=_id(_at(self.investor_ref, place)),
                kind=InvestorKind(_at(self.investor_kind, place) or InvestorKind.COMPANY),
                home=_at(self.investor_home, place),
                contribution_fen=exact_amount(_at(self.contribution, place)),
            )
            for place, name in enumerate(self.investor_name)
            if name
        ]

    def exclusion_rows(self) -> list[tuple[str, str, int | None]]:
        """Return (code, note, part in fen) of every row that names a reason."""
        return [
            (code, _at(self.exclusion_note, place), exact_amount(_at(self.exclusion_part, place)))
            for place, code in enumerate(self.exclusion)
            if code
        ]


class DraftTermsInput(TermsInput):
    """A further version of terms: an upgrade, amendment, increase, correction or termination."""

    kind: TermsKind


class EditTermsInput(TermsInput):
    version: int


class DecideInput(Input):
    """One step of a version: submit, withdraw. `version` is the terms'."""

    version: int
    note: OneLine = Field("", max_length=500)


def _at(values: list[str], place: int) -> str:
    return values[place] if place < len(values) else ""


def _id(text: str) -> UUID | None:
    """Read the id of a chosen record; anything else is a name that was typed."""
    try:
        return UUID(text)
    except ValueError:
        return None
