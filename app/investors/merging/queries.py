"""Reads about merges."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.text import fold
from app.investors.models import Investor, InvestorMerge
from app.investors.queries import live, visible_to


def live_named(session: Session, actor: Actor, name: str) -> Sequence[Investor]:
    """Return the live records of exactly that name, at most a few."""
    named = visible_to(actor).where(live(actor.county_id), Investor.name_folded == fold(name))
    return session.scalars(named.order_by(Investor.id).limit(5)).all()


def standing_merge(session: Session, merged_id: UUID) -> InvestorMerge:
    """Return the merge on record that still holds."""
    return session.scalars(
        select(InvestorMerge)
        .where(InvestorMerge.merged_id == merged_id, InvestorMerge.undone_at.is_(None))
        .order_by(InvestorMerge.at.desc())
        .limit(1)
    ).one()
