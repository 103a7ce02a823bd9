"""The list of investors as a file: who took what out of the house is on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.events import record
from app.core.permissions import Permission, require
from app.investors import queries
from app.investors.models import Investor
from app.investors.schemas import InvestorFilter
from app.investors.service import own_unit


def export_investors(
    session: Session,
    actor: Actor,
    wanted: InvestorFilter,
    *,
    kind: Literal["xlsx", "csv"],
    words: Sequence[str],
    at: datetime,
) -> Sequence[Investor]:
    """Return every investor that a filter shows, and put on record who took how many out. Raises NotPermitted."""
    require(actor, Permission.EXPORT)
    rows = queries.all_of(session, actor, wanted)
    changes = {"rows": (None, len(rows)), "filter": (None, "；".join(words)), "format": (None, kind)}
    county = ("county", actor.county_id)
    record(session, actor, "investor.exported", county, at=at, unit_id=own_unit(actor), changes=changes)
    return rows
