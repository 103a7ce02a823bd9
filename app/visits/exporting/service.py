"""Taking the list of visits out, on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.actor import Actor
from app.core.events import record
from app.core.permissions import Permission, require
from app.visits import queries
from app.visits.models import Visit, VisitPerson, VisitUnit
from app.visits.schemas import VisitFilter


def export_visits(
    session: Session,
    actor: Actor,
    wanted: VisitFilter,
    *,
    kind: str,
    words: Sequence[str],
    today: date,
    at: datetime,
) -> Sequence[Visit]:
    """Return every visit that a filter shows, and put on record who took how many out, by which filter.

    Raises NotPermitted.
    """
    require(actor, Permission.EXPORT)
    chosen = queries.filtered(session, actor, wanted, today=today)
    rows = session.scalars(
        chosen.options(
            joinedload(Visit.investor),
            joinedload(Visit.owner_unit),
            selectinload(Visit.units).joinedload(VisitUnit.unit),
            selectinload(Visit.people).joinedload(VisitPerson.person),
        ).order_by(*queries.in_order(wanted.sort))
    ).all()
    changes = {"rows": (None, len(rows)), "filter": (None, "；".join(words)), "format": (None, kind)}
    unit_id = next(iter(actor.unit_ids), None)
    record(
        session, actor, "visit.exported", ("county", actor.county_id), at=at, unit_id=unit_id, changes=changes
    )
    return rows
