"""Input of the pages of industry chains. `version` is 0 for a word that the county never changed."""

from __future__ import annotations

from pydantic import Field

from app.core.inputs import Input


class NewChainInput(Input):
    zh: str = Field(min_length=1, max_length=40)
    en: str = Field("", max_length=80)


class ChainInput(NewChainInput):
    position: int = Field(ge=0, le=10_000)
    active: bool = False
    version: int = Field(0, ge=0)
