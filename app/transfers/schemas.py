"""What the pages of imports and exports carry from step to step: it all stands in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

from pydantic import Field, field_validator

from app.core.inputs import FieldProblem, Input
from app.transfers.rules import FIELDS, Kind


@dataclass(frozen=True, slots=True)
class Order:
    """What is imported, into which unit (None: the only own one); `opening` marks history from before the system."""

    kind: Kind
    unit_id: UUID | None
    opening: bool = False


class UploadInput(Input):
    """A file to import. `unit` may be left out by whoever writes for one."""

    kind: Kind = Kind.DEALS
    unit_id: UUID | None = None
    opening: bool = False


class PlanInput(UploadInput):
    """An import under way: `column` holds "index:key" for each column as somebody set it, none as recognised."""

    column: list[str] = Field(default_factory=list, max_length=200)

    @field_validator("column")
    @classmethod
    def are_columns(cls, values: list[str]) -> list[str]:
        if any(not value.partition(":")[0].isdigit() for value in values):
            raise FieldProblem("error.field.invalid")
        return values

    @property
    def chosen(self) -> dict[int, str] | None:
        """Return the columns as set by hand; a key is given once, to the first column that names it."""
        if not self.column:
            return None
        known = {field.key for field in FIELDS[self.kind]}
        chosen: dict[int, str] = {}
        for value in self.column:
            index, _, key = value.partition(":")
            if key in known and key not in chosen.values():
                chosen[int(index)] = key
        return chosen

    @property
    def order(self) -> Order:
        return Order(self.kind, self.unit_id, self.opening)

    @property
    def query(self) -> str:
        """Write the plan for the next step's address."""
        state: dict[str, object] = {"kind": self.kind.value}
        if self.unit_id is not None:
            state["unit_id"] = self.unit_id
        if self.opening:
            state["opening"] = "true"
        return urlencode(state | ({"column": self.column} if self.column else {}), doseq=True)


class CarryOutInput(PlanInput):
    """The confirmed import: `digest` is what was shown, `row` the changed rows to take over and the suspected
    duplicates to file as new ones."""

    digest: str = Field(pattern="^[0-9a-f]{32}$")
    row: list[int] = Field(default_factory=list, max_length=1000)


class ExportInput(Input):
    kind: Kind | None = None
    format: Literal["xlsx", "csv"] = "xlsx"
