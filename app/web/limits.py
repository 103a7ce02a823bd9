"""Rate limits in memory: one token bucket per holder and worker process.

With several workers a holder may reach the limit times their number; limits guard the machine, they are not a quota.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from math import ceil
from time import monotonic

MAX_HOLDERS = 10_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left: `wait_s` is 0 when the request may pass."""

    limit: int
    remaining: int
    wait_s: int


class RateLimiter:
    """Buckets that fill evenly over a minute."""

    def __init__(self) -> None:
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, holder: str, *, per_minute: int) -> Allowance:
        """Take one token; says how long to wait when there is none."""
        now = monotonic()
        with self._lock:
            if len(self._buckets) > MAX_HOLDERS:
                self._buckets.clear()
            bucket = self._buckets.setdefault(holder, _Bucket(tokens=float(per_minute), filled_at=now))
            bucket.tokens = min(per_minute, bucket.tokens + (now - bucket.filled_at) * per_minute / 60)
            bucket.filled_at = now
            if bucket.tokens < 1:
                return Allowance(per_minute, 0, ceil((1 - bucket.tokens) * 60 / per_minute))
            bucket.tokens -= 1
            return Allowance(per_minute, int(bucket.tokens), 0)
