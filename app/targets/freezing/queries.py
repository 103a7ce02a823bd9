"""Freezes of a target."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotFound
from app.targets.models import Freeze, Target


def get_freeze(session: Session, actor: Actor, freeze_id: UUID) -> Freeze:
    """Return a freeze of the actor's county. Raises NotFound."""
    chosen = select(Freeze).join(Target, Target.id == Freeze.target_id)
    found = session.scalar(chosen.where(Freeze.id == freeze_id, Target.county_id == actor.county_id))
    if found is None:
        raise NotFound()
    return found


def freezes_of(session: Session, target_id: UUID) -> list[Freeze]:
    """Return a target's freezes in every state, the newest first."""
    chosen = select(Freeze).where(Freeze.target_id == target_id)
    return list(session.scalars(chosen.order_by(Freeze.proposed_at.desc(), Freeze.id.desc())))
