"""Reads of what visits left to be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import Session, joinedload

from app.core.actor import Actor
from app.visits.models import Visit
from app.visits.queries import due_clause, is_mine, visible_to


def follow_ups_due(session: Session, actor: Actor, *, today: date, limit: int = 50) -> Sequence[Visit]:
    """Return the visits whose promised follow-up is due and that the actor entered or took part in."""
    return session.scalars(
        visible_to(actor)
        .where(due_clause(today), Visit.merged_into_id.is_(None), is_mine(actor))
        .options(joinedload(Visit.investor))
        .order_by(Visit.next_follow_up_on, Visit.id)
        .limit(limit)
    ).all()


def needing_leader(session: Session, actor: Actor, *, today: date, limit: int = 50) -> Sequence[Visit]:
    """Return the visits of the last 60 days that say what a leader should move (需领导推进事项), the newest first."""
    return session.scalars(
        visible_to(actor)
        .where(Visit.needs_leader != "", Visit.merged_into_id.is_(None))
        .where(Visit.to_on >= today - timedelta(days=60))
        .options(joinedload(Visit.investor))
        .order_by(Visit.to_on.desc(), Visit.id.desc())
        .limit(limit)
    ).all()


def open_of_person(actor: Actor, person_id: UUID) -> Select[Visit]:
    """Choose the visits whose follow-up somebody still has open, with their unit, for handing them over."""
    return (
        visible_to(actor)
        .where(
            Visit.entered_by == person_id,
            Visit.next_follow_up_on.is_not(None),
            Visit.followed_up_at.is_(None),
            Visit.merged_into_id.is_(None),
        )
        .options(joinedload(Visit.owner_unit), joinedload(Visit.investor))
        .order_by(Visit.id)
    )
