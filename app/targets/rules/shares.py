"""Units' shares of an amount: largest remainder, always summing to the amount."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from app.core.money import largest_remainder
from app.targets.rules.facts import CreditFacts, CreditRole


@dataclass(frozen=True, slots=True)
class ShareDelta:
    """What an entry brings to a unit in a role; the percent says by which share, also where the money rounds to 0."""

    role: CreditRole
    unit_id: UUID
    share_percent: Decimal
    delta_fen: int


def ordered_credits(credits_: Iterable[CreditFacts]) -> tuple[CreditFacts, ...]:
    """Give credits in the one order in which amounts are split, so that equal credits give equal splits."""
    return tuple(sorted(credits_, key=lambda one: (one.role, one.unit_id)))


def credited_fen(total_fen: int, credits_: Sequence[CreditFacts], *, role: CreditRole) -> Mapping[UUID, int]:
    """Split an amount by a role's shares; the parts sum to it. Empty where nobody holds the role."""
    held = [one for one in ordered_credits(credits_) if one.role is role]
    if not held:
        return {}
    parts = largest_remainder(total_fen, [Fraction(one.share_percent) for one in held])
    return {one.unit_id: part for one, part in zip(held, parts, strict=True)}


def share_deltas(
    credits_: Sequence[CreditFacts], *, before_fen: int, after_fen: int
) -> tuple[ShareDelta, ...]:
    """Give each unit's change when an amount changes: the difference of the two splits, so that nothing is left over.

    Within a role the changes sum to the change of the amount.
    """
    deltas = []
    for role in CreditRole:
        before = credited_fen(before_fen, credits_, role=role)
        after = credited_fen(after_fen, credits_, role=role)
        deltas += [
            ShareDelta(role, one.unit_id, one.share_percent, after[one.unit_id] - before[one.unit_id])
            for one in credits_
            if one.role is role
        ]
    return tuple(deltas)


def not_handed_out(whole: int, parts: Iterable[int]) -> int:
    """Give what of a target its parts leave over; negative where they add to more than the whole."""
    return whole - sum(parts)
