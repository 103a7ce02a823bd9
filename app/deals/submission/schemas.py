"""What heads send: the deals whose terms go to the verifiers together."""

from __future__ import annotations

from pydantic import Field

from app.core.inputs import Input
from app.deals.choosing import MOST_CHOSEN, Chosen, ChosenDeal


class SubmitManyInput(Input):
    """What was ticked; `whole` takes every row of the page that nothing keeps back, which are `listed`."""

    deals: list[Chosen] = Field(default_factory=list, max_length=MOST_CHOSEN)
    listed: list[Chosen] = Field(default_factory=list, max_length=MOST_CHOSEN)
    whole: bool = False

    @property
    def chosen(self) -> list[ChosenDeal]:
        return self.listed if self.whole else self.deals


class DraftsFilter(Input):
    page: int = Field(1, ge=1, le=10_000)
