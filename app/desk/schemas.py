"""Input of handing over."""

from __future__ import annotations

from uuid import UUID

from app.core.inputs import Input


class HandOverInput(Input):
    """From whom to whom; `sure` comes with the second step, after the preview."""

    from_person: UUID
    to_person: UUID
    sure: bool = False
