"""The list of deals as a file: who took what out of the house is on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.events import record
from app.core.permissions import Permission, require
from app.deals.listing import queries
from app.deals.listing.queries import DealRow, Totals
from app.deals.listing.schemas import DealFilter


def export_deals(
    session: Session,
    actor: Actor,
    wanted: DealFilter,
    *,
    kind: Literal["xlsx", "csv"],
    words: Sequence[str],
    at: datetime,
) -> tuple[list[DealRow], Totals]:
    """Return every row that a filter shows, and put on record who took how many out, by which filter.

    Raises NotPermitted.
    """
    require(actor, Permission.EXPORT)
    rows = queries.rows_to_export(session, actor, wanted)
    changes = {"rows": (None, len(rows)), "filter": (None, "；".join(words)), "format": (None, kind)}
    unit_id = next(iter(actor.unit_ids), None)
    record(
        session, actor, "deal.exported", ("county", actor.county_id), at=at, unit_id=unit_id, changes=changes
    )
    return rows, queries.totals(session, actor, wanted)
