"""Year of credit: every row of the specification's example table, and what follows from it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from app.core.money import AmountQualifier
from app.core.regions import OriginLevel
from app.targets import rules
from app.targets.rules import (
    AgreementKind,
    Cause,
    Clauses,
    DealFacts,
    ExpansionMode,
    IncrementMode,
    InvestorFacts,
    RuleVersion,
    TermsFacts,
    TermsKind,
    TermsState,
)

WAN = 1_000_000
K = TermsKind
OUTSIDE = (InvestorFacts(origin=OriginLevel.OUT_OF_PROVINCE, region="330500"),)
INSIDE = (InvestorFacts(origin=OriginLevel.PROVINCE, region="360100"),)
LETTER = AgreementKind.LETTER_OF_INTENT


def version(increment: IncrementMode = IncrementMode.OWN, **clauses) -> RuleVersion:
    return RuleVersion(
        id=UUID(int=9),
        applies_to_signed_from=date(2000, 1, 1),
        clauses=Clauses(increment=increment, **clauses),
    )


def terms(no: int, kind: TermsKind, on: str | None, wan: int | None = None, **more) -> TermsFacts:
    """Terms on a day; a correction names no day, because it takes that of what it corrects."""
    day = date.fromisoformat(on) if on else None
    signed = kind in {K.ORIGINAL, K.UPGRADE}
    facts = {
        "agreement": AgreementKind.FORMAL_CONTRACT,
        "total_fen": None if wan is None else wan * WAN,
        "qualifier": AmountQualifier.UNKNOWN if wan is None else AmountQualifier.EXACT,
        "investors": OUTSIDE,
        "signed_on": day if signed else None,
        "effective_on": None if signed else day,
    } | more
    return TermsFacts(id=UUID(int=no), no=no, kind=kind, **facts)


def deal(*steps: tuple, states: tuple[TermsState, ...] = ()) -> DealFacts:
    made = []
    for no, (kind, on, wan, *more) in enumerate(steps, start=1):
        state = states[no - 1] if states else TermsState.VERIFIED
        made.append(terms(no, kind, on, wan, state=state, **(more[0] if more else {})))
    return DealFacts(deal_id=UUID(int=100), terms=tuple(made))


def lines_of(facts: DealFacts, increment: IncrementMode = IncrementMode.OWN, **clauses) -> dict:
    """Give {(year of the target, day): (万元, deals)} with what cancels out on a day left out."""
    found: dict = {}
    for line in rules.contributions(facts, [version(increment, **clauses)]):
        fen, count = found.get((line.year, str(line.effective_on)), (0, 0))
        found[line.year, str(line.effective_on)] = (fen + line.delta_fen / WAN, count + line.delta_count)
    return {key: value for key, value in found.items() if value != (0, 0)}


SIGNED = (K.ORIGINAL, "2022-03-01", 3000)
BIG = (K.ORIGINAL, "2022-03-01", 5000)
SMALL = (K.ORIGINAL, "2022-03-01", 1500)
OWN, CUMULATIVE, ANY = IncrementMode
EXAMPLES = [
    ("signed", [SIGNED], OWN, {(2022, "2022-03-01"): (3000, 1)}),
    ("corrected in the year", [SIGNED, (K.CORRECTION, None, 5000)], OWN, {(2022, "2022-03-01"): (5000, 1)}),
    (
        "amended up in the next year",
        [SIGNED, (K.AMENDMENT, "2023-05-01", 5000)],
        OWN,
        {(2022, "2022-03-01"): (3000, 1), (2023, "2023-05-01"): (2000, 0)},
    ),
    (
        "increased by less than the minimum",
        [SIGNED, (K.INCREASE, "2023-05-01", 4500)],
        OWN,
        {(2022, "2022-03-01"): (3000, 1)},
    ),
    (
        "the same, by the new total",
        [SIGNED, (K.INCREASE, "2023-05-01", 4500)],
        CUMULATIVE,
        {(2022, "2022-03-01"): (3000, 1), (2023, "2023-05-01"): (1500, 0)},
    ),
    (
        "the same, any increment",
        [SIGNED, (K.INCREASE, "2023-05-01", 4500)],
        ANY,
        {(2022, "2022-03-01"): (3000, 1), (2023, "2023-05-01"): (1500, 0)},
    ),
    (
        "raised over the minimum in the year",
        [SMALL, (K.AMENDMENT, "2022-08-01", 2500)],
        OWN,
        {(2022, "2022-08-01"): (2500, 1)},
    ),
    ("raised over it in the next year", [SMALL, (K.AMENDMENT, "2023-08-01", 2500)], OWN, {}),
    (
        "the same, by the new total: one deal",
        [SMALL, (K.AMENDMENT, "2023-08-01", 2500)],
        CUMULATIVE,
        {(2023, "2023-08-01"): (2500, 1)},
    ),
    (
        "the same, any increment",
        [SMALL, (K.AMENDMENT, "2023-08-01", 2500)],
        ANY,
        {(2023, "2023-08-01"): (1000, 1)},
    ),
    (
        "cut below the minimum in the year",
        [SIGNED, (K.AMENDMENT, "2022-08-01", 1500)],
        OWN,
        {(2022, "2022-03-01"): (3000, 1), (2022, "2022-08-01"): (-3000, -1)},
    ),
    (
        "cut in the next year: against the year of signing",
        [BIG, (K.AMENDMENT, "2023-05-01", 3000)],
        OWN,
        {(2022, "2022-03-01"): (5000, 1), (2022, "2023-05-01"): (-2000, 0)},
    ),
    (
        "a typing error found in the next year",
        [SIGNED, (K.CORRECTION, None, 5000)],
        OWN,
        {(2022, "2022-03-01"): (5000, 1)},
    ),
    (
        "cut below the minimum in the next year",
        [SIGNED, (K.AMENDMENT, "2023-05-01", 1500)],
        OWN,
        {(2022, "2022-03-01"): (3000, 1), (2022, "2023-05-01"): (-3000, -1)},
    ),
    (
        "terminated in the year",
        [BIG, (K.TERMINATION, "2022-09-01", None)],
        OWN,
        {(2022, "2022-03-01"): (5000, 1), (2022, "2022-09-01"): (-5000, -1)},
    ),
    (
        "terminated in the next year",
        [BIG, (K.TERMINATION, "2023-02-01", None)],
        OWN,
        {(2022, "2022-03-01"): (5000, 1), (2022, "2023-02-01"): (-5000, -1)},
    ),
    (
        "a letter of intent, then the contract",
        [(K.ORIGINAL, "2022-03-01", 6000, {"agreement": LETTER}), (K.UPGRADE, "2023-01-10", 8000)],
        OWN,
        {(2023, "2023-01-10"): (8000, 1)},
    ),
    (
        "the investor replaced by one from the province",
        [SIGNED, (K.AMENDMENT, "2022-07-01", 3000, {"investors": INSIDE})],
        OWN,
        {(2022, "2022-03-01"): (3000, 1), (2022, "2022-07-01"): (-3000, -1)},
    ),
]


@pytest.mark.parametrize(
    ("steps", "increment", "expected"), [row[1:] for row in EXAMPLES], ids=[row[0] for row in EXAMPLES]
)
def test_year_of_credit(steps, increment, expected) -> None:
    assert lines_of(deal(*steps), increment) == expected


FURTHER = [
    (
        "two small increases of a later year are each too small",
        [SIGNED, (K.INCREASE, "2023-03-01", 4500), (K.INCREASE, "2023-09-01", 6000)],
        {(2022, "2022-03-01"): (3000, 1)},
    ),
    (
        "a cut takes back the newest raise first",
        [SIGNED, (K.AMENDMENT, "2023-03-01", 6000), (K.AMENDMENT, "2024-03-01", 5500)],
        {(2022, "2022-03-01"): (3000, 1), (2023, "2023-03-01"): (3000, 0), (2023, "2024-03-01"): (-500, 0)},
    ),
    (
        "a raise in the year of a cut gives back what it took",
        [BIG, (K.AMENDMENT, "2023-03-01", 3000), (K.AMENDMENT, "2023-09-01", 5000)],
        {
            (2022, "2022-03-01"): (5000, 1),
            (2022, "2023-03-01"): (-2000, 0),
            (2022, "2023-09-01"): (2000, 0),
        },
    ),
    (
        "a raise in a year after a cut is that year's, and brings back the deal",
        [SIGNED, (K.AMENDMENT, "2023-03-01", 1500), (K.AMENDMENT, "2024-03-01", 4000)],
        {
            (2022, "2022-03-01"): (3000, 1),
            (2022, "2023-03-01"): (-3000, -1),
            (2024, "2024-03-01"): (2500, 1),
        },
    ),
    (
        "an outside investor of a later year does not raise the year of signing",
        [(K.ORIGINAL, "2022-03-01", 3000, {"investors": INSIDE}), (K.AMENDMENT, "2023-03-01", 3000)],
        {},
    ),
    (
        "replaced and replaced back in the year",
        [
            SIGNED,
            (K.AMENDMENT, "2022-06-01", 3000, {"investors": INSIDE}),
            (K.AMENDMENT, "2022-07-01", 3000),
        ],
        {
            (2022, "2022-03-01"): (3000, 1),
            (2022, "2022-06-01"): (-3000, -1),
            (2022, "2022-07-01"): (3000, 1),
        },
    ),
    (
        "a corrected signing day moves the deal to its year",
        [(K.ORIGINAL, "2023-01-02", 3000), (K.CORRECTION, None, 3000, {"signed_on": date(2022, 12, 31)})],
        {(2022, "2022-12-31"): (3000, 1)},
    ),
    (
        "a correction of a correction",
        [SIGNED, (K.CORRECTION, None, 5000), (K.CORRECTION, None, 4000, {"corrects": UUID(int=2)})],
        {(2022, "2022-03-01"): (4000, 1)},
    ),
    (
        "a corrected original changes what its amendment raised",
        [SIGNED, (K.AMENDMENT, "2023-05-01", 5000), (K.CORRECTION, None, 2500, {"corrects": UUID(int=1)})],
        {(2022, "2022-03-01"): (2500, 1), (2023, "2023-05-01"): (2500, 0)},
    ),
    (
        "a mistaken termination did not happen",
        [BIG, (K.TERMINATION, "2022-09-01", None), (K.CORRECTION, None, 5000)],
        {(2022, "2022-03-01"): (5000, 1)},
    ),
    (
        "terms are never effective before the ones they follow",
        [SIGNED, (K.AMENDMENT, "2022-09-01", 6000), (K.AMENDMENT, "2022-06-01", 5000)],
        {(2022, "2022-03-01"): (3000, 1), (2022, "2022-09-01"): (2000, 0)},
    ),
]


@pytest.mark.parametrize(("steps", "expected"), [row[1:] for row in FURTHER], ids=[row[0] for row in FURTHER])
def test_what_follows_from_the_examples(steps, expected) -> None:
    assert lines_of(deal(*steps)) == expected


def test_an_increase_brings_nothing_where_the_rule_says_so() -> None:
    facts = deal(SIGNED, (K.INCREASE, "2022-06-01", 9000))
    assert lines_of(facts, expansion=ExpansionMode.NOTHING) == {(2022, "2022-03-01"): (3000, 1)}


def test_the_new_total_brings_what_was_too_small_only_once() -> None:
    facts = deal(SMALL, (K.INCREASE, "2023-06-01", 2500), (K.INCREASE, "2024-06-01", 3000))
    assert lines_of(facts, CUMULATIVE) == {(2023, "2023-06-01"): (2500, 1), (2024, "2024-06-01"): (500, 0)}


def test_lines_are_named_by_the_kind_of_their_terms() -> None:
    facts = deal(
        BIG,
        (K.AMENDMENT, "2022-04-01", 6000),
        (K.INCREASE, "2023-04-01", 9000),
        (K.TERMINATION, "2023-05-01", None),
    )
    found = [line.cause for line in rules.contributions(facts, [version()])]
    assert found == [
        Cause.NEWLY_VERIFIED,
        Cause.AMENDED,
        Cause.INCREASED,
        Cause.TERMINATED,
        Cause.TERMINATED,
    ]


V, S, R, W = TermsState.VERIFIED, TermsState.SUBMITTED, TermsState.REFUSED, TermsState.WITHDRAWN
PENDING = [
    ("submitted", [SIGNED], (S,), 2022, (0, 0), (3000, 1)),
    ("draft, refused and withdrawn are in no number", [SIGNED], (R,), 2022, (0, 0), (0, 0)),
    ("withdrawn", [SIGNED], (W,), 2022, (0, 0), (0, 0)),
    (
        "an amendment by its difference",
        [SIGNED, (K.AMENDMENT, "2022-06-01", 5000)],
        (V, S),
        2022,
        (3000, 1),
        (2000, 0),
    ),
    (
        "a cut by its difference",
        [BIG, (K.AMENDMENT, "2022-06-01", 3000)],
        (V, S),
        2022,
        (5000, 1),
        (-2000, 0),
    ),
    (
        "a correction by its difference",
        [SIGNED, (K.CORRECTION, None, 5000)],
        (V, S),
        2022,
        (3000, 1),
        (2000, 0),
    ),
    (
        "a pending termination",
        [BIG, (K.TERMINATION, "2022-06-01", None)],
        (V, S),
        2022,
        (5000, 1),
        (-5000, -1),
    ),
    (
        "an increment of the next year",
        [SIGNED, (K.AMENDMENT, "2023-06-01", 6000)],
        (V, S),
        2023,
        (0, 0),
        (3000, 0),
    ),
    (
        "too small an increment",
        [SIGNED, (K.AMENDMENT, "2023-06-01", 4000)],
        (V, S),
        2023,
        (0, 0),
        (0, 0),
    ),
    (
        "an amendment of unknown amount takes nothing out",
        [SIGNED, (K.AMENDMENT, "2022-06-01", None)],
        (V, S),
        2022,
        (3000, 1),
        (0, 0),
    ),
    ("a submitted deal that fails a clause", [SMALL], (S,), 2022, (0, 0), (0, 0)),
    (
        "a letter verified, its contract submitted",
        [(K.ORIGINAL, "2022-03-01", 8000, {"agreement": LETTER}), (K.UPGRADE, "2022-05-01", 8000)],
        (V, S),
        2022,
        (0, 0),
        (8000, 1),
    ),
]


@pytest.mark.parametrize(
    ("steps", "states", "year", "verified", "pending"),
    [row[1:] for row in PENDING],
    ids=[row[0] for row in PENDING],
)
def test_pending_is_what_verification_would_change(steps, states, year, verified, pending) -> None:
    found = rules.assess(deal(*steps, states=states), [version()], year=year)
    assert (found.verified.fen / WAN, found.verified.count) == verified
    assert (found.pending.fen / WAN, found.pending.count) == pending


STAYS_OUT = [
    ("the increment is too small", [SIGNED, (K.INCREASE, "2023-05-01", 4500)], 2023, ("below_minimum",)),
    ("nothing new in a later year", [SIGNED, (K.AMENDMENT, "2023-05-01", 3000)], 2023, ("already_counted",)),
    ("another year's deal", [SIGNED], 2023, ("outside_period",)),
    ("terminated", [SIGNED, (K.TERMINATION, "2022-05-01", None)], 2022, ("terminated",)),
    (
        "replaced",
        [SIGNED, (K.AMENDMENT, "2022-05-01", 3000, {"investors": INSIDE})],
        2022,
        ("inside_province",),
    ),
    (
        "from the province when its year ended",
        [(K.ORIGINAL, "2022-03-01", 3000, {"investors": INSIDE}), (K.AMENDMENT, "2023-03-01", 3000)],
        2022,
        ("inside_province",),
    ),
    ("cut", [SIGNED, (K.AMENDMENT, "2023-05-01", 1500)], 2022, ("below_minimum",)),
]


@pytest.mark.parametrize(
    ("steps", "year", "reasons"), [row[1:] for row in STAYS_OUT], ids=[r[0] for r in STAYS_OUT]
)
def test_why_a_year_gets_nothing(steps, year, reasons) -> None:
    assert rules.assess(deal(*steps), [version()], year=year).reasons == reasons
