"""The schedule as a file: who took it out of the house is on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.events import record
from app.core.permissions import Permission, require
from app.deals.schedule import queries
from app.deals.schedule.queries import Schedule
from app.deals.schedule.schemas import ScheduleFilter


def export_schedule(
    session: Session, actor: Actor, wanted: ScheduleFilter, *, words: Sequence[str], at: datetime
) -> Schedule:
    """Return the schedule, and put on record who took how many rows of it out, by which filter.

    Raises NotPermitted.
    """
    require(actor, Permission.EXPORT)
    found = queries.schedule(session, actor, wanted, today=day_of(at), most=queries.MOST_EXPORTED)
    changes = {"rows": (None, found.count), "filter": (None, "；".join(words)), "format": (None, "xlsx")}
    unit_id = next(iter(actor.unit_ids), None)
    subject = ("county", actor.county_id)
    record(session, actor, "deal.schedule_exported", subject, at=at, unit_id=unit_id, changes=changes)
    return found
