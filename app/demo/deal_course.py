"""What happens to the demo's deals after signing: stages with their days, notes, funds paid in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from app.core.clock import last_of_month
from app.deals.rules import DealStage, SupportNeed, TermsKind, stage_from_days
from app.demo.business import NEXT_STEPS, PROBLEMS, PROGRESS, TO_COORDINATE
from app.demo.county import Demo
from app.demo.deal_terms import TermsRows
from app.demo.made import Signing
from app.demo.signings import WAN
from app.demo.working import later

_STEPS = (
    (DealStage.REGISTERED, 0.98, 5, 45),
    (DealStage.STARTED, 0.99, 20, 125),
    (DealStage.PRODUCING, 0.8, 110, 260),
    (DealStage.AT_CAPACITY, 0.4, 60, 150),
)
# Every sixth deal drags on before it starts: land, power or the investor's own money.
SLOW, SLOW_DAYS = 0.17, (110, 280)


@dataclass(slots=True)
class Course:
    """A deal's stages with their days; the contract's day of the start where it names one."""

    days: dict[DealStage, date] = field(default_factory=dict)
    planned_start_on: date | None = None

    @property
    def stage(self) -> DealStage:
        return stage_from_days(self.days)

    @property
    def since(self) -> date | None:
        return self.days.get(self.stage)


def course_of(demo: Demo, random: Random, signing: Signing, terms: TermsRows) -> Course:
    """Draw how far a deal has come; firms build whether or not their terms have been verified."""
    course = Course({DealStage.SIGNED: signing.signed_on})
    if random.random() < 0.6:
        course.planned_start_on = later(random, signing.signed_on, 90, 240)
    standing = terms.standing
    ended = None
    if standing is not None and standing["kind"] is TermsKind.TERMINATION:
        ended = standing["effective_on"]
    last, day = ended or demo.last_day, signing.signed_on
    slow = random.random() < SLOW
    for stage, likely, low, high in _STEPS:
        span = SLOW_DAYS if slow and stage is DealStage.STARTED else (low, high)
        day = later(random, day, *span)
        if day > last or random.random() > likely:
            break
        course.days[stage] = day
    if ended:
        course.days[DealStage.TERMINATED] = ended
    return course


def notes_of(demo: Demo, random: Random, signing: Signing, course: Course) -> Iterator[dict[str, Any]]:
    """Draw the schedule's notes: the last months' are of interest."""
    if course.stage is DealStage.TERMINATED or signing.decided_on is None:
        return
    day = max(signing.decided_on, demo.last_day - timedelta(days=random.randint(40, 150)))
    while (day := later(random, day, 12, 45)) <= demo.last_day:
        trouble = random.random() < 0.45
        need = random.choice(list(SupportNeed))
        yield {
            "on_day": day,
            "progress": random.choice(PROGRESS),
            "problem": PROBLEMS[need.value] if trouble else "",
            "to_coordinate": TO_COORDINATE[need.value] if trouble and random.random() < 0.5 else "",
            "next_step": random.choice(NEXT_STEPS),
            "due_on": later(random, day, 10, 40),
            "support_needs": [need.value] if trouble else [],
            "recorded_at": demo.instant(day, 17),
        }


def paid_ins_of(demo: Demo, random: Random, signing: Signing, course: Course) -> Iterator[dict[str, Any]]:
    """Draw the statements of funds paid in: cumulative, at the ends of quarters, never above the contract."""
    started = course.days.get(DealStage.STARTED)
    begin = started or course.days.get(DealStage.REGISTERED)
    if begin is None or (started is None and random.random() < 0.6):
        return
    total, month = 0, last_of_month(begin.year, begin.month)
    for _ in range(6):
        if month > demo.last_day:
            return
        part = signing.total_fen * random.randint(4, 16) // 100 // (10 * WAN) * (10 * WAN)
        total = min(total + part, signing.total_fen * 9 // 10)
        yield {
            "as_of": month,
            "total_fen": total,
            "outside_fen": total * random.choice((60, 80, 100)) // 100 if random.random() < 0.8 else None,
            "note": "",
            "recorded_at": demo.instant(min(month + timedelta(days=1), demo.last_day), 10),
        }
        ahead = month + timedelta(days=75)
        month = last_of_month(ahead.year, ahead.month)
