"""Which deals froze a home of an investor that was corrected since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.core.events import Event
from app.deals.models import Deal, DealTerms, TermsInvestor
from app.deals.queries import SHOWN_TERMS
from app.investors.models import Investor

CORRECTED, FLAGGED = "investor.region_changed", "deal.region_flagged"
LOOK_BACK = timedelta(days=30)


def to_flag(session: Session, *, at: datetime, most: int = 200) -> Sequence[Deal]:
    """Return deals whose shown terms hold another home than an investor corrected since, and that were not flagged
    after that correction; locked in one order."""
    correction, flag = aliased(Event), aliased(Event)
    flagged = exists().where(
        flag.kind == FLAGGED,
        flag.subject_id == Deal.id,
        flag.subject_type == "deal",
        flag.at >= correction.at,
    )
    home = or_(
        TermsInvestor.region_code != Investor.region_code,
        func.coalesce(TermsInvestor.country, "") != func.coalesce(Investor.country, ""),
    )
    chosen = (
        select(Deal.id)
        .join(DealTerms, DealTerms.id == SHOWN_TERMS)
        .join(TermsInvestor, TermsInvestor.terms_id == DealTerms.id)
        .join(Investor, Investor.id == TermsInvestor.investor_id)
        .join(
            correction,
            and_(correction.subject_type == "investor", correction.subject_id == Investor.id),
        )
        .where(correction.kind == CORRECTED, correction.at > at - LOOK_BACK, home, ~flagged)
        .where(Deal.archived_at.is_(None))
        .limit(most)
    )
    return session.scalars(
        select(Deal).where(Deal.id.in_(chosen)).order_by(Deal.id).with_for_update(of=Deal)
    ).all()
