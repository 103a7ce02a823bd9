"""Lists in pages: numbered for people, by key and signed cursor for programs and for what grows without end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, or_, select
from sqlalchemy.orm import Session

from app.core.db import to_json
from app.core.errors import AppError
from app.core.signing import BadSignature, sign, unsign

Item = TypeVar("Item")
Mapped = TypeVar("Mapped")
PER_PAGE = 50
DEEPEST_ROW = 100_000


class BadCursor(AppError):
    """The cursor is not ours, or belongs to a list with other filters or another order."""

    code = "paging.bad_cursor"
    status = 400


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One numbered page of a list. `total` counts all rows, `pages` is at least 1."""

    items: list[Item]
    total: int
    page: int
    per_page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        """Return the number of the first row shown, 0 when there is none."""
        return (self.page - 1) * self.per_page + 1 if self.items else 0

    @property
    def last(self) -> int:
        return self.first + len(self.items) - 1 if self.items else 0

    @property
    def previous(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def next(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None

    def map(self, change: Callable[[Item], Mapped]) -> Page[Mapped]:
        """Return the page with each item turned into another."""
        return Page([change(item) for item in self.items], self.total, self.page, self.per_page)


def paginate(session: Session, rows: Select[Item], *, page: int = 1, per_page: int = PER_PAGE) -> Page[Item]:
    """Run an ordered select of one thing as a numbered page, in two queries. A page past the end is the last one.

    Rows behind the 100,000th are reached by filters or cursors: an offset that deep reads all before it.
    """
    bare = rows.with_only_columns(literal(1), maintain_column_froms=True).order_by(None).options()
    total = session.scalar(select(func.count()).select_from(bare.subquery())) or 0
    deepest = max(1, -(-min(total, DEEPEST_ROW) // per_page))
    page = min(max(page, 1), deepest)
    items = session.scalars(rows.limit(per_page).offset((page - 1) * per_page)).unique().all()
    return Page(list(items), total, page, per_page)


def in_order(column: Any, *, descending: bool) -> ColumnElement[Any]:
    """Return the order by a column; empty values stand last in either direction, on both databases.

    Of a column that is never empty nothing more is said: PostgreSQL has no index in the order "down, empty ones last".
    """
    ordered: ColumnElement[Any] = column.desc() if descending else column.asc()
    return ordered.nulls_last() if _may_be_empty(column) else ordered


@dataclass(frozen=True, slots=True)
class Key:
    """One column of a list's order. The last one must be unique (the id), or rows with equal keys are skipped."""

    column: Any
    descending: bool = False

    @property
    def order(self) -> ColumnElement[Any]:
        return in_order(self.column, descending=self.descending)


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[Item]):
    """Some rows of a list and the position of the last, None where the list ends."""

    items: list[Item]
    position: tuple[Any, ...] | None


def keyset_page(
    session: Session,
    rows: Select[Item],
    keys: Sequence[Key],
    *,
    limit: int,
    after: Sequence[Any] | None = None,
    position_of: Callable[[Item], Sequence[Any]],
) -> KeysetPage[Item]:
    """Run a select by key: the rows behind a position, in one query, as fast at the end as at the beginning."""
    if after is not None:
        rows = rows.where(behind(keys, after))
    found = list(session.scalars(rows.order_by(*(key.order for key in keys)).limit(limit + 1)).unique())
    items = found[:limit]
    return KeysetPage(items, tuple(position_of(items[-1])) if len(found) > limit else None)


def behind(keys: Sequence[Key], position: Sequence[Any]) -> ColumnElement[bool]:
    """Return the condition for rows behind a position in the order of the keys."""
    clauses = []
    for number, key in enumerate(keys):
        equal = [_same(before.column, value) for before, value in zip(keys[:number], position, strict=False)]
        clauses.append(and_(*equal, _past(key, position[number])))
    first, value = keys[0], position[0]
    if value is None or _may_be_empty(first.column):
        return or_(*clauses)
    # The plain bound lets the database begin inside an index; the others settle equal values.
    return and_(first.column <= value if first.descending else first.column >= value, or_(*clauses))


def _same(column: Any, value: Any) -> ColumnElement[bool]:
    same: ColumnElement[bool] = column.is_(None) if value is None else column == value
    return same


def _past(key: Key, value: Any) -> ColumnElement[bool]:
    if value is None:  # empty values stand last: nothing is past them but other empty ones
        return false()
    past: ColumnElement[bool] = key.column < value if key.descending else key.column > value
    return or_(past, key.column.is_(None)) if _may_be_empty(key.column) else past


def _may_be_empty(column: Any) -> bool:
    return bool(getattr(getattr(column, "expression", column), "nullable", True))


def encode_cursor(secret_key: str, position: Sequence[Any], *, filters: Mapping[str, Any]) -> str:
    """Return an opaque cursor that works only with the same filters and order."""
    return sign(secret_key, "cursor", [_digest(filters), [_pack(value) for value in position]])


def decode_cursor(secret_key: str, cursor: str, *, filters: Mapping[str, Any]) -> list[Any]:
    """Return the position in a cursor. Raises BadCursor."""
    try:
        digest, packed = unsign(secret_key, "cursor", cursor)
        position = [_unpack(value) for value in packed]
    except (BadSignature, ValueError, TypeError, KeyError, ArithmeticError):
        raise BadCursor() from None
    if digest != _digest(filters):
        raise BadCursor()
    return position


def _digest(filters: Mapping[str, Any]) -> str:
    given = {name: value for name, value in filters.items() if value not in (None, "", [], ())}
    return hashlib.sha256(to_json(given).encode()).hexdigest()[:16]


def _pack(value: Any) -> Any:
    # datetime is a date too, so it is asked first.
    for mark, kind in (("t", datetime), ("d", date), ("u", UUID), ("n", Decimal)):
        if isinstance(value, kind):
            return [mark, value.isoformat() if isinstance(value, date) else str(value)]
    return value


def _unpack(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    mark, text = value
    return _READERS[mark](text)


_READERS: dict[str, Callable[[str], Any]] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "u": UUID,
    "n": Decimal,
}
