"""Decisions about a freeze: which periods can be closed, and who may confirm."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from app.core.clock import last_of_month


class FreezeProblem(StrEnum):
    NOT_A_MONTHS_END = "not_a_months_end"
    NOT_OVER = "not_over"
    ALREADY_FROZEN = "already_frozen"
    OUTSIDE_YEAR = "outside_year"


def freeze_problem(
    through: date, *, year: int, today: date, frozen_through: date | None
) -> FreezeProblem | None:
    """Say why a target's periods cannot be frozen through a day; None where they can.

    Periods are the months of the target's year; what comes after its end is one period (以前年度调整) that stays open.
    """
    if through.year != year:
        return FreezeProblem.OUTSIDE_YEAR
    if through != last_of_month(through.year, through.month):
        return FreezeProblem.NOT_A_MONTHS_END
    if through >= today:
        return FreezeProblem.NOT_OVER
    if frozen_through is not None and through <= frozen_through:
        return FreezeProblem.ALREADY_FROZEN
    return None


def freezable_days(*, year: int, today: date, frozen_through: date | None) -> list[date]:
    """List the days through which a target can be frozen now, in order."""
    ends = [last_of_month(year, month) for month in range(1, 13)]
    return [
        end
        for end in ends
        if freeze_problem(end, year=year, today=today, frozen_through=frozen_through) is None
    ]


def may_confirm(*, proposed_by: UUID, person_id: UUID) -> bool:
    """Tell whether somebody may confirm: never whoever proposed."""
    return proposed_by != person_id
