"""Decisions about the tree of units."""

from __future__ import annotations

from datetime import date

MAXIMUM_PATH_LENGTH = 300


def path_of(parent_path: str, code: str) -> str:
    """Return the path of a unit below another; the root's parent path is `/`."""
    return f"{parent_path}{code}/"


def depth(path: str) -> int:
    """Return how deep a unit lies; the root is 0."""
    return path.count("/") - 2


def holds(valid_from: date | None, valid_to: date | None, *, on: date) -> bool:
    """Say whether a validity contains a day; both ends are included, None is open."""
    return (valid_from is None or valid_from <= on) and (valid_to is None or valid_to >= on)
