"""Which number a page shows, as it stands in the address."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import field_validator

from app.core.clock import SHANGHAI
from app.core.inputs import FieldProblem, Input
from app.targets.rules import Basis


class CutInput(Input):
    """A target at a cut-off: what had happened by the day `as_of`, as it was known at the instant `known_at`.

    `cutoff` names a kept cut-off, which gives both. `basis` chooses the months' view: by booking or by signing.
    """

    target: UUID | None = None
    as_of: date | None = None
    known_at: datetime | None = None
    cutoff: UUID | None = None
    basis: Basis = Basis.BOOKED

    @field_validator("as_of")
    @classmethod
    def _is_a_day_of_office(cls, day: date | None) -> date | None:
        if day is not None and not 1990 <= day.year <= 2100:
            raise FieldProblem("error.progress.day_out_of_range")
        return day

    @field_validator("known_at")
    @classmethod
    def _has_a_zone(cls, instant: datetime | None) -> datetime | None:
        """An instant typed without a zone is the office's."""
        if instant is None or not 1990 <= instant.year <= 2100:
            return None
        return instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)
