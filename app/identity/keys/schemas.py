"""Input of the pages and commands about keys."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from app.core.actor import Role
from app.core.inputs import Input
from app.identity.keys.rules import DEFAULT_PER_MINUTE, MOST_PER_MINUTE


class ServiceAccountInput(Input):
    name: str = Field(min_length=2, max_length=120)
    unit_id: UUID
    role: Role


class KeyInput(Input):
    scopes: list[str] = Field(default=[], max_length=20)
    expires_on: date
    per_minute: int = Field(DEFAULT_PER_MINUTE, ge=1, le=MOST_PER_MINUTE)


class AccountFilter(Input):
    q: str = Field("", max_length=60)
    state: str = ""
    page: int = Field(1, ge=1, le=10_000)
