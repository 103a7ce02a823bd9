from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.clock import start_of_day
from app.leads import rules
from app.leads.rules import (
    Filing,
    Judgement,
    ProtectionBasis,
    Report,
    Ruling,
    RulingOutcome,
    Standing,
    Validity,
    VisitReceipt,
    protection,
)

DAY_0 = date(2022, 3, 1)
UNITS = [UUID(int=number) for number in range(1, 6)]
A, B = UNITS[0], UNITS[1]


def day(number: int) -> date:
    return DAY_0 + timedelta(days=number)


def at(number: int, hour: float = 10) -> datetime:
    """An instant of that day, by Shanghai's clock."""
    return start_of_day(day(number)) + timedelta(hours=hour)


def report(number: int = 0, *, hour: float = 10, unit: UUID = A, order: int = 1, **changes: object) -> Report:
    made = Report(
        lead_id=UUID(int=1000 + order),
        unit_id=unit,
        reported_at=at(number, hour),
        order=order,
        complete_at=at(number, hour),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def valid(number: int, hour: float = 12) -> tuple[Judgement, ...]:
    return (Judgement(Validity.VALID, at(number, hour)),)


def visit(made: int, received: int, *, offline: bool = True, hour: float = 12) -> tuple[VisitReceipt, ...]:
    return (VisitReceipt(day(made), at(received, hour), offline),)


HELD = [
    ("on its own day", report(), 0, ProtectionBasis.FIRST_DAYS, 7),
    ("through 24:00 of day 7", report(), 7, ProtectionBasis.FIRST_DAYS, 7),
    ("reported a minute before midnight", report(hour=23.98), 7, ProtectionBasis.FIRST_DAYS, 7),
    (
        "completed later: days still run from the report",
        report(complete_at=at(3)),
        7,
        ProtectionBasis.FIRST_DAYS,
        7,
    ),
    ("judged valid on day 3", report(judgements=valid(3)), 3, ProtectionBasis.VALID, 90),
    (
        "judged valid in the last minute of day 7",
        report(judgements=valid(7, 23.98)),
        8,
        ProtectionBasis.VALID,
        90,
    ),
    ("through 24:00 of day 90", report(judgements=valid(3)), 90, ProtectionBasis.VALID, 90),
    ("not yet known to be valid", report(judgements=valid(3)), 2, ProtectionBasis.FIRST_DAYS, 7),
    (
        "renewed by a visit",
        report(judgements=valid(3), visits=visit(30, 30)),
        91,
        ProtectionBasis.RENEWED,
        180,
    ),
    (
        "renewal shows at once",
        report(judgements=valid(3), visits=visit(30, 30)),
        30,
        ProtectionBasis.RENEWED,
        180,
    ),
    (
        "visit not received yet",
        report(judgements=valid(3), visits=visit(30, 33)),
        31,
        ProtectionBasis.VALID,
        90,
    ),
    (
        "through 24:00 of day 180",
        report(judgements=valid(3), visits=visit(90, 90)),
        180,
        ProtectionBasis.RENEWED,
        180,
    ),
    (
        "visit of day 90 received on day 93",
        report(judgements=valid(3), visits=visit(90, 93)),
        93,
        ProtectionBasis.RENEWED,
        180,
    ),
    (
        "visit before it was judged",
        report(judgements=valid(5), visits=visit(2, 2)),
        100,
        ProtectionBasis.RENEWED,
        180,
    ),
    (
        "judged valid after the lapse, nobody came",
        report(judgements=valid(10)),
        10,
        ProtectionBasis.VALID,
        90,
    ),
]


@pytest.mark.parametrize(
    ("made", "on", "basis", "until"), [row[1:] for row in HELD], ids=[row[0] for row in HELD]
)
def test_is_held(made: Report, on: int, basis: ProtectionBasis, until: int) -> None:
    state = protection([made], today=day(on))

    assert state.is_held
    assert (state.unit_id, state.basis, state.held_until) == (A, basis, day(until))
    assert state.leads[made.lead_id].holds
    assert not state.in_pool


NOT_HELD = [
    ("lapses on day 8", report(), 8, Standing.LAPSED, 8, True),
    ("lapses on day 91, its place reserved", report(judgements=valid(3)), 91, Standing.RESERVED, 91, False),
    ("reserved through day 93", report(judgements=valid(3)), 93, Standing.RESERVED, 91, False),
    ("in the pool on day 94", report(judgements=valid(3)), 94, Standing.LAPSED, 91, True),
    (
        "visit received on day 94",
        report(judgements=valid(3), visits=visit(90, 94)),
        95,
        Standing.LAPSED,
        91,
        True,
    ),
    (
        "visit made on day 91",
        report(judgements=valid(3), visits=visit(91, 91)),
        94,
        Standing.LAPSED,
        91,
        True,
    ),
    (
        "a call renews nothing",
        report(judgements=valid(3), visits=visit(30, 30, offline=False)),
        94,
        Standing.LAPSED,
        91,
        True,
    ),
    (
        "an announced visit renews nothing",
        report(judgements=valid(3), visits=visit(60, 30)),
        94,
        Standing.LAPSED,
        91,
        True,
    ),
    (
        "a visit before the report",
        report(judgements=valid(3), visits=visit(-1, 1)),
        94,
        Standing.LAPSED,
        91,
        True,
    ),
    ("a visit without a judgement", report(visits=visit(2, 2)), 8, Standing.LAPSED, 8, True),
    (
        "over after day 180",
        report(judgements=valid(3), visits=visit(30, 30)),
        181,
        Standing.LAPSED,
        181,
        True,
    ),
    ("incomplete", report(complete_at=None), 3, Standing.INCOMPLETE, None, False),
    ("not complete yet", report(complete_at=at(4)), 3, Standing.INCOMPLETE, None, False),
    ("never completed", report(complete_at=None), 8, Standing.LAPSED, None, True),
    (
        "judged invalid",
        report(judgements=(Judgement(Validity.INVALID, at(3)),)),
        3,
        Standing.INVALID,
        3,
        False,
    ),
    (
        "judged invalid after valid",
        report(judgements=(*valid(2), Judgement(Validity.INVALID, at(20)))),
        21,
        Standing.INVALID,
        20,
        False,
    ),
    ("signed or lost", report(judgements=valid(2), ended_at=at(20)), 20, Standing.ENDED, 20, False),
]


@pytest.mark.parametrize(
    ("made", "on", "standing", "lapsed", "pool"),
    [row[1:] for row in NOT_HELD],
    ids=[row[0] for row in NOT_HELD],
)
def test_is_not_held(made: Report, on: int, standing: Standing, lapsed: int | None, pool: bool) -> None:
    state = protection([made], today=day(on))

    assert not state.is_held
    assert state.held_until is None
    assert state.leads[made.lead_id].standing is standing
    assert state.leads[made.lead_id].lapsed_on == (None if lapsed is None else day(lapsed))
    assert state.in_pool is pool


def test_the_day_is_shanghais_whatever_the_servers_zone() -> None:
    just_before_midnight_utc = datetime(2022, 2, 28, 16, 30, tzinfo=UTC)  # 00:30 of 1 March in Shanghai
    made = report(reported_at=just_before_midnight_utc, complete_at=just_before_midnight_utc)

    assert protection([made], today=date(2022, 3, 8)).is_held
    assert not protection([made], today=date(2022, 3, 9)).is_held


def test_a_report_of_tomorrow_is_not_known_today() -> None:
    assert protection([report(1)], today=day(0)).leads == {}


FIRST = report(0, judgements=valid(2))
SECOND = report(5, unit=B, order=2, judgements=valid(6))
CONTESTS = [
    ("the first holds, the second waits", [FIRST, SECOND], 6, A, Standing.WAITING),
    ("same instant: the order decides", [report(), report(unit=B, order=2)], 0, A, Standing.WAITING),
    ("same instant, the other order", [report(order=3), report(unit=B, order=2)], 0, B, Standing.HOLDS),
    (
        "complete goes before incomplete",
        [report(complete_at=at(2)), report(1, unit=B, order=2)],
        2,
        B,
        Standing.HOLDS,
    ),
    ("a lapse lets the waiting one in", [report(0), SECOND], 8, B, Standing.HOLDS),
    ("its own days ran while it waited", [FIRST, report(1, unit=B, order=2)], 9, A, Standing.LAPSED),
    (
        "a late judgement comes too late",
        [report(0, judgements=valid(9)), report(8, unit=B, order=2)],
        9,
        B,
        Standing.HOLDS,
    ),
    ("reserved: nobody begins on day 91", [FIRST, report(91, unit=B, order=2)], 91, A, Standing.WAITING),
    (
        "the visit on its way wins over day 91",
        [replace(FIRST, visits=visit(90, 93)), report(91, unit=B, order=2)],
        93,
        A,
        Standing.WAITING,
    ),
    ("after the grace the newcomer holds", [FIRST, report(91, unit=B, order=2)], 94, B, Standing.HOLDS),
    (
        "an invalid first gives way",
        [replace(FIRST, judgements=(Judgement(Validity.INVALID, at(6)),)), SECOND],
        6,
        B,
        Standing.HOLDS,
    ),
    ("a lost first gives way", [replace(FIRST, ended_at=at(6)), SECOND], 6, B, Standing.HOLDS),
    ("own unit's second lead", [FIRST, replace(SECOND, unit_id=A)], 6, A, Standing.OWN_UNIT_HOLDS),
    (
        "a ruling moves the hold",
        [FIRST, replace(SECOND, rulings=(Ruling(RulingOutcome.TAKES_HOLD, at(8)),))],
        8,
        B,
        Standing.HOLDS,
    ),
    (
        "a ruling refuses the claim for good",
        [replace(FIRST, ended_at=at(20)), replace(SECOND, rulings=(Ruling(RulingOutcome.NO_CLAIM, at(8)),))],
        21,
        None,
        Standing.REFUSED,
    ),
    (
        "a second project goes its own way",
        [FIRST, replace(SECOND, rulings=(Ruling(RulingOutcome.SEPARATE_PROJECT, at(8)),))],
        8,
        A,
        Standing.SEPARATE,
    ),
]


@pytest.mark.parametrize(
    ("reports", "on", "unit", "second"), [row[1:] for row in CONTESTS], ids=[row[0] for row in CONTESTS]
)
def test_two_reports_of_one_investor(
    reports: list[Report], on: int, unit: UUID | None, second: Standing
) -> None:
    for seen in (reports, reports[::-1]):
        state = protection(seen, today=day(on))

        assert state.unit_id == unit
        assert state.leads[reports[1].lead_id].standing is second
        assert sum(lead.holds for lead in state.leads.values()) <= 1


def test_a_ruling_against_the_holder_is_not_undone_by_the_winners_lapse() -> None:
    loser = replace(FIRST, visits=visit(30, 30))
    winner = replace(SECOND, rulings=(Ruling(RulingOutcome.TAKES_HOLD, at(8)),))

    assert protection([loser, winner], today=day(100)).unit_id is None


def test_another_unit_learns_that_it_is_held_by_whom_and_until_when() -> None:
    state = protection([FIRST], today=day(5))

    assert rules.blind_message(state, unit_id=A) is None
    assert rules.blind_message(state, unit_id=B) == rules.BlindMessage(unit_id=A, held_until=day(90))
    reserved = protection([FIRST], today=day(92))
    assert rules.blind_message(reserved, unit_id=B) == rules.BlindMessage(unit_id=A, held_until=day(93))
    assert rules.blind_message(protection([FIRST], today=day(94)), unit_id=B) is None


@pytest.mark.parametrize(
    ("on", "unit", "second_project", "expected"),
    [
        (5, A, False, Filing.OWN),
        (5, B, False, Filing.HELD),
        (5, B, True, Filing.ADJUDICATION),
        (92, B, False, Filing.HELD),
        (94, B, False, Filing.FREE),
        (94, B, True, Filing.FREE),
    ],
)
def test_filing_an_investor(on: int, unit: UUID, second_project: bool, expected: Filing) -> None:
    state = protection([FIRST], today=day(on))

    assert rules.filing(state, unit_id=unit, second_project=second_project) is expected


@pytest.mark.parametrize(
    ("has_contact", "content", "contacted", "complete"),
    [
        (True, "拟建线缆厂", True, True),
        (False, "拟建线缆厂", True, False),
        (True, " ", True, False),
        (True, "拟建", False, False),
    ],
)
def test_what_a_report_needs_to_hold(
    has_contact: bool, content: str, contacted: bool, complete: bool
) -> None:
    seen = rules.is_complete(
        has_contact=has_contact, content=content, contacted_on=DAY_0 if contacted else None
    )

    assert seen is complete


@st.composite
def some_reports(draw: st.DrawFn) -> list[Report]:
    made = []
    for order in range(1, draw(st.integers(1, 5)) + 1):
        number = draw(st.integers(0, 100))
        judged = draw(st.lists(st.tuples(st.sampled_from(Validity), st.integers(0, 120)), max_size=3))
        visits = draw(st.lists(st.tuples(st.integers(0, 110), st.integers(0, 5)), max_size=3))
        made.append(
            report(
                number,
                hour=draw(st.sampled_from([0, 10, 23])),
                unit=draw(st.sampled_from(UNITS)),
                order=order,
                complete_at=draw(st.sampled_from([None, at(number), at(number + 2), at(number + 9)])),
                judgements=tuple(Judgement(validity, at(number + after, 11)) for validity, after in judged),
                visits=tuple(
                    VisitReceipt(day(number + after), at(number + after + late)) for after, late in visits
                ),
                ended_at=draw(st.sampled_from([None, None, None, at(number + 40)])),
            )
        )
    return made


@settings(max_examples=200, deadline=None)
@given(reports=some_reports(), on=st.integers(0, 300))
def test_at_most_one_holds_and_the_state_agrees(reports: list[Report], on: int) -> None:
    state = protection(reports, today=day(on))

    holders = [lead_id for lead_id, lead in state.leads.items() if lead.holds]
    assert holders == ([state.lead_id] if state.is_held else [])
    assert state == protection(reports[::-1], today=day(on))
    if state.is_held:
        assert state.held_until is not None
        assert state.held_until >= day(on)
        assert not state.in_pool


@settings(max_examples=200, deadline=None)
@given(reports=some_reports(), on=st.integers(0, 300))
def test_a_later_report_takes_nothing_from_the_holder(reports: list[Report], on: int) -> None:
    before = protection(reports, today=day(on))
    if before.is_held:
        newcomer = report(on, hour=23.5, unit=UNITS[4], order=99)
        after = protection([*reports, newcomer], today=day(on))

        assert (after.lead_id, after.held_until) == (before.lead_id, before.held_until)


@settings(max_examples=200, deadline=None)
@given(reports=some_reports(), on=st.integers(0, 300))
def test_a_hold_lasts_to_its_day_unless_something_is_decided(reports: list[Report], on: int) -> None:
    state = protection(reports, today=day(on))
    holder = next((made for made in reports if made.lead_id == state.lead_id), None)
    if state.is_held and state.held_until and holder:
        quiet = all(judged.at <= at(on, 24) for judged in holder.judgements)
        if quiet and (holder.ended_at is None or holder.ended_at <= at(on, 24)):
            assert protection(reports, today=state.held_until).lead_id == holder.lead_id


@settings(max_examples=200, deadline=None)
@given(judged=st.integers(0, 7), made=st.integers(0, 90), late=st.integers(0, 100), on=st.integers(0, 250))
def test_a_visit_never_shortens_a_hold(judged: int, made: int, late: int, on: int) -> None:
    without = report(judgements=valid(judged))
    with_visit = replace(without, visits=visit(made, made + late))

    before, after = protection([without], today=day(on)), protection([with_visit], today=day(on))

    assert (after.held_until or DAY_0) >= (before.held_until or DAY_0)
    assert after.is_held or not before.is_held
