"""Use case of a corrected home: deals are flagged, their frozen origin stays; only a correction of terms changes it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor, ActorKind
from app.deals.changes import put_on_record
from app.deals.regions.queries import FLAGGED, to_flag


def flag_corrected_regions(session: Session, *, at: datetime) -> int:
    """Flag the deals whose investor's home was corrected since; returns how many."""
    deals = to_flag(session, at=at)
    for deal in deals:
        deal.region_flagged_at = at
        deal.touch(at)
        house = Actor(kind=ActorKind.SYSTEM, id=deal.county_id, name="Luodi", county_id=deal.county_id)
        put_on_record(session, house, FLAGGED, deal, at=at)
    return len(deals)
