"""Units inside one track: by how much of their part is done, where they have one, else by what they brought."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Standing:
    """What a unit did, in fen or deals, of its part of the target; `part` None or 0 is no part."""

    unit_id: UUID
    done: int
    part: int | None = None

    @property
    def rate(self) -> Fraction | None:
        """The completion rate; None without a part."""
        return Fraction(self.done, self.part) if self.part else None


def ranked(standings: Iterable[Standing]) -> dict[UUID, int]:
    """Give each unit of a track its place; ties share one. Those with a part come first, by completion rate."""
    found = list(standings)
    keys = {one.unit_id: _worth(one) for one in found}
    return {key: 1 + sum(other > worth for other in keys.values()) for key, worth in keys.items()}


def _worth(one: Standing) -> tuple[bool, Fraction | int]:
    rate = one.rate
    return (True, rate) if rate is not None else (False, one.done)
