"""File many deals at once, and change the ones that a ledger states otherwise, as an import needs them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import search
from app.core.actor import Actor
from app.core.clock import day_of
from app.core.db import insert_rows
from app.core.events import record_many
from app.core.ids import new_id
from app.core.options import only_county, reserve_codes
from app.core.permissions import Permission, require_over
from app.deals import queries, rules
from app.deals.changes import after_change, index, put_on_record, require_change
from app.deals.facts import touch
from app.deals.importing.rows import (
    TABLES,
    Filing,
    Rows,
    add_around,
    add_deal,
    facts_of,
    shown,
    stage_days_of,
    terms_of,
)
from app.deals.importing.schemas import ImportedDeal, KnownDeal
from app.deals.models import Deal, DealTerms
from app.deals.rules import DealStage, TermsState, TouchKind
from app.identity.models import Unit
from app.investors.importing.service import resolve_many

AT_ONCE = 500
Progress = Callable[[int], None]
# What a version of terms says; it is changed by import only while it is a draft.
OF_TERMS = frozenset({"total", "fixed", "phase_one", "agreement", "signed", "note", "investor"})
_COLUMN_OF = {
    "company": "project_company",
    "responsible_unit": "responsible_unit_id",
    "leader": "leader_in_charge_id",
    "platform_on": "platform_accepted_on",
    "statistics_on": "statistics_entered_on",
}
_TERMS_COLUMNS = {
    "total": ("total_fen", "qualifier", "amount_text"),
    "fixed": ("fixed_fen",),
    "phase_one": ("phase_one_fen",),
    "agreement": ("agreement",),
    "signed": ("signed_precision", "signed_from", "signed_on"),
    "note": ("note",),
}
# Kept as a dated statement instead of a column that changes.
_DATED = frozenset({"paid", "paid_outside", "progress", "problem", "next_step"})
_STAGE_OF = {
    "signed": DealStage.SIGNED,
    "registered_on": DealStage.REGISTERED,
    "started_on": DealStage.STARTED,
    "produced_on": DealStage.PRODUCING,
}
# Who brought an investor, and who he is, is changed where its rules are asked.
KEPT = frozenset({"introducer", "investor"})


def file_many(
    session: Session,
    actor: Actor,
    deals: Sequence[ImportedDeal],
    *,
    unit: Unit,
    opening: bool,
    at: datetime,
    progress: Progress = lambda _done: None,
) -> list[UUID]:
    """File deals with their first terms as drafts, in few statements; returns their ids in the given order.

    What they say is checked before, row by row, by whoever read the ledger. Raises NotPermitted.
    """
    require_over(actor, Permission.WRITE_RECORDS, unit.path, unit.id)
    wanted = [each for deal in deals for each in deal.investors]
    found = resolve_many(session, actor, wanted, unit_id=unit.id, at=at)
    codes = _codes(session, actor, deals, at=at)
    filing = Filing(actor, unit, only_county(session).code, opening, at)
    ids: list[UUID] = []
    for begin in range(0, len(deals), AT_ONCE):
        rows, some = Rows(), deals[begin : begin + AT_ONCE]
        keys = [new_id() for _deal in some]
        for key, code, deal in zip(keys, codes[begin:], some, strict=False):
            # Two names may lead to one record, by a merge or a credit code.
            investors = {found[each.key].id: found[each.key] for each in deal.investors}
            add_deal(rows, filing, deal, key=key, code=code, investors=investors.values())
        _write(session, rows)
        events = [_filed(deal, key, unit, at) for deal, key in zip(some, keys, strict=True)]
        record_many(session, actor, events)
        entries = [_entry(row, deal, unit) for row, deal in zip(rows.by_table[Deal], some, strict=True)]
        search.put_many(session, entries, at=at)
        ids += keys
        progress(len(ids))
    return ids


def change_deal(
    session: Session,
    actor: Actor,
    known: KnownDeal,
    deal: ImportedDeal,
    names: frozenset[str],
    *,
    at: datetime,
) -> None:
    """Take over what a ledger states otherwise; `names` are those of `ImportedDeal.said` that differ.

    Raises NotFound or NotPermitted. Names that `changeable` does not give are left as they are.
    """
    row = queries.get_deal(session, actor, known.id, lock=True)
    require_change(actor, row)
    terms = queries.terms_of(row, known.terms_id)
    wanted = names & changeable(known)
    said = deal.said()
    changes = {name: (known.facts.get(name, ""), said[name]) for name in sorted(wanted)}
    if not changes:
        return
    _change_columns(row, terms, deal, wanted)
    if wanted & OF_TERMS:
        touch(terms, TouchKind.EDITED, actor, at=at)
        terms.touch(at)
    around = Rows()
    dated = _only_dated(deal, wanted)
    add_around(around, actor, dated, key=row.id, days=_new_days(row, deal, wanted), at=at)
    _write(session, around)
    row.touch(at)
    put_on_record(session, actor, "deal.changed", row, at=at, changes=changes)
    after_change(session, actor, row, at=at)
    index(session, row, at=at)


def changeable(known: KnownDeal) -> frozenset[str]:
    """Name what an import may change of a deal: verified or submitted terms change by an amendment only."""
    every = frozenset(known.facts) - KEPT
    return every if rules.may_edit(known.terms_state) else every - OF_TERMS


def _codes(session: Session, actor: Actor, deals: Sequence[ImportedDeal], *, at: datetime) -> list[str]:
    """Give each deal the next code of its signing year, in the ledger's order."""
    by_year: dict[int, list[int]] = defaultdict(list)
    for place, deal in enumerate(deals):
        by_year[deal.signed.last.year if deal.signed else day_of(at).year].append(place)
    codes = [""] * len(deals)
    for year, places in by_year.items():
        given = reserve_codes(session, actor.county_id, "D", year, len(places))
        for place, code in zip(places, given, strict=True):
            codes[place] = code
    return codes


def _write(session: Session, rows: Rows) -> None:
    for table in TABLES:
        insert_rows(session, table, rows.by_table[table])


def _filed(deal: ImportedDeal, key: UUID, unit: Unit, at: datetime) -> dict[str, object]:
    return {
        "kind": "deal.filed",
        "subject": ("deal", key),
        "at": at,
        "unit_id": unit.id,
        "changes": shown(deal),
    }


def _entry(row: dict[str, object], deal: ImportedDeal, unit: Unit) -> search.Entry:
    texts = (
        *(each.name for each in deal.investors),
        str(row["code"]),
        deal.place,
        deal.company,
        deal.content,
    )
    said = tuple(text for text in texts if text)
    return search.Entry(("deal", row["id"]), unit.county_id, deal.name, said, unit.id)  # type: ignore[arg-type]


def _change_columns(row: Deal, terms: DealTerms, deal: ImportedDeal, wanted: frozenset[str]) -> None:
    facts, words = facts_of(deal), terms_of(deal)
    for name in wanted - _DATED - {"stage"}:
        if name in _TERMS_COLUMNS:
            for column in _TERMS_COLUMNS[name]:
                setattr(terms, column, words[column])
        elif name == "responsible":
            row.responsible_person_id = facts["responsible_person_id"]
            row.responsible_text = facts["responsible_text"]
        else:
            column = _COLUMN_OF.get(name, name)
            setattr(row, column, facts[column])
    if "name" in wanted:
        row.name_folded = facts["name_folded"]
    if "stage" in wanted and deal.stage is not None:
        row.stage, row.stage_since = deal.stage, stage_days_of(deal).get(deal.stage)
    if terms.state is TermsState.REFUSED and wanted & OF_TERMS:
        terms.state = TermsState.DRAFT


def _new_days(row: Deal, deal: ImportedDeal, wanted: frozenset[str]) -> dict[DealStage, date]:
    """Return the days that are new, and let the deal be as far as they say."""
    fresh = {_STAGE_OF[name] for name in wanted if name in _STAGE_OF}
    days = {stage: day for stage, day in stage_days_of(deal).items() if stage in fresh}
    furthest = rules.stage_from_days(days)
    if row.stage in rules.WORKING_STAGES and rules.stage_move(row.stage, furthest) is rules.StageMove.FORWARD:
        row.stage, row.stage_since = furthest, days[furthest]
    return days


def _only_dated(deal: ImportedDeal, wanted: frozenset[str]) -> ImportedDeal:
    """Keep of the dated statements those that differ: a note is said whole, or not again."""
    if not wanted & {"progress", "problem", "next_step"}:
        deal = replace(deal, progress="", problem="", next_step="")
    return deal if wanted & {"paid", "paid_outside"} else replace(deal, paid_fen=None)
