"""Reads about what happens to a deal by the day: stages, notes and funds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.deals.models import Deal, DealNote, DealReader, DealStageChange, PaidIn
from app.identity.models import Person

MOST_NOTES = 20


def stages_of(session: Session, deal: Deal) -> Sequence[DealStageChange]:
    """Return a deal's changes of stage, the newest first."""
    return session.scalars(
        select(DealStageChange)
        .where(DealStageChange.deal_id == deal.id)
        .order_by(DealStageChange.recorded_at.desc(), DealStageChange.id.desc())
        .limit(50)
    ).all()


def notes_of(session: Session, deal: Deal) -> Sequence[DealNote]:
    """Return a deal's newest notes, the newest first."""
    return session.scalars(
        select(DealNote)
        .where(DealNote.deal_id == deal.id)
        .order_by(DealNote.on_day.desc(), DealNote.recorded_at.desc(), DealNote.id)
        .limit(MOST_NOTES)
    ).all()


def paid_ins_of(session: Session, deal: Deal) -> Sequence[PaidIn]:
    """Return a deal's statements of funds, the newest first."""
    return session.scalars(
        select(PaidIn).where(PaidIn.deal_id == deal.id).order_by(PaidIn.as_of.desc(), PaidIn.id).limit(60)
    ).all()


def reader_names(session: Session, deal: Deal) -> Sequence[str]:
    """Return who may open a confidential deal besides its owner; nothing is asked for an open one."""
    if not deal.confidential:
        return []
    named = select(Person.name).join(DealReader, DealReader.person_id == Person.id)
    return session.scalars(named.where(DealReader.deal_id == deal.id).order_by(Person.name)).all()


def name_of(session: Session, person_id: UUID | None) -> dict[Any, str]:
    """Return {id: name} of the person for whom somebody typed; empty where nobody did."""
    person = session.get(Person, person_id) if person_id else None
    return {person.id: person.name} if person else {}
