"""The filter of the audit trail, as it stands in the address."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from app.core.inputs import Input

PAGE_SIZE = 50


class AuditFilter(Input):
    kind: str = Field("", max_length=80)
    actor: str = Field("", max_length=120)
    subject: UUID | None = None
    request: str = Field("", max_length=64)
    since: date | None = None
    until: date | None = None
    page: int = Field(1, ge=1, le=10_000)
