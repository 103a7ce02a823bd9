"""What posting reads: the targets under lock, their rules' versions, what stands of a deal, what is frozen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.targets.models import Freeze, LedgerRow, RuleVersionRow, Target
from app.targets.rules import FreezeState, LedgerEntry, RuleVersion

# Both databases bound how many values one statement takes.
MANY = 400


def lock_targets(
    session: Session, county_id: UUID, *, years: Collection[int], deal_ids: Collection[UUID]
) -> list[Target]:
    """Return the root targets of these years, and those that hold entries of these deals, each under its row's lock.

    Locks are taken in one order, so that two postings wait for each other instead of for ever; on SQLite the writer's
    lock already does it.
    """
    held = {
        target_id
        for some in in_lots(deal_ids)
        for target_id in session.scalars(
            select(LedgerRow.target_id).where(LedgerRow.deal_id.in_(some)).distinct()
        )
    }
    wanted = or_(Target.year.in_(years), Target.id.in_(held))
    chosen = select(Target).where(Target.county_id == county_id, Target.archived_at.is_(None), wanted)
    # What this session read of them earlier may be older than the lock.
    fresh = chosen.order_by(Target.id).with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(fresh))


def lock_target(session: Session, county_id: UUID, target_id: UUID) -> Target | None:
    """Return one root target under its row's lock; None where the county has no such one."""
    chosen = select(Target).where(Target.county_id == county_id, Target.id == target_id)
    fresh = chosen.with_for_update(of=Target).execution_options(populate_existing=True)
    return session.scalar(fresh)


def rule_versions(session: Session, rule_ids: Collection[UUID]) -> dict[UUID, list[RuleVersion]]:
    """Return each rule's versions that hold, as the rules judge by them."""
    chosen = select(RuleVersionRow).where(
        RuleVersionRow.rule_id.in_(rule_ids), RuleVersionRow.superseded_at.is_(None)
    )
    found: dict[UUID, list[RuleVersion]] = {rule_id: [] for rule_id in rule_ids}
    for row in session.scalars(chosen.order_by(RuleVersionRow.applies_to_signed_from)):
        found[row.rule_id].append(row.as_rule)
    return found


def entries_of_deals(
    session: Session, target_ids: Collection[UUID], deal_ids: Collection[UUID]
) -> dict[tuple[UUID, UUID], list[LedgerEntry]]:
    """Return what stands as {(target, deal): entries in their order}, with the shares."""
    found: dict[tuple[UUID, UUID], list[LedgerEntry]] = {}
    for some in in_lots(deal_ids):
        chosen = select(LedgerRow).where(LedgerRow.target_id.in_(target_ids), LedgerRow.deal_id.in_(some))
        ordered = chosen.order_by(LedgerRow.target_id, LedgerRow.seq).options(joinedload(LedgerRow.shares))
        for row in session.scalars(ordered).unique():
            found.setdefault((row.target_id, row.deal_id), []).append(row.as_entry)
    return found


def frozen_through(
    session: Session, target_ids: Collection[UUID], *, known_at: datetime | None = None
) -> dict[UUID, date]:
    """Return the last frozen day of each target that has one, now or as it was known at an instant."""
    chosen = select(Freeze.target_id, func.max(Freeze.through)).where(
        Freeze.target_id.in_(target_ids), Freeze.state == FreezeState.CONFIRMED
    )
    if known_at is not None:
        chosen = chosen.where(Freeze.decided_at <= known_at)
    rows = session.execute(chosen.group_by(Freeze.target_id)).all()
    return {row[0]: row[1] for row in rows}


def in_lots(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    """Cut ids into lots that one statement takes."""
    listed = list(ids)
    for start in range(0, len(listed), MANY):
        yield listed[start : start + MANY]
