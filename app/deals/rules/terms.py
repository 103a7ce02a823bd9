"""Terms in versions: kinds, states, what they say, and what a deal derives from them (domain §3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.core.clock import DayPrecision
from app.core.money import AmountQualifier, SlipReason, slip_reasons
from app.targets.rules.facts import AgreementKind, TermsKind, TermsState


class ExclusionReason(StrEnum):
    """The reasons that the dictionary starts with; an office may add its own codes beside them."""

    REAL_ESTATE = "real_estate"
    GOVERNMENT_FUNDED = "government_funded"
    PPP = "ppp"
    UTILITY_OUTLET = "utility_outlet"
    NATURAL_RESOURCE_ONLY = "natural_resource_only"
    CONSUMER_SERVICE = "consumer_service"
    LOCAL_RELOCATION = "local_relocation"
    PHASE_WITHIN_CONTRACT = "phase_within_contract"
    TECHNICAL_UPGRADE = "technical_upgrade"


class TermsProblem(StrEnum):
    """What cannot be so in one version of terms."""

    NEGATIVE_AMOUNT = "negative_amount"
    AMOUNT_WITHOUT_QUALIFIER = "amount_without_qualifier"
    QUALIFIER_WITHOUT_AMOUNT = "qualifier_without_amount"
    PART_EXCEEDS_TOTAL = "part_exceeds_total"
    CONTRIBUTIONS_EXCEED_TOTAL = "contributions_exceed_total"
    INVESTOR_TWICE = "investor_twice"
    CURRENCY_INCOMPLETE = "currency_incomplete"
    SIGNED_IN_THE_FUTURE = "signed_in_the_future"
    DAYS_REVERSED = "days_reversed"
    EFFECTIVE_BEFORE_SIGNING = "effective_before_signing"
    EXCLUSION_TWICE = "exclusion_twice"
    EXCLUSION_WITHOUT_REASON = "exclusion_without_reason"
    NOT_AN_INCREASE = "not_an_increase"
    NOT_AN_UPGRADE = "not_an_upgrade"


@dataclass(frozen=True, slots=True)
class Contribution:
    """One investor's part of the total, in fen; None is unknown."""

    investor_id: UUID
    fen: int | None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A reason that keeps the terms out, or only `part_fen` of them (a government-funded part); None is the whole."""

    code: str
    note: str
    part_fen: int | None = None


@dataclass(frozen=True, slots=True)
class ForeignAmount:
    """What is kept of an amount in foreign currency; converted once at signing and never again."""

    currency: str
    amount: Decimal | None
    rate: Decimal | None
    rate_on: date | None
    rate_source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What one version says. `total_fen` is always the whole new total, also of an increase; None is unknown.

    A signing day that is not exact runs from `signed_from` to `signed_on`, which is its last day.
    """

    agreement: AgreementKind = AgreementKind.UNKNOWN
    total_fen: int | None = None
    amount_qualifier: AmountQualifier = AmountQualifier.UNKNOWN
    fixed_fen: int | None = None
    phase_one_fen: int | None = None
    signed_on: date | None = None
    signed_from: date | None = None
    signed_precision: DayPrecision | None = None
    effective_on: date | None = None
    contributions: tuple[Contribution, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    foreign: ForeignAmount | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A version of terms as the deal sees it: its place, kind and state."""

    no: int
    kind: TermsKind
    state: TermsState


@dataclass(frozen=True, slots=True)
class DealVerification:
    """What a deal derives from its versions.

    `standing_no` is the last verified version, which the deal shows; `open_no` the one being worked on.
    """

    state: TermsState
    standing_no: int | None
    open_no: int | None
    pending_amendment: bool
    terminated: bool


@dataclass(frozen=True, slots=True)
class TermsDifference:
    """What new terms change against the standing ones: fen (None where either is unknown) and the fields' names."""

    total_fen: int | None
    changed: tuple[str, ...]


OPEN_STATES = frozenset({TermsState.DRAFT, TermsState.SUBMITTED, TermsState.REFUSED})
_MOVES = {
    TermsState.DRAFT: {TermsState.SUBMITTED, TermsState.WITHDRAWN},
    TermsState.SUBMITTED: {TermsState.VERIFIED, TermsState.REFUSED, TermsState.WITHDRAWN},
    # Refused terms are mended and submitted again; editing makes them a draft.
    TermsState.REFUSED: {TermsState.DRAFT, TermsState.SUBMITTED, TermsState.WITHDRAWN},
    # A verification can be taken back (撤销认定); what follows is a new version.
    TermsState.VERIFIED: {TermsState.WITHDRAWN},
    TermsState.WITHDRAWN: set[TermsState](),
}


def may_edit(state: TermsState) -> bool:
    """Tell whether the terms' words may still be changed: a draft's, and after a refusal."""
    return state in {TermsState.DRAFT, TermsState.REFUSED}


def verification_of(versions: Sequence[Version]) -> DealVerification:
    """Derive a deal's verification: verified terms stand until others are verified, and nothing pending takes them out.

    Without standing terms the newest version's state is the deal's; a deal without terms is a draft.
    """
    ordered = sorted(versions, key=lambda version: version.no)
    standing = next((version for version in reversed(ordered) if version.state is TermsState.VERIFIED), None)
    opened = next((version for version in reversed(ordered) if version.state in OPEN_STATES), None)
    newest = ordered[-1].state if ordered else TermsState.DRAFT
    return DealVerification(
        state=TermsState.VERIFIED if standing else newest,
        standing_no=standing.no if standing else None,
        open_no=opened.no if opened else None,
        pending_amendment=bool(standing and opened and opened.state is TermsState.SUBMITTED),
        terminated=bool(standing and standing.kind is TermsKind.TERMINATION),
    )


def kinds_to_draft(
    versions: Sequence[Version], *, standing_agreement: AgreementKind | None
) -> tuple[TermsKind, ...]:
    """List the kinds of terms that may be drafted now; one version is open at a time.

    Without standing terms only the original; an upgrade turns a letter or framework into a contract; after a
    termination only a correction.
    """
    derived = verification_of(versions)
    if derived.open_no is not None:
        return ()
    if derived.standing_no is None:
        return (TermsKind.ORIGINAL,)
    if derived.terminated:
        return (TermsKind.CORRECTION,)
    kinds = [TermsKind.AMENDMENT, TermsKind.INCREASE, TermsKind.CORRECTION, TermsKind.TERMINATION]
    if standing_agreement is not AgreementKind.FORMAL_CONTRACT:
        kinds.insert(0, TermsKind.UPGRADE)
    return tuple(kinds)


def terms_problems(
    terms: Terms, *, kind: TermsKind, today: date, standing: Terms | None = None
) -> tuple[TermsProblem, ...]:
    """Name what contradicts itself in terms; unknown facts contradict nothing."""
    found = [*_amount_problems(terms), *_day_problems(terms, today)]
    investors = [part.investor_id for part in terms.contributions]
    codes = [exclusion.code for exclusion in terms.exclusions]
    if len(set(investors)) < len(investors):
        found.append(TermsProblem.INVESTOR_TWICE)
    if len(set(codes)) < len(codes):
        found.append(TermsProblem.EXCLUSION_TWICE)
    if any(not exclusion.note.strip() for exclusion in terms.exclusions):
        found.append(TermsProblem.EXCLUSION_WITHOUT_REASON)
    difference = terms_difference(standing, terms).total_fen if standing else None
    if kind is TermsKind.INCREASE and difference is not None and difference <= 0:
        found.append(TermsProblem.NOT_AN_INCREASE)
    if kind is TermsKind.UPGRADE and terms.agreement is not AgreementKind.FORMAL_CONTRACT:
        found.append(TermsProblem.NOT_AN_UPGRADE)
    return tuple(dict.fromkeys(found))


def terms_difference(standing: Terms | None, terms: Terms) -> TermsDifference:
    """Compare new terms with the standing ones; against none the whole total is the difference."""
    before = standing or Terms(total_fen=0)
    known = terms.total_fen is not None and before.total_fen is not None
    return TermsDifference(
        total_fen=(terms.total_fen or 0) - (before.total_fen or 0) if known else None,
        changed=tuple(
            field.name for field in fields(Terms) if getattr(terms, field.name) != getattr(before, field.name)
        ),
    )


def amount_slips(
    total_fen: int | None, *, planned_min_fen: int | None = None, planned_max_fen: int | None = None
) -> tuple[SlipReason, ...]:
    """Name what makes a deal's amount ask for confirmation (domain §2); against a planned range the nearer bound."""
    planned = [bound for bound in (planned_min_fen, planned_max_fen) if bound]
    if total_fen is None or not planned:
        return slip_reasons(total_fen)
    if min(planned) <= total_fen <= max(planned):
        return slip_reasons(total_fen)
    return slip_reasons(total_fen, planned_fen=max(planned) if total_fen > max(planned) else min(planned))


def _amount_problems(terms: Terms) -> Iterable[TermsProblem]:
    contributed = [part.fen for part in terms.contributions if part.fen is not None]
    parts = [terms.fixed_fen, terms.phase_one_fen, *(exclusion.part_fen for exclusion in terms.exclusions)]
    known = [part for part in parts if part is not None]
    total = terms.total_fen
    if any(fen < 0 for fen in (*contributed, *known, *(() if total is None else (total,)))):
        yield TermsProblem.NEGATIVE_AMOUNT
    if total is not None and terms.amount_qualifier is AmountQualifier.UNKNOWN:
        yield TermsProblem.AMOUNT_WITHOUT_QUALIFIER
    if total is None and terms.amount_qualifier is not AmountQualifier.UNKNOWN:
        yield TermsProblem.QUALIFIER_WITHOUT_AMOUNT
    # Only an exact total bounds its parts: 不低于10亿 may hold 12亿.
    if total is not None and terms.amount_qualifier is AmountQualifier.EXACT:
        if any(part > total for part in known):
            yield TermsProblem.PART_EXCEEDS_TOTAL
        if contributed and sum(contributed) > total:
            yield TermsProblem.CONTRIBUTIONS_EXCEED_TOTAL
    foreign = terms.foreign
    if foreign and not (foreign.amount and foreign.rate and foreign.rate_on and foreign.rate_source.strip()):
        yield TermsProblem.CURRENCY_INCOMPLETE


def _day_problems(terms: Terms, today: date) -> Iterable[TermsProblem]:
    first = terms.signed_from or terms.signed_on
    if first and first > today:
        yield TermsProblem.SIGNED_IN_THE_FUTURE
    if terms.signed_from and terms.signed_on and terms.signed_from > terms.signed_on:
        yield TermsProblem.DAYS_REVERSED
    if first and terms.effective_on and terms.effective_on < first:
        yield TermsProblem.EFFECTIVE_BEFORE_SIGNING
