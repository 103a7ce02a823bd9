"""Verification (认定) of terms: the evidence, the four eyes, and what still stands in the way (domain §3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.core.money import AmountQualifier
from app.targets.rules.facts import AgreementKind, TermsKind, TermsState

VERIFIERS_NEEDED = 2


class EvidenceKind(StrEnum):
    CONTRACT = "contract"
    CONTRACT_FIRST_PAGE = "contract_first_page"
    CONTRACT_AMOUNT_CLAUSE = "contract_amount_clause"
    CONTRACT_SEAL_PAGE = "contract_seal_page"
    SUPPLEMENT = "supplement"
    TERMINATION = "termination"
    BASIS = "basis"
    LICENCE = "licence"
    FILING = "filing"
    LAND = "land"
    START = "start"
    PRODUCTION = "production"
    PAYMENT = "payment"
    PHOTO = "photo"
    OTHER = "other"


class OpeningBasis(StrEnum):
    """What imported history is verified on: a document number, minutes of a meeting, last year's bulletin."""

    DOCUMENT = "document"
    MINUTES = "minutes"
    BULLETIN = "bulletin"


class VerificationBlocker(StrEnum):
    """What keeps terms from being verified; shown before the button."""

    NOT_SUBMITTED = "not_submitted"
    NO_INVESTOR = "no_investor"
    UNKNOWN_AMOUNT = "unknown_amount"
    AMOUNT_NOT_EXACT = "amount_not_exact"
    UNKNOWN_SIGNING_DAY = "unknown_signing_day"
    UNKNOWN_AGREEMENT = "unknown_agreement"
    NO_CONTRACT = "no_contract"
    NO_FIRST_PAGE = "no_first_page"
    NO_AMOUNT_CLAUSE = "no_amount_clause"
    NO_SEAL_PAGE = "no_seal_page"
    NO_TERMINATION_PROOF = "no_termination_proof"
    NO_BASIS = "no_basis"
    NOT_A_VERIFIER = "not_a_verifier"
    OWN_DRAFT = "own_draft"
    OWN_EDIT = "own_edit"
    OWN_SUBMISSION = "own_submission"
    OWN_UNIT = "own_unit"


class SubmissionBlocker(StrEnum):
    """What keeps terms from being submitted."""

    NOT_OPEN = "not_open"
    NO_INVESTOR = "no_investor"
    TERMS_PROBLEMS = "terms_problems"
    CREDIT_PROBLEMS = "credit_problems"


class RefusalReason(StrEnum):
    EVIDENCE_MISSING = "evidence_missing"
    EVIDENCE_UNREADABLE = "evidence_unreadable"
    AMOUNT_DIFFERS = "amount_differs"
    SIGNING_DAY_DIFFERS = "signing_day_differs"
    INVESTOR_DIFFERS = "investor_differs"
    ORIGIN_NOT_PROVED = "origin_not_proved"
    NO_SEAL = "no_seal"
    WRONG_AGREEMENT_KIND = "wrong_agreement_kind"
    DUPLICATE = "duplicate"
    EXCLUDED = "excluded"
    CREDIT_DISPUTED = "credit_disputed"
    OTHER = "other"


class TouchKind(StrEnum):
    DRAFTED = "drafted"
    EDITED = "edited"
    SUBMITTED = "submitted"


class OwnUnitRule(StrEnum):
    """What a verifier of a credited unit may do, by setting: verify with the mark 本单位项目, or nothing."""

    MARK = "mark"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Touch:
    """Somebody's hand in the terms."""

    kind: TouchKind
    person_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationFacts:
    """What a verification asks. `evidence` are the kinds of files of these terms (of the deal, for a correction);
    `credited_unit_ids` the units with a credit on the deal; an opening deal has its basis or None."""

    kind: TermsKind
    state: TermsState
    agreement: AgreementKind
    amount_qualifier: AmountQualifier
    has_signing_day: bool
    has_investor: bool
    evidence: frozenset[EvidenceKind]
    touches: tuple[Touch, ...]
    last_refused_at: datetime | None
    credited_unit_ids: frozenset[UUID]
    is_opening: bool = False
    opening_basis: OpeningBasis | None = None


@dataclass(frozen=True, slots=True)
class Verifier:
    """Who verifies: the person, the units he belongs to, and whether he holds the role."""

    person_id: UUID
    unit_ids: frozenset[UUID]
    is_verifier: bool = True


_PAGES = {
    EvidenceKind.CONTRACT_FIRST_PAGE: VerificationBlocker.NO_FIRST_PAGE,
    EvidenceKind.CONTRACT_AMOUNT_CLAUSE: VerificationBlocker.NO_AMOUNT_CLAUSE,
    EvidenceKind.CONTRACT_SEAL_PAGE: VerificationBlocker.NO_SEAL_PAGE,
}
_OWN = {
    TouchKind.DRAFTED: VerificationBlocker.OWN_DRAFT,
    TouchKind.EDITED: VerificationBlocker.OWN_EDIT,
    TouchKind.SUBMITTED: VerificationBlocker.OWN_SUBMISSION,
}


def verification_blockers(
    facts: VerificationFacts, verifier: Verifier, *, own_unit: OwnUnitRule = OwnUnitRule.MARK
) -> tuple[VerificationBlocker, ...]:
    """List everything that keeps this person from verifying these terms now; empty means he may.

    An unknown origin does not block: it keeps the deal out of the count, and says so there.
    """
    found = [] if facts.state is TermsState.SUBMITTED else [VerificationBlocker.NOT_SUBMITTED]
    found += [*_missing_facts(facts), *missing_evidence(facts)]
    if not verifier.is_verifier:
        found.append(VerificationBlocker.NOT_A_VERIFIER)
    found += own_hands(facts, verifier.person_id)
    if own_unit is OwnUnitRule.REFUSE and is_own_unit(facts, verifier):
        found.append(VerificationBlocker.OWN_UNIT)
    return tuple(found)


def missing_evidence(facts: VerificationFacts) -> tuple[VerificationBlocker, ...]:
    """Name what the evidence lacks: the contract as one PDF or as photos of first page, amount clause and seal page.

    A supplement serves for an amendment or increase. An opening deal needs its named basis instead, the contract is
    still to come (待补).
    """
    if facts.is_opening and facts.kind is TermsKind.ORIGINAL:
        proved = facts.opening_basis is not None or not contract_outstanding(facts.evidence)
        return () if proved else (VerificationBlocker.NO_BASIS,)
    if facts.kind is TermsKind.TERMINATION:
        proved = EvidenceKind.TERMINATION in facts.evidence
        return () if proved else (VerificationBlocker.NO_TERMINATION_PROOF,)
    if facts.kind is TermsKind.CORRECTION and facts.is_opening and facts.opening_basis:
        return ()
    supplements = {TermsKind.AMENDMENT, TermsKind.INCREASE}
    if facts.kind in supplements and EvidenceKind.SUPPLEMENT in facts.evidence:
        return ()
    return _missing_contract(facts.evidence)


def own_hands(facts: VerificationFacts, person_id: UUID) -> tuple[VerificationBlocker, ...]:
    """Name the breaches of the four eyes: nobody verifies what he drafted, or edited or submitted since the last
    refusal. The drafter stays the drafter: a refusal does not make the draft another's."""
    since = facts.last_refused_at
    kinds = {
        touch.kind
        for touch in facts.touches
        if touch.person_id == person_id
        and (touch.kind is TouchKind.DRAFTED or since is None or touch.at > since)
    }
    return tuple(_OWN[kind] for kind in TouchKind if kind in kinds)


def is_own_unit(facts: VerificationFacts, verifier: Verifier) -> bool:
    """Tell whether the verifier's unit is credited on the deal: then every list carries 本单位项目."""
    return bool(facts.credited_unit_ids & verifier.unit_ids)


def contract_outstanding(evidence: Collection[EvidenceKind]) -> bool:
    """Tell whether the contract is still to come (合同待补)."""
    return bool(_missing_contract(evidence))


def submission_blockers(
    *,
    state: TermsState,
    has_investor: bool,
    terms_problems: Collection[object],
    credit_problems: Collection[object],
) -> tuple[SubmissionBlocker, ...]:
    """List what keeps terms from being submitted: contradictions do, unknown facts and missing evidence do not.

    What is missing is listed beside (`verification_blockers`), because collecting it is often the head's next step.
    """
    found = []
    if state not in {TermsState.DRAFT, TermsState.REFUSED}:
        found.append(SubmissionBlocker.NOT_OPEN)
    if not has_investor:
        found.append(SubmissionBlocker.NO_INVESTOR)
    if terms_problems:
        found.append(SubmissionBlocker.TERMS_PROBLEMS)
    if credit_problems:
        found.append(SubmissionBlocker.CREDIT_PROBLEMS)
    return tuple(found)


def refusal_is_explained(reasons: Iterable[RefusalReason], *, note: str) -> bool:
    """Tell whether a refusal says why: at least one reason, and a note where the reason is 其他."""
    named = set(reasons)
    return bool(named) and (RefusalReason.OTHER not in named or bool(note.strip()))


def too_few_verifiers(people: Collection[UUID]) -> bool:
    """Tell whether the standing warning is due: four eyes need two different verifiers."""
    return len(set(people)) < VERIFIERS_NEEDED


def _missing_contract(evidence: Collection[EvidenceKind]) -> tuple[VerificationBlocker, ...]:
    if EvidenceKind.CONTRACT in evidence:
        return ()
    missing = tuple(blocker for kind, blocker in _PAGES.items() if kind not in evidence)
    return (VerificationBlocker.NO_CONTRACT,) if len(missing) == len(_PAGES) else missing


def _missing_facts(facts: VerificationFacts) -> Iterable[VerificationBlocker]:
    if facts.kind is TermsKind.TERMINATION:
        return
    if not facts.has_investor:
        yield VerificationBlocker.NO_INVESTOR
    if facts.amount_qualifier is AmountQualifier.UNKNOWN:
        yield VerificationBlocker.UNKNOWN_AMOUNT
    elif facts.amount_qualifier is not AmountQualifier.EXACT:
        yield VerificationBlocker.AMOUNT_NOT_EXACT
    if facts.is_opening:
        # History is verified as far as it is known; what stays unknown keeps the deal out of the count.
        return
    if not facts.has_signing_day:
        yield VerificationBlocker.UNKNOWN_SIGNING_DAY
    if facts.agreement is AgreementKind.UNKNOWN:
        yield VerificationBlocker.UNKNOWN_AGREEMENT
