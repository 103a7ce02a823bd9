"""A county's year with its numbers worked out by hand (see `tests/progress/conftest.py`).

post(session, deal, actor, at=…) posts a made deal as its verification would have done.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.core.actor import Actor
from app.core.ids import new_id
from app.deals.facts import ledger_facts
from app.deals.models import Deal, DealTerms, PaidIn
from app.targets import service
from app.targets.rules import Cause, LedgerEntry

LOADED = (
    selectinload(Deal.terms).selectinload(DealTerms.investors),
    selectinload(Deal.terms).selectinload(DealTerms.exclusions),
    selectinload(Deal.credits),
)


def post(
    session: Session, deal: Deal, actor: Actor, *, at: datetime, cause: Cause | None = None
) -> list[LedgerEntry]:
    """Post a deal as it stands."""
    session.flush()
    session.expire(deal)
    loaded = session.scalars(select(Deal).where(Deal.id == deal.id).options(*LOADED)).one()
    return service.post(session, actor, ledger_facts(loaded), cause=cause, event=None, at=at)


def make_paid_in(session: Session, deal: Deal, *, total_fen: int, **values: Any) -> PaidIn:
    given: dict[str, Any] = {"outside_fen": None, "recorded_at": deal.created_at} | values
    row = PaidIn(id=new_id(), deal_id=deal.id, total_fen=total_fen, by=deal.entered_by, **given)
    session.add(row)
    session.flush()
    return row
