"""Rows as lines that are the same whichever database they come from, and back."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Enum,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Uuid,
    select,
    text,
)

from app.core.backup.problems import BackupDamaged
from app.core.columns import UtcDateTime
from app.core.db import to_json

AT_ONCE = 500
SEARCH_TEXT = "search_text"
DIGEST_SIZE = 2**256

Row = dict[str, Any]


class Digest:
    """The sum of row hashes, which does not depend on the rows' order."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, row_hash: str) -> None:
        self.rows += 1
        self._sum = (self._sum + int(row_hash, 16)) % DIGEST_SIZE

    def __str__(self) -> str:
        return f"{self._sum:064x}"


def line_of(row: Row) -> tuple[str, str]:
    """Return a row's hash and its line."""
    written = to_json(row)
    row_hash = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()
    return row_hash, f'{{"hash":"{row_hash}","row":{written}}}\n'


def row_of(line: str, *, part: str) -> tuple[str, Row]:
    """Read a line back. Raises BackupDamaged when its row is not what was hashed."""
    try:
        said = json.loads(line)
        row_hash, row = said["hash"], said["row"]
    except (ValueError, KeyError, TypeError):
        raise BackupDamaged(part=part) from None
    if line_of(row)[0] != row_hash:
        raise BackupDamaged(part=part)
    return row_hash, row


def rows_of(connection: Connection, table: Table) -> Iterator[Row]:
    """Yield a table's rows in the order of their keys, as values that JSON holds."""
    writers = {column.name: _writer(column) for column in table.columns}
    chosen = select(table).order_by(*table.primary_key.columns)
    result = connection.execute(chosen, execution_options={"yield_per": AT_ONCE})
    names = list(result.keys())
    for row in result:
        yield {
            name: None if value is None else writers[name](value)
            for name, value in zip(names, row, strict=True)
        }


def values_of(table: Table) -> Callable[[Row], Row]:
    """Return what turns a row of JSON values into what the table takes."""
    readers = {column.name: _reader(column) for column in table.columns}

    def read(row: Row) -> Row:
        if row.keys() != readers.keys():
            raise BackupDamaged(part=table.name)
        return {name: None if value is None else readers[name](value) for name, value in row.items()}

    return read


def search_texts(connection: Connection) -> Iterator[Row]:
    """Yield the full text of the search index: tokens in one order, since the databases keep them in theirs."""
    column = "rowid" if connection.dialect.name == "sqlite" else "no"
    tokens = "tokens" if column == "rowid" else "array_to_string(tsvector_to_array(tokens), ' ')"
    chosen = text(f"SELECT {column}, {tokens} FROM {SEARCH_TEXT} ORDER BY {column}")  # noqa: S608 - constants
    for no, words in connection.execute(chosen, execution_options={"yield_per": AT_ONCE}):
        yield {"no": no, "tokens": " ".join(sorted(set(words.split())))}


def insert_search_texts(connection: Connection, rows: list[Row]) -> None:
    if connection.dialect.name == "sqlite":
        statement = "INSERT INTO search_text (rowid, tokens) VALUES (:no, :tokens)"
    else:
        tokens = "array_to_tsvector(string_to_array(:tokens, ' '))"
        statement = f"INSERT INTO search_text (no, tokens) VALUES (:no, {tokens})"  # noqa: S608 - constants
    connection.execute(text(statement), rows)


def parts_of(metadata: MetaData) -> list[tuple[str, Callable[[Connection], Iterable[Row]]]]:
    """Return what a backup holds, in the order in which it can be put back: a table after those it points to."""
    tables = [(table.name, _reads(table)) for table in metadata.sorted_tables]
    return [*tables, (SEARCH_TEXT, search_texts)]


def digests(connection: Connection, metadata: MetaData) -> dict[str, tuple[int, str]]:
    """Return each part's number of rows and digest as the database holds them now."""
    found = {}
    for name, read in parts_of(metadata):
        digest = Digest()
        for row in read(connection):
            digest.add(line_of(row)[0])
        found[name] = (digest.rows, str(digest))
    return found


def _reads(table: Table) -> Callable[[Connection], Iterable[Row]]:
    return lambda connection: rows_of(connection, table)


def _writer(column: Column[Any]) -> Callable[[Any], Any]:
    kind = column.type
    if isinstance(kind, UtcDateTime):
        return lambda value: value.isoformat(timespec="microseconds")
    if isinstance(kind, LargeBinary):
        return lambda value: b64encode(bytes(value)).decode()
    if isinstance(kind, Numeric):
        step = Decimal(1).scaleb(-(kind.scale or 0))
        return lambda value: str(value.quantize(step))
    if isinstance(kind, Uuid | Date):
        return str
    return lambda value: value


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    kind = column.type
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat
    if isinstance(kind, LargeBinary):
        return b64decode
    if isinstance(kind, Numeric):
        return Decimal
    if isinstance(kind, Uuid):
        return UUID
    if isinstance(kind, Date):
        return date.fromisoformat
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class
    return lambda value: value
