from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.clock import Period, start_of_day
from app.visits import rules
from app.visits.rules import (
    NextChoice,
    NextStep,
    TripDays,
    TripFacts,
    VisitDayProblem,
    VisitFacts,
    VisitKind,
)

TODAY = date(2022, 11, 22)
A, B, C = (UUID(int=number) for number in (1, 2, 3))
CHOSEN = NextChoice(TODAY, no_follow_up=False)
NOT_CHOSEN = NextChoice(None, no_follow_up=False)


def visit(
    number: int = 1, *, first: int = 1, last: int = 1, units: tuple[UUID, ...] = (A,), **changes: object
) -> VisitFacts:
    given = {"investor_id": UUID(int=50), "kind": VisitKind.OUTBOUND, "merged_into_id": None, **changes}
    return VisitFacts(
        id=UUID(int=100 + number),
        from_on=date(2022, 3, first),
        to_on=date(2022, 3, last),
        unit_ids=frozenset(units),
        **given,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("step", "chosen", "stored"),
    [
        (NextStep.IN_ONE_WEEK, None, NextChoice(date(2022, 11, 29), no_follow_up=False)),
        (NextStep.IN_TWO_WEEKS, None, NextChoice(date(2022, 12, 6), no_follow_up=False)),
        (NextStep.ON_A_DAY, date(2022, 12, 1), NextChoice(date(2022, 12, 1), no_follow_up=False)),
        (NextStep.ON_A_DAY, None, NOT_CHOSEN),
        (NextStep.NONE, date(2022, 12, 1), NextChoice(None, no_follow_up=True)),
        (None, None, NOT_CHOSEN),
    ],
)
def test_next_step(step: NextStep | None, chosen: date | None, stored: NextChoice) -> None:
    assert rules.next_choice(step, today=TODAY, chosen_on=chosen) == stored


@pytest.mark.parametrize(
    ("first", "last", "follow_up", "problems"),
    [
        (TODAY, TODAY, None, ()),
        (TODAY, TODAY, TODAY, ()),
        (TODAY - timedelta(days=59), TODAY, None, ()),
        (TODAY - timedelta(days=60), TODAY, None, (VisitDayProblem.TOO_LONG,)),
        (TODAY, TODAY - timedelta(days=1), None, (VisitDayProblem.ENDS_BEFORE_IT_BEGINS,)),
        (TODAY, TODAY + timedelta(days=1), None, (VisitDayProblem.IN_THE_FUTURE,)),
        (TODAY, TODAY, TODAY - timedelta(days=1), (VisitDayProblem.FOLLOW_UP_IN_THE_PAST,)),
    ],
)
def test_days(first: date, last: date, follow_up: date | None, problems: tuple[VisitDayProblem, ...]) -> None:
    assert rules.day_problems(first, last, today=TODAY, follow_up_on=follow_up) == problems


@pytest.mark.parametrize(
    ("received_at", "late"),
    [
        (start_of_day(date(2022, 3, 1)) + timedelta(hours=9), False),
        (start_of_day(date(2022, 3, 5)) - timedelta(seconds=1), False),
        (start_of_day(date(2022, 3, 5)), True),
        (datetime(2022, 3, 4, 15, 59, tzinfo=UTC), False),
        (datetime(2022, 3, 4, 16, 0, tzinfo=UTC), True),
    ],
)
def test_late_is_more_than_three_days_after_the_last_day(received_at: datetime, late: bool) -> None:
    assert rules.is_late(date(2022, 3, 1), received_at=received_at) is late


@pytest.mark.parametrize(
    ("kind", "offline"),
    [
        (VisitKind.OUTBOUND, True),
        (VisitKind.INBOUND, True),
        (VisitKind.LOCAL, True),
        (VisitKind.CALL, False),
        (VisitKind.OCCASION, True),
    ],
)
def test_kinds(kind: VisitKind, offline: bool) -> None:
    assert rules.is_offline(kind) is offline


def trip(first: int, last: int, *people: str) -> TripFacts:
    return TripFacts(Period(date(2022, 3, first), date(2022, 3, last)), frozenset(people))


@pytest.mark.parametrize(
    ("trips", "counted"),
    [
        ([], TripDays(0, 0, 0)),
        ([trip(1, 1, "王")], TripDays(1, 1, 1)),
        ([trip(3, 5, "王", "李")], TripDays(1, 3, 6)),
        ([trip(3, 5, "王"), trip(5, 7, "王")], TripDays(2, 6, 5)),
        ([trip(3, 5, "王"), trip(3, 5, "李")], TripDays(2, 6, 6)),
        ([trip(3, 9, "王"), trip(4, 5, "王", "李")], TripDays(2, 9, 9)),
        ([trip(3, 5)], TripDays(1, 3, 0)),
    ],
)
def test_trip_days_are_not_person_days(trips: list[TripFacts], counted: TripDays) -> None:
    assert rules.trip_days(trips) == counted
    assert rules.trip_days(trips[::-1]) == counted


@given(st.lists(st.tuples(st.integers(1, 28), st.integers(0, 3)), max_size=8))
def test_one_person_is_never_out_for_more_days_than_there_are(spans: list[tuple[int, int]]) -> None:
    trips = [trip(first, min(first + more, 28), "王") for first, more in spans]
    days = {first + step for first, more in spans for step in range(min(more, 28 - first) + 1)}

    assert rules.person_days("王", trips) == len(days)


@pytest.mark.parametrize(
    ("other", "suspected"),
    [
        (visit(2, units=(B,)), True),
        (visit(2, first=1, last=4, units=(B,)), True),
        (visit(2, first=2, last=2, units=(B,)), False),
        (visit(2, units=(A,)), False),
        (visit(2, units=(A, B)), False),
        (visit(2, units=(B,), investor_id=UUID(int=51)), False),
        (visit(2, units=(B,), merged_into_id=UUID(int=9)), False),
        (visit(2, units=(B,), kind=VisitKind.CALL), False),
        (visit(2, units=(B,), kind=VisitKind.INBOUND), True),
        (visit(1, units=(B,)), False),
    ],
)
def test_suspected_same_visit(other: VisitFacts, suspected: bool) -> None:
    assert bool(rules.suspected_same(visit(1), [other])) is suspected
