"""Input of the pages and commands about accounts."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field, model_validator

from app.core.actor import Role
from app.core.inputs import FieldProblem, Input

LOGIN = r"^[\w.@-]+$"


class UserInput(Input):
    """A new account: for somebody on the roster, or for a name that is put on the roster with it."""

    login: str = Field(min_length=2, max_length=40, pattern=LOGIN)
    person_id: UUID | None = None
    person_name: str = Field("", max_length=60)
    unit_id: UUID
    role: Role
    valid_to: date | None = None

    @model_validator(mode="after")
    def somebody_is_named(self) -> UserInput:
        if self.person_id is None and not self.person_name:
            raise FieldProblem("error.identity.person_missing")
        return self


class LoginInput(Input):
    login: str = Field(min_length=2, max_length=40, pattern=LOGIN)
    version: int = Field(ge=1)


class RoleInput(Input):
    unit_id: UUID
    role: Role
    valid_from: date | None = None
    valid_to: date | None = None
    version: int = Field(ge=1)


class SlipsInput(Input):
    user_id: list[UUID] = Field(default=[], max_length=50)


class UserFilter(Input):
    q: str = Field("", max_length=60)
    role: Role | None = None
    unit: UUID | None = None
    state: str = Field("active", pattern="^(active|disabled|all)$")
    sort: str = Field("login", pattern="^-?(login|name|unit)$")
    page: int = Field(1, ge=1, le=10_000)
