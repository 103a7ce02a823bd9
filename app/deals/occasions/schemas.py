"""What people send about occasions and lists of key projects."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from app.core.inputs import Input
from app.deals.rules import ListLevel, OccasionKind
from app.deals.schemas import LongText, OneLine


class OccasionInput(Input):
    """`last_on` may be left out for an occasion of one day."""

    name: OneLine = Field(min_length=2, max_length=160)
    kind: OccasionKind
    first_on: date
    last_on: date | None = None
    place: OneLine = Field("", max_length=120)
    note: LongText = Field("", max_length=2000)


class EditOccasionInput(OccasionInput):
    version: int


class ProjectListInput(Input):
    name: OneLine = Field(min_length=2, max_length=120)
    level: ListLevel
    year: int = Field(ge=1990, le=2100)
    batch: OneLine = Field("", max_length=40)


class EditProjectListInput(ProjectListInput):
    version: int


class PageFilter(Input):
    page: int = Field(1, ge=1, le=10_000)
