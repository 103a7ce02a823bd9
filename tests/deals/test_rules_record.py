from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.deals import rules
from app.deals.rules import (
    Credit,
    CreditProblem,
    CreditRole,
    NoteProblem,
    NoteText,
    OccasionProblem,
    PaidIn,
    PaidInProblem,
    PaidInWarning,
)

TODAY = date(2022, 11, 22)
A, B, C = (UUID(int=number) for number in (1, 2, 3))
INTRODUCER, LANDING, SERVICE = CreditRole.INTRODUCER, CreditRole.LANDING, CreditRole.SERVICE


def credit(unit: UUID, share: str, role: CreditRole = INTRODUCER, *, first: bool = False) -> Credit:
    return Credit(unit, role, Decimal(share), first)


P = CreditProblem
CREDITS = [
    ("none at all", [], ()),
    ("one introducer", [credit(A, "100", first=True)], ()),
    ("two introducers", [credit(A, "50", first=True), credit(B, "50")], ()),
    ("thirds", [credit(A, "33.34", first=True), credit(B, "33.33"), credit(C, "33.33")], ()),
    (
        "each role by itself",
        [credit(A, "100", first=True), credit(A, "40", LANDING), credit(B, "60", LANDING)],
        (),
    ),
    ("a service only", [credit(A, "100", SERVICE)], ()),
    ("99.99 %", [credit(A, "99.99", first=True)], (P.SHARES_NOT_WHOLE,)),
    ("101 %", [credit(A, "50", first=True), credit(B, "51")], (P.SHARES_NOT_WHOLE,)),
    ("one role not whole", [credit(A, "100", first=True), credit(B, "60", LANDING)], (P.SHARES_NOT_WHOLE,)),
    ("a share of nothing", [credit(A, "100", first=True), credit(B, "0")], (P.SHARE_NOT_POSITIVE,)),
    ("finer than a hundredth", [credit(A, "33.335", first=True), credit(B, "66.665")], (P.SHARE_TOO_FINE,)),
    ("a unit twice", [credit(A, "50", first=True), credit(A, "50")], (P.UNIT_TWICE,)),
    ("no first introducer", [credit(A, "100")], (P.NO_FIRST_INTRODUCER,)),
    (
        "two first introducers",
        [credit(A, "50", first=True), credit(B, "50", first=True)],
        (P.TWO_FIRST_INTRODUCERS,),
    ),
    ("a first of landing", [credit(A, "100", LANDING, first=True)], (P.FIRST_OF_ANOTHER_ROLE,)),
]


@pytest.mark.parametrize(
    ("given_", "problems"), [row[1:] for row in CREDITS], ids=[row[0] for row in CREDITS]
)
def test_credits(given_: list[Credit], problems: tuple[CreditProblem, ...]) -> None:
    assert rules.credit_problems(given_) == problems


@given(st.integers(1, 60))
def test_even_shares_are_whole_and_even(units: int) -> None:
    shares = rules.even_shares(units)

    assert sum(shares) == 100
    assert max(shares) - min(shares) <= Decimal("0.01")


@given(st.integers(0, 10**15), st.integers(1, 20))
def test_credited_amounts_sum_to_the_deal(total: int, units: int) -> None:
    held = [
        Credit(UUID(int=place + 1), INTRODUCER, share) for place, share in enumerate(rules.even_shares(units))
    ]
    parts = rules.credited_fen(total, held, role=INTRODUCER)

    assert sum(parts.values()) == total
    assert rules.credited_fen(total, held, role=LANDING) == {}


MARCH, JUNE, SEPTEMBER = date(2022, 3, 31), date(2022, 6, 30), date(2022, 9, 30)


@pytest.mark.parametrize(
    ("statement", "problems"),
    [
        (PaidIn(JUNE, 500, 500), ()),
        (PaidIn(JUNE, 500, None), ()),
        (PaidIn(TODAY, 0, 0), ()),
        (PaidIn(JUNE, -1), (PaidInProblem.NEGATIVE,)),
        (PaidIn(JUNE, 500, 501), (PaidInProblem.OUTSIDE_EXCEEDS_PAID_IN,)),
        (PaidIn(TODAY + timedelta(days=1), 500), (PaidInProblem.IN_THE_FUTURE,)),
        (PaidIn(MARCH, 500), (PaidInProblem.SAME_DAY,)),
    ],
)
def test_what_refuses_a_statement_of_funds(statement: PaidIn, problems: tuple[PaidInProblem, ...]) -> None:
    assert rules.paid_in_problems(statement, others=[PaidIn(MARCH, 100)], today=TODAY) == problems


@pytest.mark.parametrize(
    ("statement", "warnings"),
    [
        (PaidIn(JUNE, 500), ()),
        (PaidIn(JUNE, 99), (PaidInWarning.LESS_THAN_BEFORE,)),
        (PaidIn(JUNE, 901), (PaidInWarning.MORE_THAN_LATER,)),
        (PaidIn(date(2022, 10, 1), 1001), (PaidInWarning.EXCEEDS_TOTAL,)),
        (PaidIn(date(2022, 1, 1), 50), (PaidInWarning.BEFORE_SIGNING,)),
        (PaidIn(date(2022, 1, 1), 0), ()),
    ],
)
def test_what_is_odd_about_a_statement(statement: PaidIn, warnings: tuple[PaidInWarning, ...]) -> None:
    others = [PaidIn(MARCH, 100), PaidIn(SEPTEMBER, 900)]
    signed_on = date(2022, 2, 15)

    assert (
        rules.paid_in_warnings(statement, others=others, contract_fen=1000, signed_on=signed_on) == warnings
    )


def test_funds_paid_in_by_a_day_and_between_two() -> None:
    stated = [PaidIn(JUNE, 500, 200), PaidIn(MARCH, 100)]

    assert rules.paid_in_on(stated, date(2022, 3, 30)) is None
    assert rules.paid_in_on(stated, MARCH) == PaidIn(MARCH, 100)
    assert rules.paid_in_on(stated, TODAY) == PaidIn(JUNE, 500, 200)
    assert rules.paid_in_between(stated, after=MARCH, until=JUNE) == 400
    assert rules.paid_in_between(stated, after=date(2021, 12, 31), until=MARCH) == 100
    assert rules.paid_in_between(stated, after=JUNE, until=TODAY) == 0
    assert rules.paid_in_between(stated, after=date(2021, 1, 1), until=date(2021, 12, 31)) is None


@pytest.mark.parametrize(
    ("note", "problems"),
    [
        (NoteText(noted_on=TODAY, progress="桩基施工"), ()),
        (NoteText(noted_on=TODAY, next_steps="本周办证", due_on=TODAY), ()),
        (NoteText(noted_on=TODAY, to_coordinate="用地指标", due_on=TODAY), ()),
        (NoteText(noted_on=TODAY, progress=" "), (NoteProblem.EMPTY,)),
        (NoteText(noted_on=TODAY, progress="施工", due_on=TODAY), (NoteProblem.DEADLINE_WITHOUT_STEP,)),
        (NoteText(noted_on=TODAY + timedelta(days=1), progress="施工"), (NoteProblem.IN_THE_FUTURE,)),
        (NoteText(noted_on=TODAY, next_steps="办证", due_on=JUNE), (NoteProblem.DEADLINE_BEFORE_NOTE,)),
    ],
)
def test_notes(note: NoteText, problems: tuple[NoteProblem, ...]) -> None:
    assert rules.note_problems(note, today=TODAY) == problems


@pytest.mark.parametrize(
    ("name", "last", "problems"),
    [
        ("集中开工", MARCH, ()),
        (" ", MARCH, (OccasionProblem.NO_NAME,)),
        ("集中开工", MARCH - timedelta(days=1), (OccasionProblem.ENDS_BEFORE_IT_BEGINS,)),
    ],
)
def test_occasions(name: str, last: date, problems: tuple[OccasionProblem, ...]) -> None:
    assert rules.occasion_problems(name, MARCH, last) == problems
