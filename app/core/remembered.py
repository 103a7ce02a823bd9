"""Sums over whole tables, kept in memory for as long as nothing has changed.

A list says how many records a filter finds and what they come to; a leader's page judges every deal of a year. Both are
read far more often than anything is written. Every change writes its event in its own transaction, so the number of
events that are committed says whether an answer still holds: one statement by key instead of a walk through the table.

    return remembered(session, ("leads.totals", actor, wanted, today), lambda: _totals(session, chosen))
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.memory import MEMORY, Memory
from app.core.models.events import EventOrder, EventPending

T = TypeVar("T")
CHANGES = "luodi.changes"


def remembered(session: Session, key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` gives, or gave for the same key while nothing was changed since.

    Only for reads (`Database.reading`): a transaction that writes counts its own events, which may yet be taken back.
    `key` names everything that the answer depends on besides the database, the actor among it. What is returned is
    shared by requests: never change it. Of several that ask at once for what is not known one works it out.
    """
    memory: Memory | None = session.info.get(MEMORY)
    if memory is None:
        return make()
    return memory.recall(key, _changes(session), make)


def _changes(session: Session) -> int:
    """Return how many events are committed: those with a position, and those that wait for one."""
    known: int | None = session.info.get(CHANGES)
    if known is None:
        known = session.connection().execute(_COUNTED).scalar_one()
        session.info[CHANGES] = known
    return known


# Made once, of tables: every page and every answer to a program asks it.
_COUNTED = select(
    select(func.coalesce(func.max(EventOrder.__table__.c.position), 0)).scalar_subquery()
    + select(func.count()).select_from(EventPending.__table__).scalar_subquery()
)
