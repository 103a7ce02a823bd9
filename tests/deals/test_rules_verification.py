from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.core.money import AmountQualifier
from app.deals import rules
from app.deals.rules import (
    AgreementKind,
    EvidenceKind,
    OpeningBasis,
    OwnUnitRule,
    RefusalReason,
    SubmissionBlocker,
    TermsKind,
    TermsState,
    Touch,
    TouchKind,
    VerificationBlocker,
    VerificationFacts,
    Verifier,
)

DRAFTER, EDITOR, HEAD, BUREAU = (UUID(int=number) for number in (1, 2, 3, 4))
TOWN, BUREAU_UNIT = UUID(int=11), UUID(int=12)
E, V = EvidenceKind, VerificationBlocker
PHOTOS = frozenset({E.CONTRACT_FIRST_PAGE, E.CONTRACT_AMOUNT_CLAUSE, E.CONTRACT_SEAL_PAGE})


def at(hour: int) -> datetime:
    return datetime(2022, 3, 1, hour, tzinfo=UTC)


FACTS = VerificationFacts(
    kind=TermsKind.ORIGINAL,
    state=TermsState.SUBMITTED,
    agreement=AgreementKind.FORMAL_CONTRACT,
    amount_qualifier=AmountQualifier.EXACT,
    has_signing_day=True,
    has_investor=True,
    evidence=frozenset({E.CONTRACT}),
    touches=(
        Touch(TouchKind.DRAFTED, DRAFTER, at(1)),
        Touch(TouchKind.EDITED, EDITOR, at(2)),
        Touch(TouchKind.SUBMITTED, HEAD, at(3)),
    ),
    last_refused_at=None,
    credited_unit_ids=frozenset({TOWN}),
)
OPENING = {"is_opening": True, "evidence": frozenset[EvidenceKind]()}
ROWS = [
    ("everything there", {}, ()),
    ("not submitted", {"state": TermsState.DRAFT}, (V.NOT_SUBMITTED,)),
    ("verified already", {"state": TermsState.VERIFIED}, (V.NOT_SUBMITTED,)),
    ("no investor", {"has_investor": False}, (V.NO_INVESTOR,)),
    ("unknown amount", {"amount_qualifier": AmountQualifier.UNKNOWN}, (V.UNKNOWN_AMOUNT,)),
    ("about", {"amount_qualifier": AmountQualifier.ABOUT}, (V.AMOUNT_NOT_EXACT,)),
    ("at least", {"amount_qualifier": AmountQualifier.AT_LEAST}, (V.AMOUNT_NOT_EXACT,)),
    ("unknown signing day", {"has_signing_day": False}, (V.UNKNOWN_SIGNING_DAY,)),
    ("unknown agreement", {"agreement": AgreementKind.UNKNOWN}, (V.UNKNOWN_AGREEMENT,)),
    ("a framework can be verified", {"agreement": AgreementKind.FRAMEWORK}, ()),
    ("no evidence", {"evidence": frozenset()}, (V.NO_CONTRACT,)),
    ("evidence of something else", {"evidence": frozenset({E.LICENCE, E.PAYMENT})}, (V.NO_CONTRACT,)),
    ("three photos", {"evidence": PHOTOS}, ()),
    ("no seal page", {"evidence": PHOTOS - {E.CONTRACT_SEAL_PAGE}}, (V.NO_SEAL_PAGE,)),
    (
        "only a first page",
        {"evidence": frozenset({E.CONTRACT_FIRST_PAGE})},
        (V.NO_AMOUNT_CLAUSE, V.NO_SEAL_PAGE),
    ),
    ("a supplement is no original", {"evidence": frozenset({E.SUPPLEMENT})}, (V.NO_CONTRACT,)),
    ("an amendment by supplement", {"kind": TermsKind.AMENDMENT, "evidence": frozenset({E.SUPPLEMENT})}, ()),
    ("an increase without one", {"kind": TermsKind.INCREASE, "evidence": frozenset()}, (V.NO_CONTRACT,)),
    (
        "an upgrade needs the contract",
        {"kind": TermsKind.UPGRADE, "evidence": frozenset({E.SUPPLEMENT})},
        (V.NO_CONTRACT,),
    ),
    (
        "a termination",
        {
            "kind": TermsKind.TERMINATION,
            "evidence": frozenset({E.TERMINATION}),
            "amount_qualifier": AmountQualifier.UNKNOWN,
        },
        (),
    ),
    ("a termination without proof", {"kind": TermsKind.TERMINATION}, (V.NO_TERMINATION_PROOF,)),
    ("opening, on a basis", {**OPENING, "opening_basis": OpeningBasis.MINUTES}, ()),
    ("opening, without a basis", OPENING, (V.NO_BASIS,)),
    ("opening, with its contract", {"is_opening": True}, ()),
    (
        "opening: what is unknown stays so",
        {
            **OPENING,
            "opening_basis": OpeningBasis.BULLETIN,
            "has_signing_day": False,
            "agreement": AgreementKind.UNKNOWN,
        },
        (),
    ),
    (
        "opening: only an exact amount",
        {**OPENING, "opening_basis": OpeningBasis.DOCUMENT, "amount_qualifier": AmountQualifier.ABOUT},
        (V.AMOUNT_NOT_EXACT,),
    ),
    (
        "opening, corrected",
        {**OPENING, "kind": TermsKind.CORRECTION, "opening_basis": OpeningBasis.DOCUMENT},
        (),
    ),
    (
        "opening, amended later",
        {**OPENING, "kind": TermsKind.AMENDMENT, "opening_basis": OpeningBasis.DOCUMENT},
        (V.NO_CONTRACT,),
    ),
]


@pytest.mark.parametrize(("change", "blockers"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_stands_in_the_way(change: dict[str, object], blockers: tuple[VerificationBlocker, ...]) -> None:
    facts = replace(FACTS, **change)  # type: ignore[arg-type]

    assert rules.verification_blockers(facts, Verifier(BUREAU, frozenset({BUREAU_UNIT}))) == blockers


RESUBMITTED = replace(
    FACTS,
    last_refused_at=at(4),
    touches=(
        *FACTS.touches,
        Touch(TouchKind.EDITED, BUREAU, at(5)),
        Touch(TouchKind.SUBMITTED, DRAFTER, at(6)),
    ),
)
EYES = [
    ("somebody else", FACTS, BUREAU, ()),
    ("who drafted", FACTS, DRAFTER, (V.OWN_DRAFT,)),
    ("who edited", FACTS, EDITOR, (V.OWN_EDIT,)),
    ("who submitted", FACTS, HEAD, (V.OWN_SUBMISSION,)),
    ("who edited before the refusal", RESUBMITTED, EDITOR, ()),
    ("who submitted before the refusal", RESUBMITTED, HEAD, ()),
    ("who edited since the refusal", RESUBMITTED, BUREAU, (V.OWN_EDIT,)),
    ("the drafter stays the drafter", RESUBMITTED, DRAFTER, (V.OWN_DRAFT, V.OWN_SUBMISSION)),
]


@pytest.mark.parametrize(
    ("facts", "person", "blockers"), [row[1:] for row in EYES], ids=[row[0] for row in EYES]
)
def test_four_eyes(facts: VerificationFacts, person: UUID, blockers: tuple[VerificationBlocker, ...]) -> None:
    assert rules.verification_blockers(facts, Verifier(person, frozenset())) == blockers


def test_who_is_no_verifier_verifies_nothing() -> None:
    seen = rules.verification_blockers(FACTS, Verifier(BUREAU, frozenset(), is_verifier=False))

    assert seen == (V.NOT_A_VERIFIER,)


@pytest.mark.parametrize(
    ("unit", "own", "rule", "blockers"),
    [
        (BUREAU_UNIT, False, OwnUnitRule.REFUSE, ()),
        (TOWN, True, OwnUnitRule.MARK, ()),
        (TOWN, True, OwnUnitRule.REFUSE, (V.OWN_UNIT,)),
    ],
)
def test_a_deal_of_the_verifying_unit(
    unit: UUID, own: bool, rule: OwnUnitRule, blockers: tuple[VerificationBlocker, ...]
) -> None:
    verifier = Verifier(BUREAU, frozenset({unit}))

    assert rules.is_own_unit(FACTS, verifier) is own
    assert rules.verification_blockers(FACTS, verifier, own_unit=rule) == blockers


@pytest.mark.parametrize(
    ("state", "investor", "terms", "credit", "blockers"),
    [
        (TermsState.DRAFT, True, (), (), ()),
        (TermsState.REFUSED, True, (), (), ()),
        (TermsState.SUBMITTED, True, (), (), (SubmissionBlocker.NOT_OPEN,)),
        (TermsState.VERIFIED, True, (), (), (SubmissionBlocker.NOT_OPEN,)),
        (TermsState.DRAFT, False, (), (), (SubmissionBlocker.NO_INVESTOR,)),
        (
            TermsState.DRAFT,
            True,
            ("x",),
            ("y",),
            (SubmissionBlocker.TERMS_PROBLEMS, SubmissionBlocker.CREDIT_PROBLEMS),
        ),
    ],
)
def test_submitting(
    state: TermsState,
    investor: bool,
    terms: tuple[str, ...],
    credit: tuple[str, ...],
    blockers: tuple[SubmissionBlocker, ...],
) -> None:
    seen = rules.submission_blockers(
        state=state, has_investor=investor, terms_problems=terms, credit_problems=credit
    )

    assert seen == blockers


@pytest.mark.parametrize(
    ("reasons", "note", "explained"),
    [
        ([], "看不清", False),
        ([RefusalReason.NO_SEAL], "", True),
        ([RefusalReason.OTHER], " ", False),
        ([RefusalReason.OTHER], "金额条款被遮住", True),
    ],
)
def test_a_refusal_says_why(reasons: list[RefusalReason], note: str, explained: bool) -> None:
    assert rules.refusal_is_explained(reasons, note=note) is explained


def test_fewer_than_two_verifiers_is_a_standing_warning() -> None:
    assert rules.too_few_verifiers([BUREAU, BUREAU])
    assert not rules.too_few_verifiers([BUREAU, HEAD])


def test_the_contract_of_an_opening_deal_is_still_to_come() -> None:
    assert rules.contract_outstanding({E.BASIS})
    assert not rules.contract_outstanding(PHOTOS)
