"""The database: one engine for SQLite or PostgreSQL, and the only place that knows their differences.

Tables share `Base`; instants are UTC with zone (`UtcDateTime`), money is integer fen, ids are UUIDs.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Engine,
    Enum,
    MetaData,
    Select,
    event,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from app.core.columns import Identifier, JsonValue, UtcDateTime
from app.core.errors import Unavailable
from app.core.ids import new_id
from app.core.memory import MEMORY, Memory
from app.core.sqlite import sqlite_engine
from app.core.writer_lock import WriterLock
from app.settings import Settings

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

POOL_TIMEOUT_S = 3
# The execution option of an INSERT of many rows into this table that PostgreSQL may take by COPY. Its columns' defaults
# must be values, which is what the columns' defaults of `Base` are; SQL expressions would stay out.
COPY_IN = "luodi_copy_in"


def _codes(enumeration: type[StrEnum]) -> list[str]:
    return [member.value for member in enumeration]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    # Enumerations are stored as their codes in plain text, so that a new value needs no change of type.
    type_annotation_map = {
        datetime: UtcDateTime(),
        UUID: Identifier(),
        dict[str, Any]: JsonValue,
        list[Any]: JsonValue,
        StrEnum: Enum(StrEnum, native_enum=False, length=32, values_callable=_codes),
    }


class Identified:
    """Mixin: a UUIDv7 primary key made by the application."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


class Versioned:
    """Mixin: optimistic version and the times of a row's first and last change."""

    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    def touch(self, at: datetime) -> None:
        """Note a change: the next stale write is refused by the raised version."""
        self.version += 1
        self.updated_at = at


def _json_default(value: object) -> object:
    if isinstance(value, UUID | Decimal):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"not JSON: {type(value).__name__}")


_encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_json_default)


def to_json(value: object) -> str:
    """Serialise for storage: stable key order, UUIDs, days and instants as strings."""
    return _encoder.encode(value)


class Database:
    """An engine with its rules: `asking()`, `reading()` and `writing()` are the only ways to a session.

    `patient` is for commands that read or write a whole county: their statements may take as long as they need.
    """

    def __init__(self, settings: Settings, *, patient: bool = False) -> None:
        self.url = make_url(settings.database_url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _engine(settings, patient=patient)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, autoflush=True)
        asks = self.engine.execution_options(**({} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}))
        event.listen(asks, "before_cursor_execute", _refuse_writing)
        self._asking = sessionmaker(asks, expire_on_commit=False, autoflush=True)
        self._memory = Memory()
        self._writer = WriterLock(Path(f"{self.url.database}.lock")) if self.is_sqlite else None

    @contextmanager
    def asking(self) -> Iterator[Session]:
        """Open a session for the questions of a page, each of which sees what is committed by then.

        On PostgreSQL no transaction surrounds them: that would be two exchanges more, and no other view. Whatever
        changes something is refused as a mistake in the code. Raises Unavailable when the database is away.
        """
        with _translating_outages(), self._asking(info={MEMORY: self._memory}) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that is rolled back at the end: for rehearsals, and to go through long tables.

        Raises Unavailable when the database is away.
        """
        with _translating_outages(), self._sessions(info={MEMORY: self._memory}) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction that commits when the block ends and rolls back when it raises.

        On SQLite writers queue on one file lock (threads and processes) and begin immediately, so that nobody
        starves and no read can turn stale before its write. Raises Unavailable when the database is away.
        """
        with _translating_outages():
            if self._writer is None:
                with self._sessions.begin() as session:
                    yield session
                return
            with self._writer, self._sessions() as session, session.begin():
                session.connection(execution_options={"luodi_begin": "IMMEDIATE"})
                yield session

    def dispose(self) -> None:
        self.engine.dispose()


@contextmanager
def _translating_outages() -> Iterator[None]:
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable(retry_after=2) from error
    except DBAPIError as error:
        if _is_outage(error):
            raise Unavailable(retry_after=2) from error
        raise


def _is_outage(error: DBAPIError) -> bool:
    """Tell a database that is away or too busy from a statement that is wrong."""
    if error.connection_invalidated:
        return True
    if not isinstance(error, OperationalError):
        return False
    if isinstance(error.orig, sqlite3.OperationalError):
        return any(
            word in str(error.orig) for word in ("locked", "unable to open", "disk I/O", "readonly", "full")
        )
    return True


def _engine(settings: Settings, *, patient: bool) -> Engine:
    common: dict[str, Any] = {"pool_timeout_s": POOL_TIMEOUT_S, "json_serializer": to_json}
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        return sqlite_engine(url, **common)
    from app.core.postgresql import postgresql_engine  # its driver is left out where SQLite is used

    return postgresql_engine(settings, patient=patient, **common)


def _refuse_writing(_c: Any, _cursor: Any, statement: str, _p: Any, context: Any, _many: bool) -> None:
    changes = context.isinsert or context.isupdate or context.isdelete or context.isddl
    if changes or not statement.startswith(("SELECT", "WITH", "BEGIN", "(")):
        raise AssertionError(f"asking changes nothing: {statement[:40]}")


def dialect_of(session: Session) -> str:
    """Return `sqlite` or `postgresql`."""
    return session.get_bind().dialect.name


def ping(session: Session) -> None:
    session.execute(text("SELECT 1"))


def insert_for(session: Session, table: Any) -> Any:
    """Return the dialect's INSERT, which both databases let end in ON CONFLICT and RETURNING."""
    return insert_into(dialect_of(session), table)


# To put a statement together takes several times as long as to send it: those of every write are kept.
@lru_cache(maxsize=200)
def insert_into(dialect: str, table: Any) -> Any:
    """Return the INSERT of `insert_for` for a dialect by name; one object for all who ask."""
    return (sqlite_insert if dialect == "sqlite" else postgresql_insert)(table)


@lru_cache(maxsize=200)
def _insert_unless_there(dialect: str, table: Any) -> Any:
    return insert_into(dialect, table).on_conflict_do_nothing().returning(literal(1))


def insert_rows(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert many rows that name the same columns, in one statement for all; nothing where there are none.

    Straight into the table: as records they would be sorted by which of their columns are None, and go out in as
    many statements. The columns' defaults still apply. PostgreSQL takes them by COPY.
    """
    if rows:
        into = table.__table__
        session.execute(insert_for(session, into), list(rows), execution_options={COPY_IN: into})


def rows_of(table: type[Base], rows: Sequence[dict[str, Any]]) -> Select[Any]:
    """Return a SELECT of these rows, which name the same columns, for PostgreSQL: each column goes as one array."""
    columns = table.__table__.c
    return select(
        *(func.unnest(literal([row[name] for row in rows], ARRAY(columns[name].type))) for name in rows[0])
    )


def insert_or_skip(session: Session, table: type[Base], values: dict[str, Any]) -> bool:
    """Insert a row unless its key stands; says whether it was inserted. Waits for a transaction inserting it now."""
    adding = _insert_unless_there(dialect_of(session), table.__table__)
    return bool(session.execute(adding, values).first())
