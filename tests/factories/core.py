"""The county and the actors that tests of the floor begin with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from app.core.actor import Actor, ActorKind
from app.core.db import Base, Database
from app.core.ids import new_id
from app.core.models import County

EPOCH = datetime(2022, 1, 4, 1, 0, tzinfo=UTC)


def make_county(session: Session) -> County:
    """Return the database's county; a database holds one."""
    county = session.scalar(select(County))
    if county is None:
        county = County(
            id=new_id(), name="汾溪县", code="360599", is_demo=False, created_at=EPOCH, updated_at=EPOCH
        )
        session.add(county)
        session.flush()
    return county


def make_actor(county_id: UUID | None = None, *, name: str = "王经办") -> Actor:
    """Return somebody who acts, without an account behind."""
    return Actor(kind=ActorKind.USER, id=new_id(), name=name, county_id=county_id or new_id())


@contextmanager
def rolled_back(database: Database) -> Iterator[Session]:
    """Open a transaction that ends as a refused change ends."""
    with suppress(InterruptedError), database.writing() as session:
        yield session
        raise InterruptedError


def copies(
    database: Database, model: type[Base], key: UUID, number: int, **fresh: Callable[[int], Any]
) -> None:
    """Make a row stand so many times more, in one statement; `fresh` gives what each must have of its own."""
    table = model.__table__
    assert isinstance(table, Table)
    with database.writing() as session:
        row = dict(session.execute(select(table).where(table.c.id == key)).mappings().one())
        rows = (
            row | {"id": new_id()} | {name: make(count) for name, make in fresh.items()}
            for count in range(number)
        )
        session.execute(insert(table), list(rows))
