"""What the bureau sends when it publishes a version of a counting rule."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from app.core.inputs import FieldProblem, Input
from app.core.money import AmountError, AmountQualifier, AmountUnit, parse_amount
from app.core.regions import OriginLevel
from app.core.text import clean_text
from app.targets.rules import (
    AgreementKind,
    Clauses,
    ExpansionMode,
    IncrementMode,
    ReturningMode,
    ShareMode,
)


def _one_line(value: object) -> object:
    return clean_text(value, multiline=False) if isinstance(value, str) else value


OneLine = Annotated[str, BeforeValidator(_one_line)]


class ClausesInput(Input):
    """The clauses of a rule; `minimum` is an amount as typed, a bare number in 万元."""

    minimum: OneLine = Field(max_length=60)
    minimum_inclusive: bool = False
    agreements: list[AgreementKind] = Field(min_length=1)
    origins: list[OriginLevel] = Field(min_length=1)
    returning: ReturningMode
    share_mode: ShareMode
    minimum_share_percent: Decimal = Field(Decimal(50), gt=0, le=100, decimal_places=2)
    exclusions: list[str] = Field(default_factory=list, max_length=100)
    expansion: ExpansionMode
    increment: IncrementMode
    platform_required: bool = False
    statistics_required: bool = False

    @field_validator("minimum")
    @classmethod
    def can_be_read(cls, value: str) -> str:
        try:
            parsed = parse_amount(value, default_unit=AmountUnit.WAN)
        except AmountError as refusal:
            raise FieldProblem(f"error.{refusal.code}") from None
        if parsed.fen is None or parsed.qualifier is not AmountQualifier.EXACT:
            raise FieldProblem("error.targets.not_an_exact_amount")
        return value

    @field_validator("agreements")
    @classmethod
    def agreements_are_known(cls, value: list[AgreementKind]) -> list[AgreementKind]:
        if AgreementKind.UNKNOWN in value:
            raise FieldProblem("error.targets.unknown_never_counts")
        return value

    @field_validator("origins")
    @classmethod
    def origins_are_known(cls, value: list[OriginLevel]) -> list[OriginLevel]:
        if OriginLevel.UNKNOWN in value:
            raise FieldProblem("error.targets.unknown_never_counts")
        return value

    @property
    def clauses(self) -> Clauses:
        """The clauses as the rules judge by them."""
        fen = parse_amount(self.minimum, default_unit=AmountUnit.WAN).fen
        assert fen is not None
        return Clauses(
            minimum_fen=fen,
            minimum_inclusive=self.minimum_inclusive,
            agreements=frozenset(self.agreements),
            origins=frozenset(self.origins),
            returning=self.returning,
            share_mode=self.share_mode,
            minimum_share_percent=self.minimum_share_percent,
            exclusions=tuple(dict.fromkeys(self.exclusions)),
            expansion=self.expansion,
            increment=self.increment,
            platform_required=self.platform_required,
            statistics_required=self.statistics_required,
        )


class VersionInput(ClausesInput):
    """A version published anew; it judges terms signed from its day on. `version` is the rule's."""

    applies_from: date
    basis: OneLine = Field(min_length=1, max_length=200)
    version: int = Field(ge=1)


class RuleInput(ClausesInput):
    """A further rule with its first version."""

    name: OneLine = Field(min_length=2, max_length=120)
    code: str = Field(min_length=2, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")
    applies_from: date
    basis: OneLine = Field("", max_length=200)
