"""Use cases of verification (认定): terms are let count, refused or taken back by whoever had no hand in them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import Conflict, FieldError
from app.core.events import Event
from app.core.permissions import Permission, require
from app.deals import queries, rules
from app.deals.changes import after_change, enter_stage, put_on_record
from app.deals.facts import person_of, stage_days, verification_facts, verifier_of
from app.deals.models import Deal, DealTerms
from app.deals.rules import (
    DealStage,
    TermsKind,
    TermsState,
    VerificationBlocker,
)
from app.deals.terms.writing import LABELS, said
from app.deals.verification.schemas import RefuseInput, RevokeInput, VerifyInput
from app.identity.versions import expect
from app.targets.rules import Cause

Changes = dict[str, tuple[object, object]]


class VerificationRefused(Conflict):
    """Something stands in the way; `blockers` name what, `code_of` the deal."""

    code = "deals.verification_refused"

    def __init__(self, deal: Deal, blockers: tuple[VerificationBlocker, ...]) -> None:
        super().__init__(code_of=deal.code)
        self.blockers = blockers


class NotSubmitted(Conflict):
    """The terms are not with the verifiers, or not verified: the step asks for another state."""

    code = "deals.not_submitted"


def verify_terms(
    session: Session, actor: Actor, deal_id: UUID, terms_id: UUID, data: VerifyInput, *, at: datetime
) -> Deal:
    """Let submitted terms count, once somebody other than their drafter has checked the evidence.

    Raises NotFound, NotPermitted, Stale, or VerificationRefused naming what is missing or the four-eyes breach.
    """
    require(actor, Permission.VERIFY_TERMS)
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    terms = queries.terms_of(deal, terms_id)
    expect(terms, data.version, theirs=said(terms), labels=LABELS)
    if deal.opening and data.basis_kind is not None and data.basis:
        terms.opening_basis_kind, terms.opening_basis = data.basis_kind, data.basis
    let_count(session, actor, deal, terms, note=data.note, at=at)
    return deal


def refuse_terms(
    session: Session, actor: Actor, deal_id: UUID, terms_id: UUID, data: RefuseInput, *, at: datetime
) -> Deal:
    """Give submitted terms back with reasons; they may be mended and submitted again.

    Raises NotFound, NotPermitted, Stale, NotSubmitted, or FieldError where the refusal is not explained.
    """
    require(actor, Permission.VERIFY_TERMS)
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    terms = queries.terms_of(deal, terms_id)
    expect(terms, data.version, theirs=said(terms), labels=LABELS)
    if terms.state is not TermsState.SUBMITTED:
        raise NotSubmitted()
    if not rules.refusal_is_explained(data.reasons, note=data.note):
        field = "note" if data.reasons else "reasons"
        raise FieldError(field, "error.deals.refusal_unexplained")
    terms.refusal_reasons = [reason.value for reason in data.reasons]
    terms.refused_at = at
    reasons: Changes = {"refusal_reasons": ([], terms.refusal_reasons)}
    _decide(session, actor, deal, terms, TermsState.REFUSED, note=data.note, more=reasons, at=at)
    return deal


def revoke_verification(
    session: Session, actor: Actor, deal_id: UUID, terms_id: UUID, data: RevokeInput, *, at: datetime
) -> Deal:
    """Take a verification back (撤销认定): what was verified before stands again, else the deal counts nothing.

    Raises NotFound, NotPermitted, Stale or NotSubmitted.
    """
    require(actor, Permission.VERIFY_TERMS)
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    terms = queries.terms_of(deal, terms_id)
    expect(terms, data.version, theirs=said(terms), labels=LABELS)
    if terms.state is not TermsState.VERIFIED or terms.id != deal.verified_terms_id:
        raise NotSubmitted()
    _decide(session, actor, deal, terms, TermsState.WITHDRAWN, note=data.note, at=at)
    return deal


def let_count(
    session: Session, actor: Actor, deal: Deal, terms: DealTerms, *, note: str, at: datetime
) -> None:
    """Verify terms of a deal that is locked and loaded. Raises VerificationRefused with everything in the way."""
    facts, verifier = verification_facts(deal, terms), verifier_of(actor)
    blockers = rules.verification_blockers(facts, verifier)
    if blockers:
        raise VerificationRefused(deal, blockers)
    terms.own_unit = rules.is_own_unit(facts, verifier)
    _decide(session, actor, deal, terms, TermsState.VERIFIED, note=note, at=at)
    _move_stage(session, actor, deal, terms, at=at)


def _decide(
    session: Session,
    actor: Actor,
    deal: Deal,
    terms: DealTerms,
    state: TermsState,
    *,
    note: str,
    at: datetime,
    more: Changes | None = None,
) -> Event:
    changes: Changes = {"terms_state": (terms.state, state)}
    terms.state = state
    terms.decided_by, terms.decided_at, terms.decision_note = person_of(actor), at, note
    terms.touch(at)
    kind = {
        TermsState.VERIFIED: "deal.terms_verified",
        TermsState.REFUSED: "deal.terms_refused",
        TermsState.WITHDRAWN: "deal.verification_revoked",
    }[state]
    if state is TermsState.VERIFIED:
        changes |= {"total": (None, terms.amount_text), "own_unit": (False, terms.own_unit)}
    event = put_on_record(session, actor, kind, deal, at=at, changes=changes | (more or {}), note=note)
    cause = Cause.WITHDRAWN if state is TermsState.WITHDRAWN else None
    verified = terms if state is TermsState.VERIFIED else None
    posts = state is not TermsState.REFUSED
    after_change(session, actor, deal, at=at, event=event, cause=cause, verified=verified, posts=posts)
    return event


def _move_stage(session: Session, actor: Actor, deal: Deal, terms: DealTerms, *, at: datetime) -> None:
    """Let verified terms move the stage: a termination ends the deal, a signing day begins it."""
    if terms.kind is TermsKind.TERMINATION:
        enter_stage(session, actor, deal, DealStage.TERMINATED, terms.effective_on or day_of(at), at=at)
    elif deal.stage is DealStage.TERMINATED:
        stage = rules.stage_from_days(stage_days(deal))
        enter_stage(
            session,
            actor,
            deal,
            stage if stage is not DealStage.FILED else DealStage.SIGNED,
            day_of(at),
            at=at,
        )
    elif deal.stage is DealStage.FILED and terms.signed_on is not None:
        enter_stage(session, actor, deal, DealStage.SIGNED, terms.signed_on, at=at)
