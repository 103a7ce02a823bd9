"""Answers that one process keeps, each for one state of what it was worked out from (`core.remembered`)."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar, cast

T = TypeVar("T")

# What no number of changes tells (a word of a dictionary, the clock) may be this old.
KEPT_S = 60.0
MOST_KEPT = 500
# Where a reading session carries the memory of its database.
MEMORY = "luodi.memory"


@dataclass(slots=True)
class _Kept:
    lock: threading.Lock
    changes: int = -1
    until: float = 0.0
    value: Any = None

    def holds(self, changes: int) -> bool:
        return self.changes == changes and monotonic() < self.until

    def is_stale(self) -> bool:
        """Say whether it was made and nobody can use it any more."""
        return 0.0 < self.until < monotonic()


class Memory:
    """The answers of one process; the least used go first, and those that are too old anyway."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def recall(self, key: Hashable, changes: int, make: Callable[[], T]) -> T:
        """Return what is kept under a key for this number of changes, else make it; others that ask then wait.

        The number was read before `make` reads: a change in between has the next one ask again.
        """
        kept = self._place(key)
        if not kept.holds(changes):
            with kept.lock:
                if not kept.holds(changes):
                    value = make()
                    kept.value, kept.until, kept.changes = value, monotonic() + KEPT_S, changes
                    return value
        return cast("T", kept.value)

    def _place(self, key: Hashable) -> _Kept:
        with self._lock:
            kept = self._kept.pop(key, None) or _Kept(threading.Lock())
            if self._kept and (len(self._kept) >= self._most or next(iter(self._kept.values())).is_stale()):
                self._kept.popitem(last=False)
            self._kept[key] = kept
            return kept
