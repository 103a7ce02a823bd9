from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.deals import rules
from app.deals.rules import DealStage, StageDayProblem, StageMove, StartDueBasis
from app.leads.rules import IdleLevel

TODAY = date(2022, 11, 22)
SIGNED = date(2022, 3, 1)
D = DealStage


@pytest.mark.parametrize(
    ("current", "wanted", "move"),
    [
        (D.FILED, D.SIGNED, StageMove.FORWARD),
        (D.SIGNED, D.STARTED, StageMove.FORWARD),
        (D.PRODUCING, D.AT_CAPACITY, StageMove.FORWARD),
        (D.STARTED, D.REGISTERED, StageMove.BACK),
        (D.SIGNED, D.TERMINATED, StageMove.TERMINATION),
        (D.FILED, D.TERMINATED, StageMove.TERMINATION),
        (D.TERMINATED, D.SIGNED, None),
        (D.STARTED, D.STARTED, None),
    ],
)
def test_moves(current: DealStage, wanted: DealStage, move: StageMove | None) -> None:
    assert rules.stage_move(current, wanted) is move


@pytest.mark.parametrize(
    ("reached", "stage"),
    [
        ((), D.FILED),
        ((D.SIGNED,), D.SIGNED),
        ((D.SIGNED, D.STARTED), D.STARTED),
        ((D.STARTED, D.TERMINATED), D.TERMINATED),
    ],
)
def test_the_stage_is_the_furthest_with_a_day(reached: tuple[DealStage, ...], stage: DealStage) -> None:
    assert rules.stage_from_days(dict.fromkeys(reached, SIGNED)) is stage


@pytest.mark.parametrize(
    ("days", "problems"),
    [
        ({}, ()),
        ({D.SIGNED: SIGNED, D.REGISTERED: SIGNED - timedelta(days=30)}, ()),
        ({D.STARTED: TODAY}, ()),
        ({D.STARTED: TODAY + timedelta(days=1)}, (StageDayProblem.IN_THE_FUTURE,)),
        ({D.STARTED: TODAY, D.PRODUCING: SIGNED}, (StageDayProblem.PRODUCING_BEFORE_STARTED,)),
        ({D.PRODUCING: TODAY, D.AT_CAPACITY: SIGNED}, (StageDayProblem.CAPACITY_BEFORE_PRODUCING,)),
    ],
)
def test_days_of_stages(days: dict[DealStage, date], problems: tuple[StageDayProblem, ...]) -> None:
    assert rules.stage_day_problems(days, today=TODAY) == problems


DUE_180 = SIGNED + timedelta(days=180)
CLOCKS = [
    ("default, on its last day", D.SIGNED, SIGNED, None, None, DUE_180, 0, False),
    ("default, a day late", D.SIGNED, SIGNED, None, None, DUE_180 + timedelta(days=1), 1, True),
    ("registered is not started", D.REGISTERED, SIGNED, None, None, DUE_180 + timedelta(days=9), 9, True),
    ("the contract's day counts", D.SIGNED, SIGNED, date(2022, 5, 1), None, date(2022, 5, 3), 2, True),
    ("a contract's day beyond 180", D.SIGNED, SIGNED, date(2023, 5, 1), None, TODAY, 0, False),
    (
        "signing day unknown, contract's day known",
        D.SIGNED,
        None,
        date(2022, 5, 1),
        None,
        date(2022, 5, 2),
        1,
        True,
    ),
    ("started late stays late", D.STARTED, SIGNED, date(2022, 5, 1), date(2022, 5, 4), TODAY, 3, False),
    ("started, day unknown", D.PRODUCING, SIGNED, date(2022, 5, 1), None, TODAY, 0, False),
]


@pytest.mark.parametrize(
    ("stage", "signed", "planned", "started", "today", "late", "overdue"),
    [row[1:] for row in CLOCKS],
    ids=[row[0] for row in CLOCKS],
)
def test_signed_and_not_started(
    stage: DealStage,
    signed: date | None,
    planned: date | None,
    started: date | None,
    today: date,
    late: int,
    overdue: bool,
) -> None:
    clock = rules.start_clock(
        stage=stage, signed_on=signed, planned_start_on=planned, started_on=started, today=today
    )

    assert clock is not None
    assert (clock.days_late, clock.is_overdue) == (late, overdue)
    assert clock.basis is (StartDueBasis.CONTRACT if planned else StartDueBasis.DAYS_AFTER_SIGNING)


@pytest.mark.parametrize(
    ("stage", "signed", "planned"),
    [(D.TERMINATED, SIGNED, None), (D.SIGNED, None, None), (D.FILED, None, date(2022, 5, 1))],
)
def test_no_clock_where_nothing_is_known(stage: DealStage, signed: date | None, planned: date | None) -> None:
    found = rules.start_clock(
        stage=stage, signed_on=signed, planned_start_on=planned, started_on=None, today=TODAY
    )

    assert found is None


@pytest.mark.parametrize(
    ("days", "level"),
    [(12, IdleLevel.CALM), (13, IdleLevel.REMINDER), (19, IdleLevel.REMINDER), (20, IdleLevel.WARNING)],
)
def test_signed_but_not_registered(days: int, level: IdleLevel) -> None:
    today = SIGNED + timedelta(days=days)
    idle = rules.registration_idle(stage=D.SIGNED, signed_on=SIGNED, registered_on=None, today=today)

    assert idle is not None
    assert (idle.level, idle.days) == (level, days)
    assert (
        rules.registration_idle(stage=D.SIGNED, signed_on=SIGNED, registered_on=SIGNED, today=today) is None
    )
    assert rules.registration_idle(stage=D.STARTED, signed_on=SIGNED, registered_on=None, today=today) is None
