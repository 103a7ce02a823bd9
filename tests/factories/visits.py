"""Visits, as tests begin with them."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.identity.models import Unit
from app.investors.models import Investor
from app.visits.models import Visit, VisitPerson, VisitUnit
from app.visits.rules import VisitKind
from tests.factories.identity import EPOCH

_numbers = count(1)


def make_visit(
    session: Session,
    *,
    unit: Unit,
    investor: Investor,
    kind: VisitKind = VisitKind.OUTBOUND,
    from_on: date = date(2022, 11, 21),
    people: tuple[UUID, ...] = (),
    at: datetime = EPOCH,
    **values: Any,
) -> Visit:
    """Make a visit of one unit to an investor, entered in time, with nothing left to follow up."""
    given: dict[str, Any] = {
        "to_on": from_on,
        "summary": "介绍了园区厂房",
        "no_follow_up": True,
        "entered_by": new_id(),
        "received_at": at,
        "created_at": at,
        "updated_at": at,
    } | values
    visit = Visit(
        id=new_id(),
        county_id=unit.county_id,
        code=f"T{next(_numbers)}",
        kind=kind,
        from_on=from_on,
        investor_id=investor.id,
        owner_unit_id=unit.id,
        units=[VisitUnit(unit_id=unit.id)],
        people=[VisitPerson(person_id=each) for each in people],
        **given,
    )
    session.add(visit)
    session.flush()
    return visit
