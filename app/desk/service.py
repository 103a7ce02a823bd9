"""Handing over: everything open of one person goes to another, each record with its own event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import FieldError
from app.core.permissions import Permission, require
from app.deals import service as deals
from app.leads import service as leads
from app.visits import service as visits


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How many records of each kind were moved."""

    leads: int
    deals: int
    visits: int

    @property
    def total(self) -> int:
        return self.leads + self.deals + self.visits


def hand_over(
    session: Session, actor: Actor, *, from_person_id: UUID, to_person_id: UUID, at: datetime
) -> HandedOver:
    """Move open leads, running deals and open follow-ups of the units over which the actor may hand over.

    Raises NotPermitted, NotFound for a stranger, or FieldError at `to_person` when both are the same.
    """
    require(actor, Permission.HAND_OVER)
    if from_person_id == to_person_id:
        raise FieldError("to_person", "error.desk.same_person")
    moved = [
        room.reassign(session, actor, from_person_id=from_person_id, to_person_id=to_person_id, at=at)
        for room in (leads, deals, visits)
    ]
    return HandedOver(*(len(rows) for rows in moved))
