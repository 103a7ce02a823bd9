"""Freezes of targets: what is closed, what can be, and what waits for its decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotFound
from app.targets import queries as posting
from app.targets.freezing.rules import freezable_days
from app.targets.models import Freeze, Target
from app.targets.reading.queries import Asked, standing
from app.targets.rules import Basis, FreezeState, Total

MOST_SHOWN = 100
MOST_TO_DO = 50


@dataclass(frozen=True, slots=True)
class FreezeStanding:
    """How far a target is closed, through which days it can be now, and the proposal that waits."""

    through: date | None
    days: Sequence[date]
    waiting: Freeze | None


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


def recent_freezes(session: Session, actor: Actor) -> Sequence[Freeze]:
    """Return the county's freezes in every state, the newest first."""
    chosen = select(Freeze).join(Target, Target.id == Freeze.target_id)
    here = chosen.where(Target.county_id == actor.county_id, Target.archived_at.is_(None))
    return session.scalars(here.order_by(Freeze.proposed_at.desc(), Freeze.id.desc()).limit(MOST_SHOWN)).all()


def states_of(session: Session, targets: Sequence[Target], *, today: date) -> dict[UUID, FreezeStanding]:
    """Return how each target stands, in two statements for all."""
    keys = [target.id for target in targets]
    frozen = posting.frozen_through(session, keys)
    open_ones = select(Freeze).where(Freeze.target_id.in_(keys), Freeze.state == FreezeState.PROPOSED)
    waiting = {one.target_id: one for one in session.scalars(open_ones)}
    return {
        target.id: FreezeStanding(
            through=frozen.get(target.id),
            days=freezable_days(year=target.year, today=today, frozen_through=frozen.get(target.id)),
            waiting=waiting.get(target.id),
        )
        for target in targets
    }


def waiting_for(session: Session, actor: Actor, *, person_id: UUID) -> Sequence[tuple[Freeze, str]]:
    """Return the proposals that somebody else made, each with its target's name, the oldest first."""
    chosen = (
        select(Freeze, Target.name)
        .join(Target, Target.id == Freeze.target_id)
        .where(
            Target.county_id == actor.county_id,
            Target.archived_at.is_(None),
            Freeze.state == FreezeState.PROPOSED,
            Freeze.proposed_by != person_id,
        )
    )
    return session.execute(chosen.order_by(Freeze.proposed_at, Freeze.id).limit(MOST_TO_DO)).all()


def booked_in(session: Session, freeze: Freeze) -> Total:
    """Return what stands in the months of a freeze by booking."""
    return standing(session, Asked(target_id=freeze.target_id, as_of=freeze.through, basis=Basis.BOOKED))
