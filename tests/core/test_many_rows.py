"""Many rows go in as one by one they would, whatever way the database has for them."""

from __future__ import annotations

import traceback
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import BigInteger, LargeBinary, MetaData, Numeric, String, delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.core import postgresql
from app.core.actor import ActorKind
from app.core.db import Base, Database, insert_rows
from app.core.ids import new_id
from app.core.models import Counter, IdempotencyKey
from tests.conftest import Clock
from tests.factories.core import rolled_back

SHANGHAI = timezone(timedelta(hours=8))
WORDS = ("", "分宜", "tab\tnew\nline\rback\\slash", "\\N", "\\.", "'\"", "𠮷野家 {a,b} NULL")


class Apart(DeclarativeBase):
    """Tables of this test only: a column of each type that the project's tables have."""

    metadata = MetaData()
    type_annotation_map = Base.type_annotation_map


class Everything(Apart):
    __tablename__ = "test_everything"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    word: Mapped[str | None] = mapped_column(String(80))
    kind: Mapped[ActorKind | None]
    yes: Mapped[bool | None]
    fen: Mapped[int | None] = mapped_column(BigInteger)
    mu: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    on_day: Mapped[date | None]
    at: Mapped[datetime | None]
    key: Mapped[UUID | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    facts: Mapped[dict[str, Any] | None]
    parts: Mapped[list[Any] | None]
    version: Mapped[int] = mapped_column(default=1)
    said: Mapped[str] = mapped_column(String(8), server_default="so")


FACTS = [
    column.key for column in Everything.__mapper__.column_attrs if column.key not in ("id", "version", "said")
]
FULL: dict[str, Any] = {
    "word": "分宜",
    "kind": ActorKind.USER,
    "yes": True,
    "fen": 9_000_000_000,
    "mu": Decimal("12.50"),
    "on_day": date(2022, 12, 31),
    "at": datetime(2022, 12, 31, 23, 59, 59, 999999, tzinfo=SHANGHAI),
    "key": UUID(int=7),
    "body": b"\x00\\x41\n\xff",
    "facts": {"名": ['a\\n"\n', None, {"b": 1.5}], "id": UUID(int=1), "day": date(2022, 1, 1)},
    "parts": [],
}
ROWS = [
    FULL,
    dict.fromkeys(FULL),
    *({**FULL, "word": word, "facts": {word: word}, "parts": [word]} for word in WORDS),
    {
        **FULL,
        "yes": False,
        "fen": -1,
        "mu": Decimal("-0.01"),
        "at": datetime(2022, 1, 1, tzinfo=UTC),
        "facts": {},
    },
]


def all_of_it(session: Session) -> list[tuple[Any, ...]]:
    columns = [getattr(Everything, name) for name in (*FACTS, "version", "said")]
    return [tuple(row) for row in session.execute(select(*columns).order_by(Everything.id))]


def test_values_of_every_type_come_back_as_from_single_rows(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "COPIED_AT_ONCE", 3)
    with rolled_back(database) as session:
        Everything.__table__.create(session.connection())  # type: ignore[attr-defined]
        for row in ROWS:
            session.execute(insert(Everything).values(row))
        singly = all_of_it(session)
        session.execute(delete(Everything))
        insert_rows(session, Everything, ROWS)  # type: ignore[arg-type]
        together = all_of_it(session)
    assert len(singly) == len(ROWS)
    assert together == singly


def counters(*names: str) -> list[dict[str, Any]]:
    return [{"county_id": UUID(int=1), "name": name, "value": 3} for name in names]


def test_of_rows_with_one_that_is_refused_none_stands(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        insert_rows(session, Counter, counters("A", "B", "A"))
    with database.writing() as session:
        assert session.scalar(select(func.count()).select_from(Counter)) == 0
        with pytest.raises(IntegrityError), session.begin_nested():
            insert_rows(session, Counter, counters("A", "A"))
        insert_rows(session, Counter, counters("A"))
    with database.reading() as session:
        assert session.scalars(select(Counter.name)).all() == ["A"]


def test_no_rows_are_no_statement(database: Database) -> None:
    with database.writing() as session:
        insert_rows(session, Counter, [])
        assert session.scalar(select(func.count()).select_from(Counter)) == 0


def test_a_refused_row_is_not_quoted(database: Database, clock: Clock) -> None:
    """PostgreSQL names the line of a COPY that it refuses, with its values: they must not reach the log."""
    apart = {"holder": "h", "request_hash": "", "body": b"", "headers": {}, "created_at": clock()}
    number = "1381234" + "5678"
    with pytest.raises(IntegrityError) as error, database.writing() as session:
        insert_rows(session, IdempotencyKey, [apart | {"key": number}] * 2)
    shown = "".join(traceback.format_exception(error.value))
    assert "idempotency_keys" in shown
    assert number not in shown


def test_defaults_of_columns_are_values() -> None:
    """An SQL expression would stand in the INSERT's text, where a COPY has no place for it."""
    assert [
        str(column)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.default is not None and column.default.is_clause_element
    ] == []
