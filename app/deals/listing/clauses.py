"""What each part of the list's filter asks of the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.core import search
from app.core.actor import Actor
from app.deals.listing.schemas import DealFilter
from app.deals.models import Deal, DealTerms, ListedDeal, TermsInvestor
from app.deals.queries import may_open
from app.deals.rules import NOT_STARTED, DealStage
from app.identity.models import Unit
from app.investors.queries import name_matches

_WAN, _YI = 1_000_000, 10_000_000_000
# Half-open, as the bands of the reports.
BANDS: dict[str, tuple[int | None, int | None]] = {
    "under_2000": (None, 2000 * _WAN),
    "2000_1": (2000 * _WAN, _YI),
    "1_5": (_YI, 5 * _YI),
    "5_10": (5 * _YI, 10 * _YI),
    "10_20": (10 * _YI, 20 * _YI),
    "20_50": (20 * _YI, 50 * _YI),
    "50_100": (50 * _YI, 100 * _YI),
    "100_more": (100 * _YI, None),
    "10_more": (10 * _YI, None),
}


def clauses(session: Session, actor: Actor, wanted: DealFilter) -> Iterator[ColumnElement[bool]]:
    """Give the conditions of a filter, each on its own; `Deal` is joined with the terms that it shows.

    What says something about a confidential deal's content finds only those that the actor may open.
    """
    if wanted.stage is not None:
        yield Deal.stage == wanted.stage
    if wanted.state is not None:
        yield Deal.terms_state == wanted.state
    if wanted.unit is not None:
        above = select(Unit.path).where(Unit.id == wanted.unit).scalar_subquery()
        yield Deal.owner_unit_id.in_(select(Unit.id).where(Unit.path.like(above.op("||")("%"))))
    if wanted.year is not None:
        yield DealTerms.signed_on.between(date(wanted.year, 1, 1), date(wanted.year, 12, 31))
    telling = [*_names(session, actor, wanted), *_content(wanted)]
    if telling:
        yield may_open(actor)
        yield from telling


def _names(session: Session, actor: Actor, wanted: DealFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.q:
        of_investor = select(TermsInvestor.terms_id).where(
            TermsInvestor.investor_id.in_(name_matches(session, actor.county_id, wanted.q))
        )
        yield or_(
            Deal.id.in_(search.matching_ids("deal", wanted.q, actor.county_id)),
            Deal.code == wanted.q.upper(),
            DealTerms.id.in_(of_investor),
        )
    if wanted.investor is not None:
        yield DealTerms.id.in_(
            select(TermsInvestor.terms_id).where(TermsInvestor.investor_id == wanted.investor)
        )


def _content(wanted: DealFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.agreement is not None:
        yield DealTerms.agreement == wanted.agreement
    if wanted.leader is not None:
        yield Deal.leader_in_charge_id == wanted.leader
    if wanted.chain:
        yield Deal.chain == wanted.chain
    if wanted.origin is not None:
        level = select(TermsInvestor.terms_id).where(TermsInvestor.origin_level == wanted.origin)
        yield DealTerms.id.in_(level)
    if wanted.list is not None:
        yield Deal.id.in_(select(ListedDeal.deal_id).where(ListedDeal.list_id == wanted.list))
    if wanted.occasion is not None:
        yield Deal.occasion_id == wanted.occasion
    if wanted.amount == "unknown":
        yield DealTerms.total_fen.is_(None)
    elif wanted.amount:
        least, below = BANDS[wanted.amount]
        yield and_(DealTerms.total_fen >= (least or 0), DealTerms.total_fen < (below or 10**18))
    if wanted.flag:
        yield _flagged(wanted.flag)


def _flagged(flag: str) -> ColumnElement[bool]:
    if flag == "pending":
        return Deal.pending_amendment.is_(True)
    if flag == "contract":
        return Deal.contract_pending.is_(True)
    if flag == "own_unit":
        return DealTerms.own_unit.is_(True)
    if flag == "region":
        return Deal.region_flagged_at.is_not(None)
    waiting = [stage for stage in NOT_STARTED if stage is not DealStage.FILED]
    return Deal.stage.in_(sorted(waiting))
