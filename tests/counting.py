"""Count the statements that a block of code sends to the database, sign-in and the frame of the page apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from app.core.db import Database

# What every request asks before its page does: who it is, the form's one-time key, what the county decided, and whether
# that is still what is remembered (see docs of the budgets).
OF_THE_FRAME = (
    "sessions",
    "memberships",
    "idempotency_keys",
    "FROM users",
    "FROM counties",
    "FROM options",
    "FROM dictionary_entries",
    "FROM event_pending",
)


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    """Collect the statements that run inside the block, without those of the frame and of transactions."""
    found: list[str] = []

    def note(_connection, _cursor, statement, _parameters, _context, _many) -> None:  # type: ignore[no-untyped-def]
        first = statement.lstrip().split(None, 1)[0].upper()
        framing = first in ("PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "SET", "SHOW")
        if not framing and not any(part in statement for part in OF_THE_FRAME):
            found.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
