"""What the rules ask about a deal, built from its rows: terms, versions, verification, and what the ledger judges."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from app.core.actor import Actor
from app.core.permissions import Permission, allowed
from app.deals import rules
from app.deals.models import Deal, DealTerms, PaidIn, TermsExclusion
from app.deals.rules import (
    Contribution,
    DealStage,
    Exclusion,
    ForeignAmount,
    Terms,
    TermsKind,
    Touch,
    TouchKind,
    VerificationFacts,
    Verifier,
    Version,
)
from app.targets.rules.facts import (
    CreditFacts,
    DealFacts,
    ExclusionFacts,
    InvestorFacts,
    PaidInFacts,
    TermsFacts,
)

HOME_CURRENCY = "CNY"


def person_of(actor: Actor) -> UUID:
    """Return whose hand it is: the person's; a program's own id where nobody stands behind it."""
    return actor.person_id or actor.id


def words_of(terms: DealTerms) -> Terms:
    """Return what one version says, for the rules that look for contradictions."""
    foreign = None
    if terms.currency != HOME_CURRENCY:
        foreign = ForeignAmount(
            terms.currency, terms.original_amount, terms.rate, terms.rate_on, terms.rate_source
        )
    return Terms(
        agreement=terms.agreement,
        total_fen=terms.total_fen,
        amount_qualifier=terms.qualifier,
        fixed_fen=terms.fixed_fen,
        phase_one_fen=terms.phase_one_fen,
        signed_on=terms.signed_on,
        signed_from=terms.signed_from,
        signed_precision=terms.signed_precision,
        effective_on=terms.effective_on,
        contributions=tuple(Contribution(row.investor_id, row.contribution_fen) for row in terms.investors),
        exclusions=tuple(Exclusion(row.code, row.note, row.part_fen) for row in _exclusions(terms)),
        foreign=foreign,
    )


def versions_of(deal: Deal) -> list[Version]:
    """Return the deal's versions as the rules see them."""
    return [Version(terms.no, terms.kind, terms.state) for terms in deal.terms]


def credits_of(deal: Deal) -> list[rules.Credit]:
    """Return the deal's credits as the rules see them."""
    return [rules.Credit(row.unit_id, row.role, row.share_percent, row.first) for row in deal.credits]


def stage_days(deal: Deal) -> dict[DealStage, date]:
    """Return the days of the stages that are on record."""
    days = {
        DealStage.REGISTERED: deal.registered_on,
        DealStage.STARTED: deal.started_on,
        DealStage.PRODUCING: deal.produced_on,
    }
    return {stage: day for stage, day in days.items() if day is not None}


def verification_facts(deal: Deal, terms: DealTerms) -> VerificationFacts:
    """Return what a verification asks. Files of the whole deal serve for the first terms and for a correction."""
    live = [row for row in deal.evidence if row.archived_at is None]
    if terms.kind is not TermsKind.CORRECTION:
        whole_deal = terms.kind is TermsKind.ORIGINAL
        live = [row for row in live if row.terms_id == terms.id or (whole_deal and row.terms_id is None)]
    return VerificationFacts(
        kind=terms.kind,
        state=terms.state,
        agreement=terms.agreement,
        amount_qualifier=terms.qualifier,
        has_signing_day=terms.signed_on is not None,
        has_investor=bool(terms.investors),
        evidence=frozenset(row.kind for row in live),
        touches=touches_of(terms),
        last_refused_at=terms.refused_at,
        credited_unit_ids=frozenset(row.unit_id for row in deal.credits),
        is_opening=deal.opening,
        opening_basis=terms.opening_basis_kind,
    )


def touches_of(terms: DealTerms) -> tuple[Touch, ...]:
    """Return every hand in the terms."""
    return tuple(
        Touch(TouchKind(row["kind"]), UUID(row["person_id"]), datetime.fromisoformat(row["at"]))
        for row in terms.touched_by
    )


def touch(terms: DealTerms, kind: TouchKind, actor: Actor, *, at: datetime) -> None:
    """Note a hand in the terms: whoever drafted, edited or submitted them does not verify them."""
    row = {"kind": kind.value, "person_id": str(person_of(actor)), "at": at.isoformat()}
    terms.touched_by = [*terms.touched_by, row]


def verifier_of(actor: Actor) -> Verifier:
    """Return who verifies: the person, his units, and whether he holds the role."""
    return Verifier(
        person_of(actor), frozenset(actor.unit_ids), is_verifier=allowed(actor, Permission.VERIFY_TERMS)
    )


def ledger_facts(deal: Deal, *, paid_ins: Iterable[PaidIn] = ()) -> DealFacts:
    """Return the deal as the counting rules judge it. Drafts and refused versions are among the terms, by state."""
    return DealFacts(
        deal_id=deal.id,
        terms=tuple(terms_facts(deal, terms) for terms in deal.terms),
        credits=tuple(CreditFacts(row.role, row.unit_id, row.share_percent) for row in deal.credits),
        chain=deal.chain,
        platform_accepted_on=deal.platform_accepted_on,
        statistics_entered_on=deal.statistics_entered_on,
        started_on=deal.started_on or deal.produced_on,
        produced_on=deal.produced_on,
        paid_in=tuple(PaidInFacts(row.as_of, row.total_fen, row.outside_fen) for row in paid_ins),
    )


def terms_facts(deal: Deal, terms: DealTerms) -> TermsFacts:
    """Return one version as the ledger sees it."""
    return TermsFacts(
        id=terms.id,
        no=terms.no,
        kind=terms.kind,
        state=terms.state,
        corrects=terms.corrects_id,
        agreement=terms.agreement,
        signed_on=terms.signed_on,
        signed_from=terms.signed_from,
        signed_precision=terms.signed_precision,
        effective_on=terms.effective_on,
        total_fen=terms.total_fen,
        qualifier=terms.qualifier,
        investors=tuple(
            InvestorFacts(
                origin=row.origin_level,
                region=row.region_code or row.country,
                contribution_fen=row.contribution_fen,
                returning=row.returning_native,
            )
            for row in terms.investors
        ),
        exclusions=tuple(ExclusionFacts(row.code, row.part_fen) for row in _exclusions(terms)),
        opening=deal.opening and terms.kind is TermsKind.ORIGINAL,
    )


def _exclusions(terms: DealTerms) -> list[TermsExclusion]:
    return sorted(terms.exclusions, key=lambda row: row.code)
