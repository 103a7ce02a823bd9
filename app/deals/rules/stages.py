"""A deal's stages, their days, and the clocks that run after signing (domain §§1, 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.leads.rules import Idle, idle_of

NOT_STARTED_AFTER_DAYS = 180
NOT_REGISTERED_AFTER_DAYS = 20


class DealStage(StrEnum):
    """How far a deal has come; the order is the order of the work, `terminated` stands apart."""

    FILED = "filed"
    SIGNED = "signed"
    REGISTERED = "registered"
    STARTED = "started"
    PRODUCING = "producing"
    AT_CAPACITY = "at_capacity"
    TERMINATED = "terminated"


class StageMove(StrEnum):
    """What a change of stage amounts to; `back` is a correction and needs its reason."""

    FORWARD = "forward"
    BACK = "back"
    TERMINATION = "termination"


class StageDayProblem(StrEnum):
    IN_THE_FUTURE = "in_the_future"
    PRODUCING_BEFORE_STARTED = "producing_before_started"
    CAPACITY_BEFORE_PRODUCING = "capacity_before_producing"
    NOT_REACHED = "not_reached"
    DAY_MISSING = "day_missing"


class StartDueBasis(StrEnum):
    """Where the day comes from by which work must start: the contract, else so many days after signing."""

    CONTRACT = "contract"
    DAYS_AFTER_SIGNING = "days_after_signing"


@dataclass(frozen=True, slots=True)
class StartClock:
    """签约未开工: `due_on` is included; `days_late` is 0 while in time, and stops at the day of the start."""

    due_on: date
    basis: StartDueBasis
    days_late: int
    is_running: bool

    @property
    def is_overdue(self) -> bool:
        return self.is_running and self.days_late > 0


WORKING_STAGES = tuple(stage for stage in DealStage if stage is not DealStage.TERMINATED)
# The stages whose days are kept on the deal; the signing day is in its terms.
DATED_STAGES = (DealStage.REGISTERED, DealStage.STARTED, DealStage.PRODUCING)
NOT_STARTED = frozenset({DealStage.FILED, DealStage.SIGNED, DealStage.REGISTERED})


def stage_move(current: DealStage, wanted: DealStage) -> StageMove | None:
    """Name what a change of stage amounts to; None when it is not allowed.

    Stages may be skipped. A terminated deal stays so: a mistaken termination is set right by a correction of terms.
    """
    if wanted is current or current is DealStage.TERMINATED:
        return None
    if wanted is DealStage.TERMINATED:
        return StageMove.TERMINATION
    forward = WORKING_STAGES.index(wanted) > WORKING_STAGES.index(current)
    return StageMove.FORWARD if forward else StageMove.BACK


def stage_from_days(days: Mapping[DealStage, date]) -> DealStage:
    """Derive the stage from the days on record: the furthest one that has a day; `filed` where none has."""
    if DealStage.TERMINATED in days:
        return DealStage.TERMINATED
    return next((stage for stage in reversed(WORKING_STAGES) if stage in days), DealStage.FILED)


def stage_day_problems(days: Mapping[DealStage, date], *, today: date) -> tuple[StageDayProblem, ...]:
    """Name what is wrong with the days of the stages.

    A firm is often registered before the contract is signed, so these two days have no order.
    """
    problems = []
    if any(day > today for day in days.values()):
        problems.append(StageDayProblem.IN_THE_FUTURE)
    if _reversed(days, DealStage.STARTED, DealStage.PRODUCING):
        problems.append(StageDayProblem.PRODUCING_BEFORE_STARTED)
    if _reversed(days, DealStage.PRODUCING, DealStage.AT_CAPACITY):
        problems.append(StageDayProblem.CAPACITY_BEFORE_PRODUCING)
    return tuple(problems)


def corrected_day_problems(
    stage: DealStage, days: Mapping[DealStage, date], *, today: date
) -> Mapping[DealStage, StageDayProblem]:
    """Name what is wrong with corrected days, at the stage where it shows. An earlier stage may stay unknown, the
    present one has its day, and a later one is reached by a move and not by a correction."""
    ended = stage is DealStage.TERMINATED
    reached = len(WORKING_STAGES) if ended else WORKING_STAGES.index(stage)
    found = {each: StageDayProblem.IN_THE_FUTURE for each, day in days.items() if day > today}
    found |= {each: StageDayProblem.NOT_REACHED for each in days if WORKING_STAGES.index(each) > reached}
    if stage in DATED_STAGES and stage not in days:
        found[stage] = StageDayProblem.DAY_MISSING
    if _reversed(days, DealStage.STARTED, DealStage.PRODUCING):
        found.setdefault(DealStage.PRODUCING, StageDayProblem.PRODUCING_BEFORE_STARTED)
    return found


def start_clock(
    *,
    stage: DealStage,
    signed_on: date | None,
    planned_start_on: date | None,
    started_on: date | None,
    today: date,
    default_days: int = NOT_STARTED_AFTER_DAYS,
) -> StartClock | None:
    """Tell by when a signed deal must have started (签约未开工); None where nothing is known or it was terminated.

    The contract's day counts, else 180 days after the last day on which it can have been signed.
    """
    if stage is DealStage.TERMINATED or (stage is DealStage.FILED and signed_on is None):
        return None
    if planned_start_on is not None:
        due_on, basis = planned_start_on, StartDueBasis.CONTRACT
    elif signed_on is not None:
        due_on, basis = signed_on + timedelta(days=default_days), StartDueBasis.DAYS_AFTER_SIGNING
    else:
        return None
    running = stage in NOT_STARTED and started_on is None
    if not running and started_on is None:
        return StartClock(due_on, basis, days_late=0, is_running=False)
    return StartClock(due_on, basis, max(((started_on or today) - due_on).days, 0), is_running=running)


def registration_idle(
    *,
    stage: DealStage,
    signed_on: date | None,
    registered_on: date | None,
    today: date,
    limit: int = NOT_REGISTERED_AFTER_DAYS,
) -> Idle | None:
    """Tell how long a signed deal has no registered company: a warning after 20 days, a reminder 7 days before."""
    if stage is not DealStage.SIGNED or signed_on is None or registered_on is not None:
        return None
    return idle_of(max((today - signed_on).days, 0), limit=limit, since=signed_on)


def _reversed(days: Mapping[DealStage, date], earlier: DealStage, later: DealStage) -> bool:
    return earlier in days and later in days and days[later] < days[earlier]
