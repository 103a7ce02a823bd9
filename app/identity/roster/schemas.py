"""Input of the pages about people. `version` is 0 where somebody is put on the roster anew."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field, model_validator

from app.core.inputs import FieldProblem, Input


class PersonInput(Input):
    name: str = Field(min_length=1, max_length=60)
    unit_id: UUID
    post: str = Field("", max_length=80)
    phone: str = Field("", max_length=40, pattern=r"^[0-9+() -]*$")
    is_leader: bool = False
    line: str = Field("", max_length=60)
    position: int = Field(0, ge=0, le=10_000)
    version: int = Field(0, ge=0)

    @model_validator(mode="after")
    def line_belongs_to_leaders(self) -> PersonInput:
        if self.line and not self.is_leader:
            raise FieldProblem("error.identity.line_without_leader")
        return self


class PersonFilter(Input):
    q: str = Field("", max_length=60)
    unit: UUID | None = None
    leaders: bool = False
    state: str = Field("active", pattern="^(active|archived|all)$")
    sort: str = Field("unit", pattern="^-?(unit|name)$")
    page: int = Field(1, ge=1, le=10_000)
