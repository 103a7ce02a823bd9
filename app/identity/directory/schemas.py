"""Input of the pages about units and tracks. `version` is 0 where something is made anew."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from app.core.inputs import Input
from app.identity.rules import UnitKind


class UnitInput(Input):
    name: str = Field(min_length=2, max_length=120)
    short_name: str = Field("", max_length=40)
    code: str = Field(min_length=1, max_length=40, pattern=r"^[a-z0-9][a-z0-9-]*$")
    kind: UnitKind
    parent_id: UUID | None = None
    track_id: UUID | None = None
    is_verifying: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    version: int = Field(0, ge=0)


class TrackInput(Input):
    name: str = Field(min_length=1, max_length=60)
    position: int = Field(0, ge=0, le=10_000)
    version: int = Field(0, ge=0)


class UnitFilter(Input):
    q: str = Field("", max_length=60)
    kind: UnitKind | None = None
    track: UUID | None = None
    state: str = Field("valid", pattern="^(valid|ended|all)$")
    sort: str = Field("path", pattern="^-?(path|name|code|kind)$")
    page: int = Field(1, ge=1, le=10_000)
