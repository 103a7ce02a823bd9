"""Tell new rows from known ones: by short code, else by owner unit, folded project name and folded investor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Record = TypeVar("Record")
Names = tuple[str, ...]


class Verdict(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SUSPECTED = "suspected"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Known(Generic[Record]):
    """A record on file: its code and the folded names it answers to (a deal of two investors has two)."""

    record: Record
    code: str
    names: tuple[Names, ...]


@dataclass(frozen=True, slots=True)
class Match(Generic[Record]):
    """What a row means. `doubtful`: several records answer to it, or an earlier row of the same file does."""

    record: Record | None
    doubtful: bool = False
    same_as_row: int | None = None


def match(rows: Sequence[tuple[int, str, Names]], known: Iterable[Known[Record]]) -> dict[int, Match[Record]]:
    """Match each row (its number, code or nothing, folded names) with at most one record.

    An empty name matches only an empty one. Two records of the same names, or two rows that mean the same, are a
    suspected duplicate: nobody but a person decides it.
    """
    by_code: dict[str, Record] = {}
    by_names: dict[Names, list[Record]] = defaultdict(list)
    for each in known:
        by_code[each.code.upper()] = each.record
        for names in each.names:
            by_names[names].append(each.record)
    found: dict[int, Match[Record]] = {}
    first_row: dict[object, int] = {}
    for number, code, names in rows:
        coded = by_code.get(code.upper()) if code else None
        candidates = [coded] if coded is not None else by_names.get(names, [])
        meant = candidates[0] if len(candidates) == 1 else None
        mark: object = id(meant) if meant is not None else names
        if mark in first_row:
            found[number] = Match(meant, doubtful=True, same_as_row=first_row[mark])
        else:
            found[number] = Match(meant, doubtful=len(candidates) > 1)
            first_row[mark] = number
    return found


def differences(stated: Mapping[str, str], standing: Mapping[str, str]) -> list[str]:
    """Name what a row states otherwise; an empty cell is unknown and states nothing."""
    return [name for name, value in stated.items() if value and value != standing.get(name, "")]
