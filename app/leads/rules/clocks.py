"""Response clocks of a lead, and the warnings when nothing happens (domain §5; limits are dated settings)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.leads.rules.stages import LeadStage, Validity, is_open


class ResponseKind(StrEnum):
    """What a reported lead may expect of the office."""

    REGISTERED = "registered"
    JUDGED = "judged"
    ANSWERED = "answered"
    PROGRESS = "progress"


class IdleLevel(StrEnum):
    """How long nothing has happened: not long, soon too long, too long."""

    CALM = "calm"
    REMINDER = "reminder"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class ResponseLimits:
    """Days, the starting day not counted and the last included."""

    registered: int = 1
    judged: int = 3
    answered: int = 7
    progress: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadFacts:
    """What the clocks ask. `received_on` is when the lead reached the office; `progress_on` its newest news."""

    stage: LeadStage
    received_on: date
    registered_on: date | None = None
    validity: Validity = Validity.PENDING
    judged_on: date | None = None
    referred: bool = False
    answered_on: date | None = None
    progress_on: date | None = None


@dataclass(frozen=True, slots=True)
class ResponseClock:
    """One clock: due on a day (included), done or not; `days_late` is 0 while in time."""

    kind: ResponseKind
    due_on: date
    done_on: date | None
    days_late: int

    @property
    def is_running(self) -> bool:
        return self.done_on is None

    @property
    def is_late(self) -> bool:
        return self.days_late > 0


@dataclass(frozen=True, slots=True)
class Idle:
    """`warns_on` is the day on which the warning begins."""

    level: IdleLevel
    days: int
    warns_on: date


IDLE_DAYS: Mapping[LeadStage, int] = {
    LeadStage.NEW: 45,
    LeadStage.CONTACTED: 45,
    LeadStage.VISITING: 45,
    LeadStage.NEGOTIATING: 30,
    LeadStage.AGREED: 30,
}
REMINDER_DAYS = 7


def response_clocks(
    facts: LeadFacts, *, today: date, limits: ResponseLimits = ResponseLimits()
) -> tuple[ResponseClock, ...]:
    """Give the clocks that apply: registration, judgement, the referrer's answer where there is one, and progress.

    Progress is due every two weeks after the newest news (or the receipt) while the lead is open and not invalid.
    """
    clocks = [
        _clock(ResponseKind.REGISTERED, facts.received_on, limits.registered, facts.registered_on, today),
        _clock(ResponseKind.JUDGED, facts.received_on, limits.judged, facts.judged_on, today),
    ]
    if facts.referred:
        clocks.append(
            _clock(ResponseKind.ANSWERED, facts.received_on, limits.answered, facts.answered_on, today)
        )
    if is_open(facts.stage) and facts.validity is not Validity.INVALID:
        since = max(facts.received_on, facts.progress_on or facts.received_on)
        clocks.append(_clock(ResponseKind.PROGRESS, since, limits.progress, None, today))
    return tuple(clocks)


def idle(
    stage: LeadStage,
    *,
    last_activity_on: date,
    today: date,
    limits: Mapping[LeadStage, int] = IDLE_DAYS,
    reminder_days: int = REMINDER_DAYS,
) -> Idle | None:
    """Tell how long an open lead has lain idle; None for a signed or lost one.

    The warning begins on the day that completes the limit, the reminder `reminder_days` before it.
    """
    if stage not in limits:
        return None
    days = max((today - last_activity_on).days, 0)
    return idle_of(days, limit=limits[stage], since=last_activity_on, reminder_days=reminder_days)


def idle_of(days: int, *, limit: int, since: date, reminder_days: int = REMINDER_DAYS) -> Idle:
    """Grade so many idle days against a limit."""
    level = IdleLevel.CALM
    if days >= limit:
        level = IdleLevel.WARNING
    elif days >= limit - reminder_days:
        level = IdleLevel.REMINDER
    return Idle(level=level, days=days, warns_on=since + timedelta(days=limit))


def protection_ends_soon(held_until: date, *, today: date, reminder_days: int = REMINDER_DAYS) -> bool:
    """Tell whether a hold ends within the days of the reminder, today and its last day included."""
    return 0 <= (held_until - today).days <= reminder_days


def _clock(kind: ResponseKind, since: date, days: int, done_on: date | None, today: date) -> ResponseClock:
    due_on = since + timedelta(days=days)
    return ResponseClock(kind, due_on, done_on, max(((done_on or today) - due_on).days, 0))
