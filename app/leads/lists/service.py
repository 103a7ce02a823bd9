"""The list of leads as a file: who took what out of the house is on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.events import record
from app.core.permissions import Permission, require
from app.leads.lists import queries
from app.leads.lists.queries import LeadRow, LeadTotals
from app.leads.lists.schemas import LeadFilter


def export_leads(
    session: Session,
    actor: Actor,
    wanted: LeadFilter,
    *,
    kind: Literal["xlsx", "csv"],
    words: Sequence[str],
    at: datetime,
) -> tuple[list[LeadRow], LeadTotals]:
    """Return every row that a filter shows, and put on record who took how many out, by which filter.

    Raises NotPermitted.
    """
    require(actor, Permission.EXPORT)
    rows, totals = queries.exported_leads(session, actor, wanted, today=day_of(at))
    changes = {"rows": (None, len(rows)), "filter": (None, "；".join(words)), "format": (None, kind)}
    unit_id = next(iter(actor.unit_ids), None)
    record(
        session, actor, "lead.exported", ("county", actor.county_id), at=at, unit_id=unit_id, changes=changes
    )
    return rows, totals
