"""Decisions about visits: what one must say, when it is late, and how days and credits are counted (domain §5)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.core.clock import Period, day_of, days_between, days_covered, days_inclusive

LATE_AFTER_DAYS = 3
LONGEST_VISIT_DAYS = 60


class VisitKind(StrEnum):
    OUTBOUND = "outbound"
    INBOUND = "inbound"
    LOCAL = "local"
    CALL = "call"
    OCCASION = "occasion"


class NextStep(StrEnum):
    """The choices for what comes next: a week, two weeks, a day of one's own, nothing for now."""

    IN_ONE_WEEK = "in_one_week"
    IN_TWO_WEEKS = "in_two_weeks"
    ON_A_DAY = "on_a_day"
    NONE = "none"


class VisitDayProblem(StrEnum):
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    IN_THE_FUTURE = "in_the_future"
    TOO_LONG = "too_long"
    FOLLOW_UP_IN_THE_PAST = "follow_up_in_the_past"


@dataclass(frozen=True, slots=True)
class NextChoice:
    """What is stored of a choice: the day, or that there is none on purpose. Neither: nothing was chosen."""

    follow_up_on: date | None
    no_follow_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """What counting and the search for the same visit ask. A merged visit has `merged_into_id`."""

    id: UUID
    investor_id: UUID
    kind: VisitKind
    from_on: date
    to_on: date
    unit_ids: frozenset[UUID]
    merged_into_id: UUID | None = None

    @property
    def days(self) -> Period:
        return Period(self.from_on, self.to_on)


@dataclass(frozen=True, slots=True)
class TripFacts:
    """A trip's days and who went; `people` are roster ids, or folded names of those outside the roster."""

    days: Period
    people: frozenset[Hashable]


@dataclass(frozen=True, slots=True)
class TripDays:
    """`trip_days` adds up the trips' days; `person_days` each person's, overlaps of one person once. Never mixed."""

    trips: int
    trip_days: int
    person_days: int


def next_choice(step: NextStep | None, *, today: date, chosen_on: date | None = None) -> NextChoice:
    """Turn the choice into what is stored; the weeks count from the day on which it is made."""
    match step:
        case NextStep.IN_ONE_WEEK:
            return NextChoice(today + timedelta(days=7), no_follow_up=False)
        case NextStep.IN_TWO_WEEKS:
            return NextChoice(today + timedelta(days=14), no_follow_up=False)
        case NextStep.ON_A_DAY:
            return NextChoice(chosen_on, no_follow_up=False)
        case NextStep.NONE:
            return NextChoice(None, no_follow_up=True)
        case None:
            return NextChoice(None, no_follow_up=False)


def day_problems(
    from_on: date, to_on: date, *, today: date, follow_up_on: date | None = None
) -> tuple[VisitDayProblem, ...]:
    """Name what is wrong with a visit's days. A visit is a fact: it ends no later than today."""
    problems = []
    if to_on < from_on:
        problems.append(VisitDayProblem.ENDS_BEFORE_IT_BEGINS)
    elif days_inclusive(from_on, to_on) > LONGEST_VISIT_DAYS:
        problems.append(VisitDayProblem.TOO_LONG)
    if max(from_on, to_on) > today:
        problems.append(VisitDayProblem.IN_THE_FUTURE)
    if follow_up_on is not None and follow_up_on < today:
        problems.append(VisitDayProblem.FOLLOW_UP_IN_THE_PAST)
    return tuple(problems)


def is_late(to_on: date, *, received_at: datetime, after_days: int = LATE_AFTER_DAYS) -> bool:
    """Tell whether the visit was entered more than 3 days after its last day (补录), by Shanghai's days."""
    return days_between(to_on, day_of(received_at)) > after_days


def is_offline(kind: VisitKind) -> bool:
    """Tell whether people met in person: only such a visit renews a first-report protection."""
    return kind is not VisitKind.CALL


def trip_days(trips: Iterable[TripFacts]) -> TripDays:
    """Count trips, trip-days and person-days; days are inclusive, one person's overlapping trips count once."""
    listed = list(trips)
    people = {person for trip in listed for person in trip.people}
    return TripDays(
        trips=len(listed),
        trip_days=sum(trip.days.days for trip in listed),
        person_days=sum(
            days_covered(trip.days for trip in listed if person in trip.people) for person in people
        ),
    )


def person_days(person: Hashable, trips: Iterable[TripFacts]) -> int:
    """Count the days one person was out, an overlap once."""
    return days_covered(trip.days for trip in trips if person in trip.people)


def suspected_same(visit: VisitFacts, others: Iterable[VisitFacts]) -> tuple[VisitFacts, ...]:
    """List the visits that may be this one: the same investor and a common day, from units that are not on it.

    A suspicion only: people are asked 「疑似同一次拜访，是否合并？」. Calls and meetings are different things.
    """
    return tuple(
        other
        for other in others
        if other.id != visit.id
        and other.merged_into_id is None
        and other.investor_id == visit.investor_id
        and is_offline(other.kind) == is_offline(visit.kind)
        and other.from_on <= visit.to_on
        and visit.from_on <= other.to_on
        and not other.unit_ids & visit.unit_ids
    )
