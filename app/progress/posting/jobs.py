"""A new target, or a rule published anew, gets what was verified before: within a minute, and once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor, ActorKind
from app.core.jobs import Tools, every
from app.progress.posting.service import due_targets, post_again

EVERY_SECONDS = 60


def is_anything_due(session: Session) -> bool:
    return bool(due_targets(session))


@every(EVERY_SECONDS, name="progress.posting", outside=True, when=is_anything_due)
def post_to_changed_targets(tools: Tools, at: datetime) -> None:
    """Post the deals to every target that was set or whose rule changed since."""
    with tools.database.reading() as session:
        waiting = due_targets(session)
    for due in waiting:
        house = Actor(kind=ActorKind.SYSTEM, id=due.county_id, name="Luodi", county_id=due.county_id)
        post_again(tools.database, house, due, at=at)
