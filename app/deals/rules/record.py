"""What stands around a deal: lists with level, year and batch, dated notes, the support it needs, and occasions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ListLevel(StrEnum):
    """Whose list of key projects (重点项目) it is. A deal may be on several; lists are never added up."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    NATIONAL = "national"


class SupportNeed(StrEnum):
    """What a deal waits for (要素保障)."""

    LAND = "land"
    ENERGY = "energy"
    FINANCE = "finance"
    LABOUR = "labour"
    APPROVALS = "approvals"


class NoteProblem(StrEnum):
    EMPTY = "empty"
    DEADLINE_WITHOUT_STEP = "deadline_without_step"
    IN_THE_FUTURE = "in_the_future"
    DEADLINE_BEFORE_NOTE = "deadline_before_note"


class OccasionKind(StrEnum):
    SIGNING = "signing"
    GROUNDBREAKING = "groundbreaking"
    COMPLETION = "completion"
    STARTS_AND_COMPLETIONS = "starts_and_completions"
    PROMOTION = "promotion"
    FAIR = "fair"
    RECEPTION = "reception"
    OTHER = "other"


class OccasionProblem(StrEnum):
    NO_NAME = "no_name"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteText:
    """A dated note of the schedule (调度): 进展, 存在问题, 需协调事项, 下步打算, 完成时限."""

    noted_on: date
    progress: str = ""
    problems: str = ""
    to_coordinate: str = ""
    next_steps: str = ""
    due_on: date | None = None


def note_problems(note: NoteText, *, today: date) -> tuple[NoteProblem, ...]:
    """Name what is wrong with a note: it says something, and a time limit is the limit of a next step."""
    found = []
    if not any(text.strip() for text in (note.progress, note.problems, note.to_coordinate, note.next_steps)):
        found.append(NoteProblem.EMPTY)
    if note.due_on and not note.next_steps.strip() and not note.to_coordinate.strip():
        found.append(NoteProblem.DEADLINE_WITHOUT_STEP)
    if note.noted_on > today:
        found.append(NoteProblem.IN_THE_FUTURE)
    if note.due_on and note.due_on < note.noted_on:
        found.append(NoteProblem.DEADLINE_BEFORE_NOTE)
    return tuple(found)


def occasion_problems(name: str, first_on: date, last_on: date) -> tuple[OccasionProblem, ...]:
    """Name what is wrong with an occasion's name and days; it may lie in the future."""
    found = [] if name.strip() else [OccasionProblem.NO_NAME]
    if last_on < first_on:
        found.append(OccasionProblem.ENDS_BEFORE_IT_BEGINS)
    return tuple(found)
