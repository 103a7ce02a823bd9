"""Opening deals that wait for a verifier, and what they will bring to the targets of their years."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.deals import queries as deals
from app.deals.choosing import mark
from app.deals.facts import ledger_facts, verification_facts
from app.deals.models import Deal, DealTerms
from app.deals.opening.rules import SIGNED, Outcome, Sum, outcome_of, summed
from app.deals.rules import VerificationBlocker, Verifier, is_own_unit, verification_blockers
from app.deals.verification.queries import waiting_with_all
from app.targets.models import Target
from app.targets.queries import rule_versions


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """One opening deal that waits: what keeps this verifier from it, and what it brings to each target of its year."""

    deal: Deal
    terms: DealTerms
    blockers: tuple[VerificationBlocker, ...]
    own_unit: bool
    outcomes: Sequence[Outcome]

    @property
    def mark(self) -> str:
        return mark(self.deal, self.terms)


@dataclass(frozen=True, slots=True)
class Preview:
    """A selection: its rows, what it brings by target, how many of it belong to no target's year."""

    rows: Sequence[OpeningRow]
    targets: dict[UUID, Target]
    sums: dict[UUID, Sum]
    nowhere: int

    @property
    def blocked(self) -> list[OpeningRow]:
        return [row for row in self.rows if row.blockers]

    @property
    def total_fen(self) -> int:
        return sum(row.terms.total_fen or 0 for row in self.rows)


def chosen(session: Session, actor: Actor, ids: Iterable[UUID]) -> Sequence[Deal]:
    """Return those of the deals that still wait as opening deals and the actor may open, oldest code first."""
    waiting = waiting_with_all(actor).where(Deal.opening, Deal.id.in_(list(ids)))
    return session.scalars(waiting.order_by(Deal.code, Deal.id)).unique().all()


def preview(session: Session, actor: Actor, found: Sequence[Deal], verifier: Verifier) -> Preview:
    """Judge opening deals as if they were verified: two statements more, however many they are."""
    pairs = [(deal, terms) for deal in found if (terms := deals.open_terms(deal)) is not None]
    years = {terms.signed_on.year for _deal, terms in pairs if terms.signed_on is not None}
    targets = session.scalars(
        select(Target)
        .where(
            Target.county_id == actor.county_id,
            Target.archived_at.is_(None),
            Target.year.in_(years),
            Target.measure.in_(SIGNED),
        )
        .order_by(Target.year, Target.position, Target.id)
    ).all()
    versions = rule_versions(session, {target.rule_id for target in targets}) if targets else {}
    rows = []
    for deal, terms in pairs:
        facts, asked = ledger_facts(deal), verification_facts(deal, terms)
        year = terms.signed_on.year if terms.signed_on else None
        outcomes = [
            outcome_of(
                facts,
                terms.id,
                versions[target.rule_id],
                target_id=target.id,
                year=target.year,
                measure=target.measure,
            )
            for target in targets
            if target.year == year
        ]
        # The basis is what this page names for all of them.
        blockers = tuple(
            each
            for each in verification_blockers(asked, verifier)
            if each is not VerificationBlocker.NO_BASIS
        )
        rows.append(OpeningRow(deal, terms, blockers, is_own_unit(asked, verifier), outcomes))
    sums = summed((outcome, row.terms.total_fen) for row in rows for outcome in row.outcomes)
    by_id = {target.id: target for target in targets}
    return Preview(rows, by_id, sums, sum(1 for row in rows if not row.outcomes))
