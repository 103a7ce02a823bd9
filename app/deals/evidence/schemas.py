"""What comes with a file that proves something about a deal."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from app.core.inputs import Input
from app.deals.rules import EvidenceKind
from app.deals.schemas import OneLine


class EvidenceInput(Input):
    """`terms_id` where the files belong to one version; else they prove something about the whole deal."""

    kind: EvidenceKind
    terms_id: UUID | None = None
    note: OneLine = Field("", max_length=200)
