from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.core.money import SlipReason
from app.leads import rules
from app.leads.rules import (
    IdleLevel,
    LeadFacts,
    LeadMove,
    LeadStage,
    LostProblem,
    LostReason,
    ResponseKind,
    Validity,
)

DAY_0 = date(2022, 3, 1)
S = LeadStage


@pytest.mark.parametrize(
    ("current", "wanted", "move"),
    [
        (S.NEW, S.CONTACTED, LeadMove.FORWARD),
        (S.NEW, S.AGREED, LeadMove.FORWARD),
        (S.AGREED, S.VISITING, LeadMove.BACK),
        (S.NEW, S.LOST, LeadMove.LOSS),
        (S.AGREED, S.LOST, LeadMove.LOSS),
        (S.LOST, S.CONTACTED, LeadMove.REOPENING),
        (S.AGREED, S.SIGNED, None),
        (S.SIGNED, S.LOST, None),
        (S.SIGNED, S.AGREED, None),
        (S.LOST, S.SIGNED, None),
        (S.NEW, S.NEW, None),
    ],
)
def test_moves(current: LeadStage, wanted: LeadStage, move: LeadMove | None) -> None:
    assert rules.lead_move(current, wanted) is move
    assert (wanted in rules.allowed_moves(current)) is (move is not None)


@pytest.mark.parametrize(
    ("stage", "talks", "is_open"),
    [
        (S.NEW, False, True),
        (S.CONTACTED, False, True),
        (S.VISITING, True, True),
        (S.NEGOTIATING, True, True),
        (S.AGREED, True, True),
        (S.SIGNED, False, False),
        (S.LOST, False, False),
    ],
)
def test_in_talks(stage: LeadStage, talks: bool, is_open: bool) -> None:
    assert rules.in_talks(stage) is talks
    assert (rules.is_open(stage), rules.may_sign(stage)) == (is_open, is_open)


def test_what_is_in_talks_is_a_setting() -> None:
    assert rules.in_talks(S.CONTACTED, stages={S.CONTACTED})


@pytest.mark.parametrize(
    ("reason", "lost_to", "note", "problems"),
    [
        (None, "", "", (LostProblem.NO_REASON,)),
        (LostReason.LAND, "", "", ()),
        (LostReason.WENT_ELSEWHERE, " ", "", (LostProblem.NO_DESTINATION,)),
        (LostReason.WENT_ELSEWHERE, "邻县", "", ()),
        (LostReason.OTHER, "", " ", (LostProblem.NO_NOTE,)),
        (LostReason.OTHER, "", "负责人更换", ()),
    ],
)
def test_ending_talks(
    reason: LostReason | None, lost_to: str, note: str, problems: tuple[LostProblem, ...]
) -> None:
    assert rules.lost_problems(reason, lost_to=lost_to, note=note) == problems


WAN = 1_000_000


@pytest.mark.parametrize(
    ("low", "high", "slips"),
    [
        (None, None, ()),
        (3000 * WAN, 3000 * WAN, ()),
        (0, 5000 * WAN, ()),
        (None, 5000 * WAN, ()),
        (5000 * WAN, None, ()),
        (-1, None, (SlipReason.UNDER_5_MILLION,)),
        (3000, 3000, (SlipReason.UNDER_5_MILLION,)),
        (3000 * WAN, 2_000_000 * WAN, (SlipReason.OVER_10_BILLION,)),
    ],
)
def test_planned_amounts(low: int | None, high: int | None, slips: tuple[SlipReason, ...]) -> None:
    assert rules.planned_slips(low, high) == slips


def test_a_partner_edits_its_lead_until_it_is_judged() -> None:
    assert [validity for validity in Validity if rules.partner_may_edit(validity)] == [Validity.PENDING]


FACTS = LeadFacts(stage=S.NEW, received_on=DAY_0)
R = ResponseKind
CLOCKS = [
    ("registered within a day", FACTS, 1, R.REGISTERED, 1, 0, True),
    ("registration late", FACTS, 2, R.REGISTERED, 1, 1, True),
    ("registered in time", replace(FACTS, registered_on=DAY_0), 9, R.REGISTERED, 1, 0, False),
    (
        "registered late stays late",
        replace(FACTS, registered_on=DAY_0 + timedelta(3)),
        9,
        R.REGISTERED,
        1,
        2,
        False,
    ),
    ("judged within 3 days", FACTS, 3, R.JUDGED, 3, 0, True),
    ("judgement late", FACTS, 4, R.JUDGED, 3, 1, True),
    ("the referrer within a week", replace(FACTS, referred=True), 7, R.ANSWERED, 7, 0, True),
    ("the referrer's answer late", replace(FACTS, referred=True), 8, R.ANSWERED, 7, 1, True),
    ("no referrer", FACTS, 8, R.ANSWERED, None, 0, False),
    ("progress every two weeks", FACTS, 14, R.PROGRESS, 14, 0, True),
    ("progress late", FACTS, 15, R.PROGRESS, 14, 1, True),
    ("news starts it again", replace(FACTS, progress_on=DAY_0 + timedelta(10)), 24, R.PROGRESS, 24, 0, True),
    ("none once it is signed", replace(FACTS, stage=S.SIGNED), 40, R.PROGRESS, None, 0, False),
    ("none once it is invalid", replace(FACTS, validity=Validity.INVALID), 40, R.PROGRESS, None, 0, False),
]


@pytest.mark.parametrize(
    ("facts", "on", "kind", "due", "late", "running"),
    [row[1:] for row in CLOCKS],
    ids=[row[0] for row in CLOCKS],
)
def test_response_clocks(
    facts: LeadFacts, on: int, kind: ResponseKind, due: int | None, late: int, running: bool
) -> None:
    found = {clock.kind: clock for clock in rules.response_clocks(facts, today=DAY_0 + timedelta(on))}

    if due is None:
        assert kind not in found
    else:
        assert found[kind].due_on == DAY_0 + timedelta(due)
        assert (found[kind].days_late, found[kind].is_running) == (late, running)
        assert found[kind].is_late is (late > 0)


@pytest.mark.parametrize(
    ("stage", "days", "level"),
    [
        (S.NEW, 37, IdleLevel.CALM),
        (S.NEW, 38, IdleLevel.REMINDER),
        (S.CONTACTED, 44, IdleLevel.REMINDER),
        (S.VISITING, 45, IdleLevel.WARNING),
        (S.NEGOTIATING, 22, IdleLevel.CALM),
        (S.NEGOTIATING, 23, IdleLevel.REMINDER),
        (S.AGREED, 30, IdleLevel.WARNING),
        (S.SIGNED, 300, None),
        (S.LOST, 300, None),
    ],
)
def test_idle(stage: LeadStage, days: int, level: IdleLevel | None) -> None:
    idle = rules.idle(stage, last_activity_on=DAY_0, today=DAY_0 + timedelta(days))

    assert (idle.level if idle else None) is level
    if idle:
        assert idle.days == days


@pytest.mark.parametrize(("days", "soon"), [(-1, False), (0, True), (7, True), (8, False)])
def test_a_protection_that_ends_soon(days: int, soon: bool) -> None:
    assert rules.protection_ends_soon(DAY_0 + timedelta(days), today=DAY_0) is soon
