"""What opening deals will bring once they are verified together, and what keeps the others out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from app.targets.rules import DealFacts, Measure, RuleVersion, TermsState, Total, assess

# The measures by which a signed deal is worth something from its signing on.
SIGNED = (Measure.SIGNED_INVESTMENT, Measure.SIGNED_COUNT)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one deal brings to one target: a counted amount, or everything that keeps it out."""

    target_id: UUID
    total: Total
    reasons: tuple[str, ...]

    @property
    def counts(self) -> bool:
        return self.total != Total()


@dataclass(slots=True)
class Sum:
    """What a batch brings to one target. A deal with two reasons stands under both, so these do not add up."""

    total: Total = field(default_factory=Total)
    left_out: int = 0
    reasons: dict[str, Total] = field(default_factory=dict)


def outcome_of(
    deal: DealFacts,
    terms_id: UUID,
    versions: Sequence[RuleVersion],
    *,
    target_id: UUID,
    year: int,
    measure: Measure,
) -> Outcome:
    """Judge a deal for a target as if these terms were verified."""
    supposed = tuple(
        replace(terms, state=TermsState.VERIFIED) if terms.id == terms_id else terms for terms in deal.terms
    )
    judged = assess(replace(deal, terms=supposed), versions, year=year, measure=measure)
    return Outcome(target_id, Total(judged.verified.fen, judged.verified.count), judged.reasons)


def summed(outcomes: Iterable[tuple[Outcome, int | None]]) -> dict[UUID, Sum]:
    """Add up by target; each outcome comes with the deal's total investment, None where it is unknown."""
    found: dict[UUID, Sum] = {}
    for outcome, total_fen in outcomes:
        line = found.setdefault(outcome.target_id, Sum())
        if outcome.counts:
            line.total = line.total.plus(outcome.total.fen, outcome.total.count)
            continue
        line.left_out += 1
        for reason in outcome.reasons:
            line.reasons[reason] = line.reasons.get(reason, Total()).plus(total_fen or 0, 1)
    return found
