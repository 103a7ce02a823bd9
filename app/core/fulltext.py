"""Conditions on the search index that each database says in its own way: FTS5 on SQLite, a GIN index on PostgreSQL."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Boolean, String


@lru_cache
def county_mark(county_id: UUID) -> str:
    """Return the four letters that stand before each token of a county's records.

    So a word is looked up among the records of its county only, however many others use it: in 140 counties that do
    it took 2.6 s. Two counties share a mark one time in a million; conditions name the county itself as well.
    """
    digest = hashlib.blake2b(county_id.bytes, digest_size=5).digest()
    return base64.b32encode(digest).decode().lower()[:4]


class Matching(FunctionElement[bool]):
    """`search_index.no` is a record of the county with all these tokens; the second of a pair says "or begins with it".

    The tokens stand in the statement that is sent: prepared for any token, PostgreSQL took 1,042 ms for what takes 6.
    They hold letters, digits and characters only (`core.text.bigrams`), so there is nothing to escape but quotes.
    """

    inherit_cache = True
    type = Boolean()

    def __init__(self, words: Sequence[tuple[str, bool]], county_id: UUID) -> None:
        mark = county_mark(county_id)
        plain = [
            (mark + word.replace("'", "").replace('"', "").replace("\\", ""), open_) for word, open_ in words
        ]
        super().__init__(
            _written(" AND ".join(f'"{word}"{" *" if open_ else ""}' for word, open_ in plain)),
            _written(" & ".join(f"'{word}'{':*' if open_ else ''}" for word, open_ in plain)),
        )

    def self_group(self, against: Any = None) -> Matching:
        # SQLAlchemy would add "= 1", behind which SQLite no longer looks the numbers up but goes through all rows.
        return self


def _written(query: str) -> BindParameter[str]:
    return bindparam(None, query, String(), literal_execute=True)


@compiles(Matching)
def _match_fts5(element: Matching, compiler: SQLCompiler, **options: Any) -> str:
    query = compiler.process(next(iter(element.clauses)), **options)
    return f"search_index.no IN (SELECT rowid FROM search_text WHERE search_text MATCH {query})"  # noqa: S608


@compiles(Matching, "postgresql")
def _match_tsquery(element: Matching, compiler: SQLCompiler, **options: Any) -> str:
    # As an array the numbers are found first; as a set PostgreSQL may go through all titles before, of which it
    # thinks that fewer hold what was typed.
    query = compiler.process(list(element.clauses)[1], **options)
    return f"search_index.no = ANY(ARRAY(SELECT no FROM search_text WHERE tokens @@ {query}::tsquery))"  # noqa: S608


class Plain(FunctionElement[Any]):
    """A column of the index whose own order SQLite must not follow: it prefers that of the kind, a third of all rows,
    or that of the county, all of them, to the few that the full text has found."""

    inherit_cache = True

    def __init__(self, column: InstrumentedAttribute[Any]) -> None:
        self.type = column.type
        super().__init__(column)


@compiles(Plain)
def _plain(element: Plain, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(next(iter(element.clauses)), **options)


@compiles(Plain, "sqlite")
def _plain_on_sqlite(element: Plain, compiler: SQLCompiler, **options: Any) -> str:
    return "+" + _plain(element, compiler, **options)
