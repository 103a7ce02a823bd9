"""What people send about the protection of first reports."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from app.leads.rules import RulingOutcome, Validity
from app.leads.schemas import OneLine, VersionInput


class JudgeInput(VersionInput):
    """A decision whether a lead is a valid one (有效线索); an invalid one needs its reason."""

    validity: Literal[Validity.VALID, Validity.INVALID]
    note: OneLine = Field("", max_length=500)


class AskRulingInput(VersionInput):
    """A request for a decision between units."""

    reason: OneLine = Field(min_length=4, max_length=500)
    second_project: bool = False


class RulingInput(VersionInput):
    """The decision on a request, with its grounds."""

    outcome: RulingOutcome
    note: OneLine = Field(min_length=4, max_length=500)
