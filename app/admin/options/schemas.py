"""Input of the pages of settings. `version` is how many decisions the form has seen."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from app.core.inputs import Input
from app.core.options import MOST_DAYS, OptionKind
from app.leads.rules import LeadStage


class DecisionInput(Input):
    """A value that holds from a day on; each kind of setting says what its `value` is."""

    applies_from: date
    version: int = Field(0, ge=0)

    @property
    def decided(self) -> Any:
        """Return the value as the setting keeps it."""
        return getattr(self, "value")  # noqa: B009 - each kind has one of its own type


class DaysInput(DecisionInput):
    value: int = Field(ge=0, le=MOST_DAYS)


class FlagInput(DecisionInput):
    value: bool


class UnitInput(DecisionInput):
    value: UUID | None = None


class StagesInput(DecisionInput):
    value: list[LeadStage] = Field(min_length=1)

    @property
    def decided(self) -> list[str]:
        return [stage.value for stage in LeadStage if stage in self.value]


INPUTS: dict[OptionKind, type[DecisionInput]] = {
    OptionKind.DAYS: DaysInput,
    OptionKind.FLAG: FlagInput,
    OptionKind.UNIT: UnitInput,
    OptionKind.STAGES: StagesInput,
}
