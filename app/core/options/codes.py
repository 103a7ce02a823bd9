"""Short codes that people read out (L2022-0133): counted per county, letter and year, without gaps."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.db import dialect_of, insert_into
from app.core.models.options import Counter


def short_code(session: Session, county_id: UUID, prefix: str, year: int) -> str:
    """Return the next code. Others wait for theirs until this transaction ends, so a refused one leaves no gap."""
    return reserve_codes(session, county_id, prefix, year, 1)[0]


def reserve_codes(session: Session, county_id: UUID, prefix: str, year: int, number: int) -> list[str]:
    """Return so many codes that follow each other, for rows that are written together."""
    name = f"{prefix}{year}"
    asked = {"county_id": county_id, "name": name, "value": number}
    last: int = session.execute(_counting(dialect_of(session)), asked).scalar_one()
    return [f"{name}-{count:04d}" for count in range(last - number + 1, last + 1)]


@lru_cache
def _counting(dialect: str) -> Any:
    table = Counter.__table__
    adding = insert_into(dialect, table)
    return adding.on_conflict_do_update(
        index_elements=[table.c.county_id, table.c.name],
        set_={"value": table.c.value + adding.excluded.value},
    ).returning(table.c.value)
