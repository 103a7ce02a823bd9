"""What re-posting and the check of the ledger read: targets with their changes, and all deals in lots."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.models.events import Event
from app.deals.models import Deal, DealTerms
from app.targets.models import CountingRule, LedgerRow, Target

LOT = 200
POSTED = "target.posted"
_FACTS = (
    selectinload(Deal.terms).selectinload(DealTerms.investors),
    selectinload(Deal.terms).selectinload(DealTerms.exclusions),
    selectinload(Deal.credits),
    selectinload(Deal.paid_ins),
)


def targets_posted(session: Session) -> list[tuple[Target, datetime | None]]:
    """Return every root target with its rule's versions, and when the deals were last posted to it."""
    last = (
        select(func.max(Event.at))
        .where(Event.kind == POSTED, Event.subject_type == "target", Event.subject_id == Target.id)
        .correlate(Target)
        .scalar_subquery()
    )
    chosen = (
        select(Target, last)
        .where(Target.archived_at.is_(None))
        .options(joinedload(Target.rule).joinedload(CountingRule.versions))
        .order_by(Target.year, Target.id)
    )
    return [(target, posted_at) for target, posted_at in session.execute(chosen).unique()]


def has_entries(session: Session, target_id: UUID) -> bool:
    """Say whether anything was posted to a target."""
    return session.scalar(select(LedgerRow.id).where(LedgerRow.target_id == target_id).limit(1)) is not None


def deal_ids(session: Session, county_id: UUID) -> list[UUID]:
    """Return every deal of a county that has verified terms or stands in a ledger, in the order of ids."""
    posted = select(LedgerRow.deal_id)
    chosen = select(Deal.id).where(
        Deal.county_id == county_id, or_(Deal.verified_terms_id.is_not(None), Deal.id.in_(posted))
    )
    return list(session.scalars(chosen.order_by(Deal.id)))


def deals_with_facts(session: Session, ids: Collection[UUID], *, lock: bool = False) -> Sequence[Deal]:
    """Return deals with all that their facts ask."""
    chosen = select(Deal).where(Deal.id.in_(ids)).order_by(Deal.id).options(*_FACTS)
    if lock:
        chosen = chosen.with_for_update(of=Deal).execution_options(populate_existing=True)
    return session.scalars(chosen).all()


def posted_deal_ids(session: Session, target_ids: Collection[UUID]) -> set[UUID]:
    """Return the deals that stand in some targets' ledgers, whether or not they are still there."""
    return set(
        session.scalars(select(LedgerRow.deal_id).where(LedgerRow.target_id.in_(target_ids)).distinct())
    )


def numbers(session: Session, target_id: UUID) -> list[int]:
    """Return the numbers of a ledger's entries."""
    return list(session.scalars(select(LedgerRow.seq).where(LedgerRow.target_id == target_id)))


def lots(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """Cut ids into lots of one transaction each."""
    for start in range(0, len(ids), LOT):
        yield ids[start : start + LOT]
