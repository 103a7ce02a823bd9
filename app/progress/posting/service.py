"""Posting again what was verified before a target or a rule's version was there, and the check of the whole ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.db import Database
from app.core.events import record
from app.core.money import format_amount
from app.deals.facts import ledger_facts
from app.progress.posting import queries, rules
from app.targets import service as targets
from app.targets.models import Target
from app.targets.queries import entries_of_deals
from app.targets.rules import Cause, contributions


@dataclass(frozen=True, slots=True)
class Due:
    """A target to which the deals must be posted."""

    target_id: UUID
    county_id: UUID
    cause: Cause | None


def due_targets(session: Session) -> list[Due]:
    """Return the targets that were set, or whose rule changed, since the deals were last posted to them."""
    return [
        Due(
            target.id,
            target.county_id,
            rules.reposting_cause(posted_at=posted_at, has_entries=queries.has_entries(session, target.id)),
        )
        for target, posted_at in queries.targets_posted(session)
        if rules.is_due(changed_at=max(target.updated_at, target.rule.updated_at), posted_at=posted_at)
    ]


def post_again(database: Database, actor: Actor, due: Due, *, at: datetime) -> int:
    """Post every verified deal of the county, a lot in each transaction, and note that it was done.

    Posting the same facts again appends nothing, so that a run that died is simply begun anew. Returns how many
    entries were appended.
    """
    with database.reading() as session:
        ids = queries.deal_ids(session, due.county_id)
    added = 0
    for lot in queries.lots(ids):
        with database.writing() as session:
            added += post_lot(session, actor, lot, cause=due.cause, at=at)
    with database.writing() as session:
        changes = {"entries": (None, added), "deals": (None, len(ids))}
        record(session, actor, queries.POSTED, ("target", due.target_id), at=at, changes=changes)
    return added


def post_lot(
    session: Session, actor: Actor, ids: Sequence[UUID], *, cause: Cause | None, at: datetime
) -> int:
    """Post some deals under their rows' locks; returns how many entries were appended."""
    deals = queries.deals_with_facts(session, ids, lock=True)
    facts = [ledger_facts(deal, paid_ins=deal.paid_ins) for deal in deals]
    return len(targets.post_many(session, actor, facts, cause=cause, at=at))


def verify_ledger(session: Session) -> list[str]:
    """Recompute every deal from its verified terms and name those whose ledger says otherwise; empty when all agree.

    Names are short codes: a confidential deal stays unnamed. A ledger whose numbers have a gap is named too.
    """
    found: list[str] = []
    listed = [target for target, _posted_at in queries.targets_posted(session)]
    for target in listed:
        if rules.missing_numbers(queries.numbers(session, target.id), last_seq=target.last_seq):
            found.append(f"ledger: {target.label}: its entries are not numbered from 1 to {target.last_seq}")
    by_county: dict[UUID, list[Target]] = {}
    for target in listed:
        by_county.setdefault(target.county_id, []).append(target)
    for county_id, own in by_county.items():
        found += _verify_county(session, county_id, own)
    return found


def _verify_county(session: Session, county_id: UUID, own: Sequence[Target]) -> Iterator[str]:
    versions = {
        target.rule_id: [row.as_rule for row in target.rule.versions if row.superseded_at is None]
        for target in own
    }
    known = queries.deal_ids(session, county_id)
    target_ids = [target.id for target in own]
    for lot in queries.lots(known):
        deals = queries.deals_with_facts(session, lot)
        standing = entries_of_deals(session, target_ids, lot)
        for deal in deals:
            facts = ledger_facts(deal, paid_ins=deal.paid_ins)
            for target in own:
                lines = contributions(facts, versions[target.rule_id], measure=target.measure)
                off = rules.difference(
                    standing.get((target.id, deal.id), []),
                    [line for line in lines if line.year == target.year],
                    deal_id=deal.id,
                )
                if off is not None:
                    yield f"ledger: {target.label}: {deal.code} {_said(off)}"
            session.expunge(deal)
    for deal_id in sorted(queries.posted_deal_ids(session, target_ids) - set(known)):
        yield f"ledger: entries of a deal that is not there: {deal_id}"


def _said(off: rules.Difference) -> str:
    if off.off_shares:
        return "has the right sum, but not by the days, places or units that its terms and credit say"
    stands, should = off.stands, off.should
    return (
        f"stands at {format_amount(stands.fen)} and {stands.count} deals, "
        f"its verified terms say {format_amount(should.fen)} and {should.count}"
    )
