"""Which two cut-offs are compared, as it stands in the address."""

from __future__ import annotations

from uuid import UUID

from app.progress.schemas import CutInput


class ComparisonInput(CutInput):
    """`earlier` names the kept cut-off to compare with; the later one is the address's own, without a word now."""

    earlier: UUID | None = None
