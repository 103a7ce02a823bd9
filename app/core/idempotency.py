"""Carry a request out once: the key, the change and its event commit together, and a repetition gets the same answer.

The API's `Idempotency-Key` and the one-time keys of forms are both kept here; `holder` says whose key it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, bindparam, delete, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.core.db import insert_or_skip
from app.core.errors import AppError
from app.core.models.idempotency import IdempotencyKey

KEPT_FOR = timedelta(days=7)
LOCK_NOT_AVAILABLE = "55P03"


class StillRunning(AppError):
    """A request with this key is being carried out at this moment."""

    code = "idempotency.running"
    status = 409


class KeyReused(AppError):
    """The key was used before, with another content."""

    code = "idempotency.reused"
    status = 422


@dataclass(frozen=True, slots=True)
class Replay:
    """The stored answer of the first request with this key."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def begin(session: Session, *, holder: str, key: str, request_hash: str, at: datetime) -> Replay | None:
    """Take a key in the transaction of its change; returns the stored answer if that was carried out before.

    A second request with the key waits for the first: then it gets the answer, or takes the key if the first was
    refused and rolled back. Raises StillRunning when the wait is too long, KeyReused for another request's key.
    """
    values = {
        "holder": holder,
        "key": key,
        "request_hash": request_hash,
        "body": b"",
        "headers": {},
        "created_at": at,
    }
    try:
        taken = insert_or_skip(session, IdempotencyKey, values)
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise StillRunning() from error
        raise
    if taken:
        return None
    row = session.get(IdempotencyKey, (holder, key), populate_existing=True)
    if row is None:
        raise StillRunning()
    if row.request_hash != request_hash:
        raise KeyReused()
    if row.status is None:
        raise StillRunning()
    return Replay(status=row.status, body=row.body, headers=row.headers)


def finish(
    session: Session, *, holder: str, key: str, status: int, body: bytes, headers: Mapping[str, str]
) -> None:
    """Store the answer under a key that `begin` took in this transaction."""
    values = {"of_holder": holder, "of_key": key, "status": status, "body": body, "headers": dict(headers)}
    session.execute(_STORING, values)


def forget_old_keys(session: Session, *, at: datetime) -> int:
    """Delete the keys that are older than seven days; returns how many."""
    deleting = delete(IdempotencyKey).where(IdempotencyKey.created_at < at - KEPT_FOR)
    result = session.execute(deleting, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount


_KEYS: Any = IdempotencyKey.__table__
_STORING = update(_KEYS).where(
    _KEYS.c.holder == bindparam("of_holder"), _KEYS.c.key == bindparam("of_key")
)  # the columns that are stored are named by the values
