"""Optimistic versions of the rooms' rows: a stale write never wins, and loses nothing that was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from app.core.errors import Stale

Values = Mapping[str, Any]


class HasVersion(Protocol):
    """What is saved with a version: a row, or what was read from one."""

    @property
    def version(self) -> int: ...


def changed(before: Values, after: Values) -> dict[str, tuple[Any, Any]]:
    """Return (old, new) of every field that differs; a field that was not there before was empty (None)."""
    return {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}


def expect(
    row: HasVersion,
    expected_version: int,
    *,
    theirs: Values,
    labels: Mapping[str, str],
    yours: Values | None = None,
) -> None:
    """Raises Stale with both versions, field by field where they differ, when the row was saved since it was read."""
    if row.version == expected_version:
        return
    differing = [name for name in labels if yours is None or theirs[name] != yours[name]]
    raise Stale(
        theirs=[(labels[name], theirs[name]) for name in differing],
        yours=[(labels[name], yours[name]) for name in differing] if yours is not None else [],
        version=row.version,
    )
