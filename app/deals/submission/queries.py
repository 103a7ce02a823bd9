"""Terms that a head may hand to the verifiers."""

from __future__ import annotations

from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.actor import Actor
from app.core.paging import Page, paginate
from app.deals.choosing import MOST_CHOSEN
from app.deals.models import Deal, DealTerms, TermsInvestor
from app.deals.queries import visible_to
from app.deals.rules import TermsState
from app.identity.queries import in_headed_units


def drafts(session: Session, actor: Actor, *, page: int) -> Page[Deal]:
    """Return a page of deals of the units that the actor heads whose newest terms are a draft or were refused."""
    chosen = (
        visible_to(actor)
        .join(DealTerms, DealTerms.id == Deal.newest_terms_id)
        .where(
            in_headed_units(Deal.owner_unit_id, actor),
            DealTerms.state.in_([TermsState.DRAFT, TermsState.REFUSED]),
        )
        .options(
            joinedload(Deal.owner_unit),
            selectinload(Deal.terms).selectinload(DealTerms.investors).joinedload(TermsInvestor.investor),
            selectinload(Deal.terms).selectinload(DealTerms.exclusions),
            selectinload(Deal.credits),
        )
    )
    return paginate(session, chosen.order_by(Deal.code, Deal.id), page=page, per_page=MOST_CHOSEN)
