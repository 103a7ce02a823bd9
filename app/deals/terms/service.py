"""Use cases of terms: drafting a version, changing it, submitting and withdrawing it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import Conflict
from app.core.permissions import Permission, require_over
from app.deals import queries, rules
from app.deals.changes import after_change, index, put_on_record, require_change
from app.deals.facts import credits_of, person_of, touch, versions_of
from app.deals.models import Deal, DealTerms
from app.deals.rules import SubmissionBlocker, TermsKind, TermsState, TouchKind
from app.deals.terms.schemas import DecideInput, DraftTermsInput, EditTermsInput, TermsInput
from app.deals.terms.writing import (
    LABELS,
    Planned,
    check,
    problems_of,
    said,
    typed,
    write,
    write_new,
)
from app.identity.versions import changed, expect
from app.leads.models import Lead


class TermsOpen(Conflict):
    """That kind of terms cannot be drafted now: another version is open, or nothing stands that it could change."""

    code = "deals.terms_open"


class TermsClosed(Conflict):
    """The version is submitted, decided or withdrawn: its words stay."""

    code = "deals.terms_closed"


class SubmissionRefused(Conflict):
    """Something contradicts itself; `blockers` name what."""

    code = "deals.submission_refused"

    def __init__(self, blockers: tuple[SubmissionBlocker, ...]) -> None:
        super().__init__(blockers=blockers)
        self.blockers = blockers


def first_terms(
    session: Session,
    actor: Actor,
    deal: Deal,
    data: TermsInput,
    *,
    planned: Planned = (None, None),
    at: datetime,
) -> DealTerms:
    """Write a new deal's first terms as a draft. Raises FieldError or InvalidInput for what contradicts itself."""
    return write_new(session, actor, deal, data, kind=TermsKind.ORIGINAL, planned=planned, at=at)


def draft_terms(
    session: Session, actor: Actor, deal_id: UUID, data: DraftTermsInput, *, at: datetime
) -> DealTerms:
    """Draft a further version beside the verified one, which stands until the new one is verified.

    Raises NotFound, NotPermitted, TermsOpen, FieldError or InvalidInput.
    """
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    require_change(actor, deal)
    standing = queries.standing_terms(deal)
    agreement = standing.agreement if standing else None
    if data.kind not in rules.kinds_to_draft(versions_of(deal), standing_agreement=agreement):
        raise TermsOpen()
    planned = planned_of(session, deal) if data.kind is TermsKind.ORIGINAL else (None, None)
    terms = write_new(session, actor, deal, data, kind=data.kind, planned=planned, at=at)
    changes = changed(said(standing) if standing else {}, said(terms))
    put_on_record(
        session, actor, "deal.terms_drafted", deal, at=at, changes={"terms_kind": (None, data.kind)} | changes
    )
    after_change(session, actor, deal, at=at, posts=False)
    index(session, deal, at=at)
    return terms


def edit_terms(
    session: Session, actor: Actor, deal_id: UUID, terms_id: UUID, data: EditTermsInput, *, at: datetime
) -> DealTerms:
    """Change a draft or refused version; a refused one becomes a draft again.

    Raises NotFound, NotPermitted, TermsClosed, Stale with both versions, FieldError or InvalidInput.
    """
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    require_change(actor, deal)
    terms = queries.terms_of(deal, terms_id)
    if not rules.may_edit(terms.state):
        raise TermsClosed()
    before = said(terms)
    expect(terms, data.version, theirs=before, yours=typed(data), labels=LABELS)
    known_total = terms.total_fen
    write(session, actor, deal, terms, data, at=at)
    planned = planned_of(session, deal) if terms.kind is TermsKind.ORIGINAL else (None, None)
    check(deal, terms, data, known_total=known_total, planned=planned, today=day_of(at))
    changes = changed(before, said(terms))
    if not changes:
        return terms
    if terms.state is TermsState.REFUSED:
        changes["terms_state"] = (terms.state, TermsState.DRAFT)
        terms.state = TermsState.DRAFT
    touch(terms, TouchKind.EDITED, actor, at=at)
    terms.touch(at)
    put_on_record(session, actor, "deal.terms_changed", deal, at=at, changes=changes)
    after_change(session, actor, deal, at=at, posts=False)
    index(session, deal, at=at)
    return terms


def submit_terms(
    session: Session, actor: Actor, deal_id: UUID, terms_id: UUID, data: DecideInput, *, at: datetime
) -> DealTerms:
    """Hand terms to the verifiers. Unknown facts and missing evidence do not refuse it, contradictions do.

    Raises NotFound, NotPermitted, Stale or SubmissionRefused.
    """
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    require_over(actor, Permission.SUBMIT_TERMS, deal.owner_unit.path, deal.owner_unit_id)
    terms = queries.terms_of(deal, terms_id)
    expect(terms, data.version, theirs=said(terms), labels=LABELS)
    blockers = submission_blockers(deal, terms, today=day_of(at))
    if blockers:
        raise SubmissionRefused(blockers)
    hand_in(session, actor, deal, terms, note=data.note, at=at)
    return terms


def hand_in(session: Session, actor: Actor, deal: Deal, terms: DealTerms, *, note: str, at: datetime) -> None:
    """Hand terms to the verifiers which nothing keeps back; the deal is locked and loaded."""
    before = terms.state
    terms.state, terms.submitted_by, terms.submitted_at = TermsState.SUBMITTED, person_of(actor), at
    touch(terms, TouchKind.SUBMITTED, actor, at=at)
    terms.touch(at)
    changes = {"terms_state": (before, terms.state)}
    put_on_record(session, actor, "deal.terms_submitted", deal, at=at, changes=changes, note=note)
    after_change(session, actor, deal, at=at, posts=False)


def withdraw_terms(
    session: Session, actor: Actor, deal_id: UUID, terms_id: UUID, data: DecideInput, *, at: datetime
) -> DealTerms:
    """Take an open version back for good; what was verified before still stands.

    Raises NotFound, NotPermitted, Stale or TermsClosed.
    """
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    require_change(actor, deal)
    terms = queries.terms_of(deal, terms_id)
    expect(terms, data.version, theirs=said(terms), labels=LABELS)
    if terms.state not in rules.OPEN_STATES:
        raise TermsClosed()
    changes = {"terms_state": (terms.state, TermsState.WITHDRAWN)}
    terms.state = TermsState.WITHDRAWN
    terms.touch(at)
    put_on_record(session, actor, "deal.terms_withdrawn", deal, at=at, changes=changes, note=data.note)
    after_change(session, actor, deal, at=at, posts=False)
    return terms


def planned_of(session: Session, deal: Deal) -> Planned:
    """Return what the lead of a deal planned to invest, for the guard against slips; (None, None) without a lead."""
    lead = session.get(Lead, deal.lead_id) if deal.lead_id else None
    return (lead.planned_min_fen, lead.planned_max_fen) if lead else (None, None)


def submission_blockers(deal: Deal, terms: DealTerms, *, today: date) -> tuple[SubmissionBlocker, ...]:
    """List what keeps terms from being submitted."""
    return rules.submission_blockers(
        state=terms.state,
        has_investor=bool(terms.investors) or terms.kind is TermsKind.TERMINATION,
        terms_problems=problems_of(deal, terms, today=today),
        credit_problems=rules.credit_problems(credits_of(deal)),
    )
