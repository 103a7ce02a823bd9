"""The floor's own tables, by topic; importing this registers them all."""

from app.core.models.events import (
    Event,
    EventOrder,
    EventPending,
    EventPrivate,
    EventSeal,
    EventSubject,
)
from app.core.models.files import File
from app.core.models.idempotency import IdempotencyKey
from app.core.models.jobs import Job, JobState, PeriodicJob
from app.core.models.options import CalendarDay, Counter, County, DictionaryEntry, OptionRow
from app.core.models.search import SearchEntry

__all__ = [
    "CalendarDay",
    "Counter",
    "County",
    "DictionaryEntry",
    "Event",
    "EventOrder",
    "EventPending",
    "EventPrivate",
    "EventSeal",
    "EventSubject",
    "File",
    "IdempotencyKey",
    "Job",
    "JobState",
    "OptionRow",
    "PeriodicJob",
    "SearchEntry",
]
