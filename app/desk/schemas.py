"""Input of handing over."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from app.core.inputs import Input


class HandOverInput(Input):
    """From whom to whom. `sure` comes with the second step and names the two whom the preview showed."""

    from_person: UUID
    to_person: UUID
    sure: str = Field("", max_length=80)

    @property
    def pair(self) -> str:
        return f"{self.from_person}/{self.to_person}"

    @property
    def was_shown(self) -> bool:
        """Tell whether these very people were shown in the preview: a choice changed since is shown again first."""
        return self.sure == self.pair
