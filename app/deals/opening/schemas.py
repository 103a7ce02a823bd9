"""What verifiers send about opening deals: a selection, then the named basis for all of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from app.core.inputs import Input
from app.core.text import clean_text
from app.deals.choosing import MOST_CHOSEN, Chosen, ChosenDeal
from app.deals.rules import OpeningBasis

OneLine = Annotated[
    str,
    BeforeValidator(lambda value: clean_text(value, multiline=False) if isinstance(value, str) else value),
]


class SelectionInput(Input):
    """What was ticked; `whole` takes every row of the page, which are `listed`."""

    deals: list[Chosen] = Field(default_factory=list, max_length=MOST_CHOSEN)
    listed: list[Chosen] = Field(default_factory=list, max_length=MOST_CHOSEN)
    whole: bool = False

    @property
    def chosen(self) -> list[ChosenDeal]:
        return self.listed if self.whole else self.deals


class OpeningBatchInput(Input):
    """Several opening deals, verified together on one basis: a document number, minutes, last year's bulletin."""

    deals: list[Chosen] = Field(min_length=1, max_length=MOST_CHOSEN)
    basis_kind: OpeningBasis
    basis: OneLine = Field(min_length=2, max_length=200)
