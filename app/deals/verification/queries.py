"""Reads for verifiers: what waits, and what a person's my-work page shows of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.actor import Actor
from app.core.paging import Page, paginate
from app.core.permissions import Permission, allowed
from app.deals.choosing import MOST_CHOSEN
from app.deals.models import Credit, Deal, DealTerms, Evidence, TermsInvestor
from app.deals.queries import MOST_TO_DO, in_scope, may_open, visible_to
from app.deals.rules import TermsState

PAGE_SIZE = 30


def queue(session: Session, actor: Actor, *, page: int, opening: bool) -> Page[Deal]:
    """Return a page of deals with submitted terms that the actor may open, those waiting longest first."""
    chosen = waiting_with_all(actor).where(Deal.opening.is_(opening))
    per_page = MOST_CHOSEN if opening else PAGE_SIZE
    return paginate(session, chosen.order_by(DealTerms.submitted_at, Deal.id), page=page, per_page=per_page)


def waiting_with_all(actor: Actor) -> Select[Deal]:
    """Choose the deals with submitted terms that the actor may open, with all that a verification asks."""
    return _waiting(visible_to(actor)).options(
        joinedload(Deal.owner_unit),
        selectinload(Deal.terms).selectinload(DealTerms.investors).joinedload(TermsInvestor.investor),
        selectinload(Deal.terms).selectinload(DealTerms.exclusions),
        selectinload(Deal.credits).joinedload(Credit.unit),
        selectinload(Deal.evidence).joinedload(Evidence.file),
    )


def kept_from(session: Session, actor: Actor) -> int:
    """Count the confidential deals with submitted terms that the actor may not open: 某项目（保密）."""
    hidden = _waiting(select(Deal).where(in_scope(actor), ~may_open(actor)))
    return session.scalar(hidden.with_only_columns(func.count())) or 0


def count_waiting(session: Session, actor: Actor, *, opening: bool) -> int:
    """Count the deals that wait for a verifier."""
    chosen = _waiting(visible_to(actor)).where(Deal.opening.is_(opening))
    return session.scalar(chosen.with_only_columns(func.count())) or 0


def to_verify(session: Session, actor: Actor) -> Sequence[Deal]:
    """Return the deals whose terms wait for this verifier, those waiting longest first; none for other roles."""
    if not allowed(actor, Permission.VERIFY_TERMS):
        return []
    chosen = _waiting(visible_to(actor)).options(joinedload(Deal.owner_unit))
    return session.scalars(chosen.order_by(DealTerms.submitted_at, Deal.id).limit(MOST_TO_DO)).all()


def _waiting(chosen: Select[Deal]) -> Select[Deal]:
    submitted = chosen.join(DealTerms, DealTerms.deal_id == Deal.id)
    return submitted.where(DealTerms.state == TermsState.SUBMITTED)
