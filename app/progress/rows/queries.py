"""The rows behind a figure, picked by the rule that summed it; what is not the reader's own is one sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.core.actor import Actor
from app.leads.models import Lead
from app.leads.queries import in_scope, may_open
from app.progress import queries, rules
from app.progress.lines.queries import deals_known
from app.progress.queries import Cut
from app.progress.rows.rules import line_picked, line_value
from app.progress.rows.schemas import EntriesInput, LinesInput, TalksInput
from app.progress.rules import DealLine, EntryFilter, Shown, seen_rows
from app.progress.talks.queries import in_talks, talk_clauses
from app.targets.rules import LedgerEntry, Total


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """An entry of the ledger with what the reader may know of its deal: no id and no name where it is kept from him.

    `worth` is the entry's, or a unit's share of it.
    """

    entry: LedgerEntry
    worth: Total
    is_ours: bool
    deal_id: UUID | None
    code: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRow:
    """A lead in talks; without id and name where it is kept from the reader."""

    lead_id: UUID | None
    code: str
    title: str
    unit: str
    worth: Total
    is_known: bool
    expected_on: date | None
    is_ours: bool


def entry_rows(
    session: Session, actor: Actor, cut: Cut, asked: EntriesInput, wanted: EntryFilter
) -> Shown[EntryRow]:
    """Return the entries of a figure, the newest first; three statements at most."""
    entries = rules.picked(queries.entries_known(session, cut), wanted, year=cut.target.year, as_of=cut.as_of)
    worth = {entry.seq: Total(entry.delta_fen, entry.delta_count) for entry in entries}
    if asked.unit is not None or asked.track is not None or asked.no_unit:
        held = asked.unit is not None or asked.track is not None
        shares = queries.shares_by_entry(session, cut, unit_id=asked.unit, track_id=asked.track)
        worth = _shared(entries, shares, rest=not held)
    deals = deals_known(session, actor, cut)
    rows = []
    for entry in reversed(entries):
        if entry.seq not in worth:
            continue
        deal, ours, opened = deals.get(entry.deal_id, (None, False, False))
        seen = deal if deal is not None and opened else None
        rows.append(
            EntryRow(
                entry=entry,
                worth=worth[entry.seq],
                is_ours=ours,
                deal_id=seen.id if seen else None,
                code=seen.code if seen else "",
                name=seen.name if seen else "",
                unit=seen.owner_unit.shown_name if seen else "",
            )
        )
    return seen_rows(rows, lambda row: row.worth)


def line_rows(lines: Sequence[DealLine], asked: LinesInput) -> Shown[DealLine]:
    """Return the deals of a figure in its order."""
    return seen_rows(
        line_picked(lines, asked.show, reason=asked.reason, column=asked.column), line_value(asked.show)
    )


def lead_rows(session: Session, actor: Actor, cut: Cut, asked: TalksInput, *, today: date) -> Shown[LeadRow]:
    """Return the leads of a figure, the largest first; a confidential one says its amount and nothing else."""
    clauses = talk_clauses(cut.as_of)
    found = session.execute(
        select(Lead, in_scope(actor).label("ours"), may_open(actor).label("open"))
        .where(*in_talks(session, cut, today=today), clauses[asked.show])
        .options(joinedload(Lead.owner_unit))
        .order_by(Lead.planned_min_fen.desc().nulls_last(), Lead.id)
    )
    rows = [
        LeadRow(
            lead_id=lead.id if opened else None,
            code=lead.code if opened else "",
            title=lead.title if opened else "",
            unit=lead.owner_unit.shown_name if opened else "",
            worth=Total(lead.planned_min_fen or 0, 1),
            is_known=lead.planned_min_fen is not None,
            expected_on=lead.expected_signing_on if opened else None,
            is_ours=bool(ours),
        )
        for lead, ours, opened in found
    ]
    return seen_rows(rows, lambda row: row.worth)


def _shared(entries: Sequence[LedgerEntry], shares: dict[int, int], *, rest: bool) -> dict[int, Total]:
    """Give each entry's part of a unit, or, for the rest, what no unit has of it."""
    if not rest:
        return {one.seq: Total(shares[one.seq], one.delta_count) for one in entries if one.seq in shares}
    left = {one.seq: one.delta_fen - shares.get(one.seq, 0) for one in entries}
    return {
        one.seq: Total(left[one.seq], 0 if one.seq in shares else one.delta_count)
        for one in entries
        if left[one.seq] or one.seq not in shares
    }
