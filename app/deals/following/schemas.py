"""What people send about a deal by the day: its stage, notes of the schedule, statements of funds, credit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from pydantic import Field, field_validator

from app.core.inputs import FieldProblem, Input
from app.deals.rules import CreditRole, DealStage, SupportNeed
from app.deals.schemas import LongText, OneLine
from app.deals.terms.schemas import Lines, exact_amount

MOST_CREDITS = 20
FIRST = "first"


class StageInput(Input):
    """`note` is needed for a step back, which is a correction."""

    stage: DealStage
    on_day: date
    note: OneLine = Field("", max_length=500)
    version: int


class StageDaysInput(Input):
    """The days of the stages that were reached, set right; empty is unknown. `note` says why."""

    registered_on: date | None = None
    started_on: date | None = None
    produced_on: date | None = None
    note: OneLine = Field(min_length=2, max_length=500)
    version: int


class NoteInput(Input):
    """A dated note of the schedule: 进展, 存在问题, 需协调事项, 下步打算, 完成时限, 要素保障."""

    on_day: date
    progress: LongText = Field("", max_length=2000)
    problem: LongText = Field("", max_length=2000)
    to_coordinate: LongText = Field("", max_length=2000)
    next_step: LongText = Field("", max_length=2000)
    due_on: date | None = None
    support_needs: list[SupportNeed] = Field(default_factory=list, max_length=5)
    version: int


class PaidInInput(Input):
    """Funds paid in altogether by a day, as the unit states them; `outside` is the out-of-province part. What is odd
    needs `confirm` and a note."""

    as_of: date
    total: OneLine = Field(min_length=1, max_length=64)
    outside: OneLine = Field("", max_length=64)
    note: OneLine = Field("", max_length=300)
    confirm: bool = False
    version: int

    @field_validator("total", "outside")
    @classmethod
    def is_an_amount(cls, value: str) -> str:
        exact_amount(value)
        return value


class CreditsInput(Input):
    """Rows of unit, role and share in percent. The role `first` is the introducer who came first (第一引荐人)."""

    credit_unit: Lines = Field(default_factory=list, max_length=MOST_CREDITS)
    credit_role: Lines = Field(default_factory=list, max_length=MOST_CREDITS)
    credit_share: Lines = Field(default_factory=list, max_length=MOST_CREDITS)
    version: int

    @field_validator("credit_unit")
    @classmethod
    def are_ids(cls, values: list[str]) -> list[str]:
        try:
            for value in values:
                if value:
                    UUID(value)
        except ValueError:
            raise FieldProblem("error.field.invalid") from None
        return values

    @field_validator("credit_share")
    @classmethod
    def are_shares(cls, values: list[str]) -> list[str]:
        for value in values:
            _share(value)
        return values

    def rows(self) -> list[tuple[UUID, CreditRole, Decimal, bool]]:
        """Return (unit, role, share, first) of every row that names a unit."""
        found = []
        for place, unit in enumerate(self.credit_unit):
            if not unit:
                continue
            role = self.credit_role[place] if place < len(self.credit_role) else ""
            share = _share(self.credit_share[place] if place < len(self.credit_share) else "")
            first = role == FIRST
            known = CreditRole(role) if role in set(CreditRole) else CreditRole.INTRODUCER
            found.append((UUID(unit), known, share, first))
        return found


def _share(text: str) -> Decimal:
    try:
        share = Decimal(text.rstrip("%％ ") or "0")
    except InvalidOperation:
        raise FieldProblem("error.field.invalid") from None
    if not share.is_finite() or not 0 <= share <= 100:
        raise FieldProblem("error.field.invalid")
    return share
