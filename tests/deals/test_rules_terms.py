from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.clock import DayPrecision
from app.core.money import AmountQualifier, SlipReason
from app.deals import rules
from app.deals.rules import (
    AgreementKind,
    Contribution,
    Exclusion,
    ForeignAmount,
    Terms,
    TermsKind,
    TermsProblem,
    TermsState,
    Version,
)

TODAY = date(2022, 11, 22)
WAN = 1_000_000
A, B = UUID(int=1), UUID(int=2)
S, K = TermsState, TermsKind
EXACT = Terms(
    agreement=AgreementKind.FORMAL_CONTRACT,
    total_fen=3000 * WAN,
    amount_qualifier=AmountQualifier.EXACT,
    signed_on=date(2022, 3, 1),
    signed_precision=DayPrecision.DAY,
    effective_on=date(2022, 3, 1),
)


def test_only_drafts_and_refused_terms_are_edited() -> None:
    assert [state for state in S if rules.may_edit(state)] == [S.DRAFT, S.REFUSED]


def versions(*made: tuple[TermsKind, TermsState]) -> list[Version]:
    return [Version(no, kind, state) for no, (kind, state) in enumerate(made, start=1)]


O = K.ORIGINAL  # noqa: E741
DERIVED = [
    ("no terms", [], S.DRAFT, None, None, False, (O,)),
    ("draft", [(O, S.DRAFT)], S.DRAFT, None, 1, False, ()),
    ("submitted", [(O, S.SUBMITTED)], S.SUBMITTED, None, 1, False, ()),
    ("refused", [(O, S.REFUSED)], S.REFUSED, None, 1, False, ()),
    ("withdrawn", [(O, S.WITHDRAWN)], S.WITHDRAWN, None, None, False, (O,)),
    (
        "verified",
        [(O, S.VERIFIED)],
        S.VERIFIED,
        1,
        None,
        False,
        (K.AMENDMENT, K.INCREASE, K.CORRECTION, K.TERMINATION),
    ),
    ("amendment drafted", [(O, S.VERIFIED), (K.AMENDMENT, S.DRAFT)], S.VERIFIED, 1, 2, False, ()),
    (
        "amendment pending takes nothing out",
        [(O, S.VERIFIED), (K.AMENDMENT, S.SUBMITTED)],
        S.VERIFIED,
        1,
        2,
        True,
        (),
    ),
    ("amendment refused", [(O, S.VERIFIED), (K.AMENDMENT, S.REFUSED)], S.VERIFIED, 1, 2, False, ()),
    ("amendment verified", [(O, S.VERIFIED), (K.AMENDMENT, S.VERIFIED)], S.VERIFIED, 2, None, False, None),
    ("verification taken back", [(O, S.WITHDRAWN), (O, S.SUBMITTED)], S.SUBMITTED, None, 2, False, ()),
    ("amendment taken back", [(O, S.VERIFIED), (K.AMENDMENT, S.WITHDRAWN)], S.VERIFIED, 1, None, False, None),
    (
        "terminated",
        [(O, S.VERIFIED), (K.TERMINATION, S.VERIFIED)],
        S.VERIFIED,
        2,
        None,
        False,
        (K.CORRECTION,),
    ),
]


@pytest.mark.parametrize(
    ("made", "state", "standing", "opened", "pending", "kinds"),
    [row[1:] for row in DERIVED],
    ids=[row[0] for row in DERIVED],
)
def test_a_deal_derives_its_verification(
    made: list[tuple[TermsKind, TermsState]],
    state: TermsState,
    standing: int | None,
    opened: int | None,
    pending: bool,
    kinds: tuple[TermsKind, ...] | None,
) -> None:
    derived = rules.verification_of(versions(*made)[::-1])

    assert (derived.state, derived.standing_no, derived.open_no) == (state, standing, opened)
    assert derived.pending_amendment is pending
    if kinds is not None:
        may = rules.kinds_to_draft(versions(*made), standing_agreement=AgreementKind.FORMAL_CONTRACT)
        assert may == kinds


def test_a_letter_of_intent_can_be_upgraded() -> None:
    letter = AgreementKind.LETTER_OF_INTENT

    assert rules.kinds_to_draft(versions((O, S.VERIFIED)), standing_agreement=letter)[0] is K.UPGRADE


def dollars(**changes: object) -> ForeignAmount:
    known = {
        "currency": "USD",
        "amount": Decimal(5),
        "rate": Decimal("6.3"),
        "rate_on": TODAY,
        "rate_source": "中间价",
    }
    return ForeignAmount(**{**known, **changes})  # type: ignore[arg-type]


P = TermsProblem
PROBLEMS = [
    ("nothing known", Terms(), O, ()),
    ("everything known", EXACT, O, ()),
    ("a negative amount", replace(EXACT, total_fen=-1), O, (P.NEGATIVE_AMOUNT,)),
    (
        "an amount without qualifier",
        replace(EXACT, amount_qualifier=AmountQualifier.UNKNOWN),
        O,
        (P.AMOUNT_WITHOUT_QUALIFIER,),
    ),
    ("a qualifier without amount", replace(EXACT, total_fen=None), O, (P.QUALIFIER_WITHOUT_AMOUNT,)),
    ("fixed exceeds total", replace(EXACT, fixed_fen=3001 * WAN), O, (P.PART_EXCEEDS_TOTAL,)),
    ("fixed equals total", replace(EXACT, fixed_fen=3000 * WAN), O, ()),
    ("phase one exceeds total", replace(EXACT, phase_one_fen=3001 * WAN), O, (P.PART_EXCEEDS_TOTAL,)),
    (
        "a lower bound may be exceeded",
        replace(EXACT, amount_qualifier=AmountQualifier.AT_LEAST, fixed_fen=3001 * WAN),
        O,
        (),
    ),
    (
        "contributions exceed the total",
        replace(EXACT, contributions=(Contribution(A, 2000 * WAN), Contribution(B, 1001 * WAN))),
        O,
        (P.CONTRIBUTIONS_EXCEED_TOTAL,),
    ),
    (
        "a contribution is unknown",
        replace(EXACT, contributions=(Contribution(A, 3000 * WAN), Contribution(B, None))),
        O,
        (),
    ),
    (
        "an investor twice",
        replace(EXACT, contributions=(Contribution(A, None), Contribution(A, None))),
        O,
        (P.INVESTOR_TWICE,),
    ),
    ("foreign currency", replace(EXACT, foreign=dollars()), O, ()),
    ("no rate", replace(EXACT, foreign=dollars(rate=None)), O, (P.CURRENCY_INCOMPLETE,)),
    ("no source of the rate", replace(EXACT, foreign=dollars(rate_source=" ")), O, (P.CURRENCY_INCOMPLETE,)),
    (
        "signed tomorrow",
        replace(EXACT, signed_on=date(2022, 11, 23), effective_on=None),
        O,
        (P.SIGNED_IN_THE_FUTURE,),
    ),
    (
        "signed this month",
        replace(
            EXACT,
            signed_from=date(2022, 11, 1),
            signed_on=date(2022, 11, 30),
            effective_on=None,
            signed_precision=DayPrecision.MONTH,
        ),
        O,
        (),
    ),
    (
        "a reversed range",
        replace(EXACT, signed_from=date(2022, 3, 2), effective_on=None),
        O,
        (P.DAYS_REVERSED,),
    ),
    (
        "effective before it was signed",
        replace(EXACT, effective_on=date(2022, 2, 28)),
        O,
        (P.EFFECTIVE_BEFORE_SIGNING,),
    ),
    (
        "an exclusion without a reason",
        replace(EXACT, exclusions=(Exclusion("ppp", " "),)),
        O,
        (P.EXCLUSION_WITHOUT_REASON,),
    ),
    (
        "an exclusion twice",
        replace(EXACT, exclusions=(Exclusion("ppp", "见合同"), Exclusion("ppp", "同上"))),
        O,
        (P.EXCLUSION_TWICE,),
    ),
    (
        "an excluded part above the total",
        replace(EXACT, exclusions=(Exclusion("government_funded", "配套", 3001 * WAN),)),
        O,
        (P.PART_EXCEEDS_TOTAL,),
    ),
    ("an increase", replace(EXACT, total_fen=3001 * WAN), K.INCREASE, ()),
    ("an increase that is none", EXACT, K.INCREASE, (P.NOT_AN_INCREASE,)),
    (
        "an upgrade to a framework",
        replace(EXACT, agreement=AgreementKind.FRAMEWORK),
        K.UPGRADE,
        (P.NOT_AN_UPGRADE,),
    ),
]


@pytest.mark.parametrize(
    ("terms", "kind", "problems"), [row[1:] for row in PROBLEMS], ids=[row[0] for row in PROBLEMS]
)
def test_what_contradicts_itself(terms: Terms, kind: TermsKind, problems: tuple[TermsProblem, ...]) -> None:
    standing = EXACT if kind is K.INCREASE else None

    assert rules.terms_problems(terms, kind=kind, today=TODAY, standing=standing) == problems


@pytest.mark.parametrize(
    ("before", "after", "fen"),
    [
        (None, 3000, 3000),
        (3000, 5000, 2000),
        (5000, 3000, -2000),
        (3000, 3000, 0),
        (None, None, None),
        (3000, None, None),
    ],
)
def test_an_amendment_is_read_by_its_difference(
    before: int | None, after: int | None, fen: int | None
) -> None:
    standing = None if before is None else replace(EXACT, total_fen=before * WAN)
    terms = replace(EXACT, total_fen=None if after is None else after * WAN)

    difference = rules.terms_difference(standing, terms)

    assert difference.total_fen == (None if fen is None else fen * WAN)
    assert ("total_fen" in difference.changed) is (before != after or before is None)


def test_an_unknown_total_has_no_difference_from_a_known_one() -> None:
    assert rules.terms_difference(Terms(), EXACT).total_fen is None


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_standing_plus_difference_is_the_new_total(before: int, after: int) -> None:
    difference = rules.terms_difference(replace(EXACT, total_fen=before), replace(EXACT, total_fen=after))

    assert difference.total_fen is not None
    assert before + difference.total_fen == after


YI = 100 * 100 * WAN


@pytest.mark.parametrize(
    ("total", "low", "high", "slips"),
    [
        (None, None, None, ()),
        (500 * WAN, None, None, ()),
        (499 * WAN, None, None, (SlipReason.UNDER_5_MILLION,)),
        (100 * YI, None, None, ()),
        (100 * YI + 1, None, None, (SlipReason.OVER_10_BILLION,)),
        (10 * YI, YI, YI, (SlipReason.TEN_TIMES_PLANNED,)),
        (10 * YI - 1, YI, YI, ()),
        (1000 * WAN, YI, YI, (SlipReason.TENTH_OF_PLANNED,)),
        (10 * YI, YI // 2, 2 * YI, ()),
        (20 * YI, YI // 2, 2 * YI, (SlipReason.TEN_TIMES_PLANNED,)),
        (10 * YI, None, YI, (SlipReason.TEN_TIMES_PLANNED,)),
        (5000 * WAN, 1000 * WAN, 90 * YI, ()),
    ],
)
def test_slips_of_the_amount(
    total: int | None, low: int | None, high: int | None, slips: tuple[SlipReason, ...]
) -> None:
    assert rules.amount_slips(total, planned_min_fen=low, planned_max_fen=high) == slips
