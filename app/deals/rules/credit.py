"""Credit for a deal: roles, shares that sum to the whole, one first introducer (domain §5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.core.money import largest_remainder
from app.targets.rules.facts import CreditRole

WHOLE = Decimal(100)
_HUNDREDTHS = 100


class CreditProblem(StrEnum):
    SHARES_NOT_WHOLE = "shares_not_whole"
    SHARE_NOT_POSITIVE = "share_not_positive"
    SHARE_TOO_FINE = "share_too_fine"
    UNIT_TWICE = "unit_twice"
    NO_FIRST_INTRODUCER = "no_first_introducer"
    TWO_FIRST_INTRODUCERS = "two_first_introducers"
    FIRST_OF_ANOTHER_ROLE = "first_of_another_role"


@dataclass(frozen=True, slots=True)
class Credit:
    """A unit's share of one role, in percent with at most two decimals. `is_first` marks the 第一引荐人."""

    unit_id: UUID
    role: CreditRole
    share_percent: Decimal
    is_first: bool = False


def credit_problems(credits_: Sequence[Credit]) -> tuple[CreditProblem, ...]:
    """Name what is wrong with a deal's credits; a role that nobody holds is not wrong, nor is no credit at all.

    Within a role the shares sum to exactly 100 %, a unit stands once, and one introducer is the first.
    """
    found = []
    sums = shares_by_role(credits_)
    if any(share != WHOLE for share in sums.values()):
        found.append(CreditProblem.SHARES_NOT_WHOLE)
    if any(credit.share_percent <= 0 for credit in credits_):
        found.append(CreditProblem.SHARE_NOT_POSITIVE)
    if any(credit.share_percent * _HUNDREDTHS % 1 for credit in credits_):
        found.append(CreditProblem.SHARE_TOO_FINE)
    if any(times > 1 for times in Counter((credit.role, credit.unit_id) for credit in credits_).values()):
        found.append(CreditProblem.UNIT_TWICE)
    firsts = [credit for credit in credits_ if credit.is_first]
    if not firsts and CreditRole.INTRODUCER in sums:
        found.append(CreditProblem.NO_FIRST_INTRODUCER)
    if len(firsts) > 1:
        found.append(CreditProblem.TWO_FIRST_INTRODUCERS)
    if any(credit.role is not CreditRole.INTRODUCER for credit in firsts):
        found.append(CreditProblem.FIRST_OF_ANOTHER_ROLE)
    return tuple(found)


def shares_by_role(credits_: Iterable[Credit]) -> dict[CreditRole, Decimal]:
    """Sum the shares of each role that somebody holds."""
    sums: dict[CreditRole, Decimal] = {}
    for credit in credits_:
        sums[credit.role] = sums.get(credit.role, Decimal(0)) + credit.share_percent
    return sums


def even_shares(units: int) -> list[Decimal]:
    """Split 100 % evenly among so many units, to two decimals; the first get what is left over."""
    return [Decimal(part) / _HUNDREDTHS for part in largest_remainder(int(WHOLE) * _HUNDREDTHS, [1] * units)]


def credited_fen(total_fen: int, credits_: Iterable[Credit], *, role: CreditRole) -> Mapping[UUID, int]:
    """Split a deal's amount by a role's shares; the parts sum to the amount. Empty where nobody holds the role."""
    held = [credit for credit in credits_ if credit.role is role]
    if not held:
        return {}
    parts = largest_remainder(total_fen, [int(credit.share_percent * _HUNDREDTHS) for credit in held])
    return {credit.unit_id: part for credit, part in zip(held, parts, strict=True)}
