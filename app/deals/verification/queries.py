"""Reads for verifiers: what waits, and what a person's my-work page shows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.actor import Actor
from app.core.permissions import Permission, allowed
from app.deals.choosing import MOST_CHOSEN
from app.deals.models import Credit, Deal, DealTerms, Evidence, TermsInvestor
from app.deals.queries import MOST_TO_DO, in_scope, may_open, visible_to
from app.deals.rules import TermsState

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many deals wait: new ones, imported history, and those that are kept from the actor (某项目（保密）)."""

    new: int
    opening: int
    kept_from: int


def waiting(session: Session, actor: Actor) -> Waiting:
    """Count the deals with submitted terms, in one statement."""
    chosen = _waiting(select(Deal).where(in_scope(actor)))
    rows = chosen.with_only_columns(may_open(actor).label("opens"), Deal.opening).subquery()
    counted = select(rows.c.opens, rows.c.opening, func.count()).group_by(rows.c.opens, rows.c.opening)
    found = {(bool(opens), bool(opening)): number for opens, opening, number in session.execute(counted)}
    return Waiting(
        new=found.get((True, False), 0),
        opening=found.get((True, True), 0),
        kept_from=found.get((False, False), 0) + found.get((False, True), 0),
    )


def per_page(*, opening: bool) -> int:
    """Return how many deals the queue shows at once: of imported history as many as one batch takes."""
    return MOST_CHOSEN if opening else PAGE_SIZE


def queue(session: Session, actor: Actor, *, page: int, opening: bool) -> Sequence[Deal]:
    """Return a page of deals with submitted terms that the actor may open, those waiting longest first."""
    size = per_page(opening=opening)
    chosen = waiting_with_all(actor).where(Deal.opening.is_(opening))
    ordered = chosen.order_by(DealTerms.submitted_at, Deal.id).limit(size).offset((page - 1) * size)
    return session.scalars(ordered).unique().all()


def waiting_with_all(actor: Actor) -> Select[Deal]:
    """Choose the deals with submitted terms that the actor may open, with all that a verification asks.

    Read it with `unique()`. Three statements at any length: the deals with unit and credits, their versions with
    investors, their files.
    """
    return _waiting(visible_to(actor)).options(
        joinedload(Deal.owner_unit),
        joinedload(Deal.credits).joinedload(Credit.unit),
        selectinload(Deal.terms).options(
            joinedload(DealTerms.investors).joinedload(TermsInvestor.investor),
            joinedload(DealTerms.exclusions),
        ),
        selectinload(Deal.evidence).joinedload(Evidence.file),
    )


def to_verify(session: Session, actor: Actor) -> Sequence[Deal]:
    """Return the deals whose terms wait for this verifier, those waiting longest first; none for other roles."""
    if not allowed(actor, Permission.VERIFY_TERMS):
        return []
    chosen = _waiting(visible_to(actor)).options(joinedload(Deal.owner_unit))
    return session.scalars(chosen.order_by(DealTerms.submitted_at, Deal.id).limit(MOST_TO_DO)).all()


def _waiting(chosen: Select[Deal]) -> Select[Deal]:
    submitted = chosen.join(DealTerms, DealTerms.deal_id == Deal.id)
    return submitted.where(DealTerms.state == TermsState.SUBMITTED)
