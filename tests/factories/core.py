"""The county and the actors that tests of the floor begin with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor, ActorKind
from app.core.db import Database
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
