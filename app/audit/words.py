"""The audit trail in the reader's language: what the rooms call their events and fields."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.audit.rules import shown_changes
from app.core.i18n import label
from app.core.models import Event
from app.web import stories


class Subject(StrEnum):
    """What an event is about, or how its kind begins: the filter offers these."""

    USER = "user"
    PERSON = "person"
    UNIT = "unit"
    TRACK = "track"
    SERVICE_ACCOUNT = "service_account"
    API_KEY = "api_key"
    LEAD = "lead"
    VISIT = "visit"
    TRIP = "trip"
    DEAL = "deal"
    OCCASION = "occasion"
    PROJECT_LIST = "project_list"
    INVESTOR = "investor"
    CONTACT = "contact"
    TARGET = "target"
    RULE = "rule"
    CUTOFF = "cutoff"
    COUNTY = "county"
    OPTION = "option"
    WORD = "word"
    PRIVATE = "private"


NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Row:
    """One event as the page shows it: each change is (field, before → after or empty)."""

    event: Event
    kind: str
    subject: str
    changes: list[tuple[str, str]]


def kinds(locale: str) -> list[tuple[str, str]]:
    """Return what the filter by kind offers."""
    return [(f"{subject}.", label(locale, subject)) for subject in Subject]


def row(locale: str, event: Event) -> Row:
    """Put one event into words, values only where the auditor may see them."""
    about = event.subject_type
    changes = []
    for change in shown_changes(about, event.changes):
        before, after = (
            stories.value_in_words(locale, about, change.field, value) or NOTHING
            for value in (change.before, change.after)
        )
        told = f"{before} → {after}" if change.with_values else ""
        changes.append((stories.name_of_field(locale, about, change.field), told))
    return Row(
        event=event,
        kind=stories.name_of_kind(locale, event.kind),
        subject=label(locale, Subject(about)) if about in set(Subject) else about,
        changes=changes,
    )
