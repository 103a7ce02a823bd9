"""The deals of a target as its rule judges them at a cut-off: one statement for the deals, one for their funds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from app.core.actor import Actor
from app.core.clock import year_period
from app.core.options import get_option
from app.deals.facts import ledger_facts
from app.deals.models import Deal, DealTerms, PaidIn
from app.deals.queries import in_scope, may_open, shown_terms
from app.deals.rules import DealStage, start_clock
from app.progress.queries import Cut
from app.progress.rules import DealLine, by_deal, touches_year
from app.targets.models import LedgerRow
from app.targets.rules import DealFacts, LedgerEntry, RuleVersion, TermsState, Total, assess


def deal_lines(session: Session, actor: Actor, cut: Cut, entries: Sequence[LedgerEntry]) -> list[DealLine]:
    """Return every deal that stands in the target's ledger, may belong to its year, or waits for its start.

    `entries` are the ledger's at the cut-off. Two statements, whatever the number of deals. Which terms were pending at
    an earlier instant is told from the entries and from when terms were submitted and decided.
    """
    chosen = _belonging(cut)
    paid = _paid_ins(session, chosen, cut)
    limit = get_option(session, actor.county_id, "deals.not_started_days", cut.as_of)
    book = _Book(cut, cut.versions, by_deal(entries), entries, limit)
    rows = session.execute(
        select(Deal, in_scope(actor).label("ours"), may_open(actor).label("open"))
        .where(*chosen)
        .options(
            joinedload(Deal.owner_unit),
            joinedload(Deal.responsible_unit),
            joinedload(Deal.leader_in_charge),
            joinedload(Deal.terms).joinedload(DealTerms.investors),
            joinedload(Deal.terms).joinedload(DealTerms.exclusions),
        )
        .order_by(Deal.code, Deal.id)
    ).unique()
    return [
        _line(book, deal, is_ours=bool(ours), is_open=bool(opened), paid_ins=paid.get(deal.id, []))
        for deal, ours, opened in rows
    ]


def deals_known(session: Session, actor: Actor, cut: Cut) -> dict[UUID, tuple[Deal, bool, bool]]:
    """Return the deals in the target's ledger as {id: (deal, is it the reader's, may he open it)}, with their units."""
    rows = session.execute(
        select(Deal, in_scope(actor).label("ours"), may_open(actor).label("open"))
        .where(Deal.id.in_(_in_ledger(cut)))
        .options(joinedload(Deal.owner_unit))
    )
    return {deal.id: (deal, bool(ours), bool(opened)) for deal, ours, opened in rows}


def _belonging(cut: Cut) -> list[ColumnElement[bool]]:
    year = year_period(cut.target.year)
    in_year = or_(
        and_(
            DealTerms.signed_on >= year.first,
            func.coalesce(DealTerms.signed_from, DealTerms.signed_on) <= year.last,
        ),
        DealTerms.effective_on.between(year.first, year.last),
        and_(DealTerms.signed_on.is_(None), DealTerms.effective_on.is_(None)),
    )
    waiting = and_(
        Deal.stage.in_([DealStage.SIGNED, DealStage.REGISTERED]),
        Deal.started_on.is_(None),
    )
    of_year = [
        exists().where(DealTerms.deal_id == Deal.id, in_year),
        exists().where(PaidIn.deal_id == Deal.id, PaidIn.as_of.between(year.first, year.last)),
        Deal.started_on.between(year.first, year.last),
        Deal.produced_on.between(year.first, year.last),
        waiting,
    ]
    return [
        Deal.county_id == cut.target.county_id,
        or_(Deal.id.in_(_in_ledger(cut)), and_(Deal.archived_at.is_(None), or_(*of_year))),
    ]


def _in_ledger(cut: Cut) -> Select[UUID]:
    return select(LedgerRow.deal_id).where(LedgerRow.target_id == cut.target.id)


def _paid_ins(session: Session, chosen: list[ColumnElement[bool]], cut: Cut) -> dict[UUID, list[PaidIn]]:
    of_deals = PaidIn.deal_id.in_(select(Deal.id).where(*chosen))
    rows = session.scalars(
        select(PaidIn)
        .where(of_deals, PaidIn.recorded_at <= cut.known_at)
        .order_by(PaidIn.as_of, PaidIn.recorded_at, PaidIn.id)
    )
    found: dict[UUID, list[PaidIn]] = {}
    for row in rows:
        found.setdefault(row.deal_id, []).append(row)
    return found


class _Book:
    """What the lines of one cut-off have in common."""

    def __init__(
        self,
        cut: Cut,
        versions: list[RuleVersion],
        standing: Mapping[UUID, Total],
        entries: Sequence[LedgerEntry],
        start_limit: int,
    ) -> None:
        self.cut, self.versions, self.standing, self.start_limit = cut, versions, standing, start_limit
        self.counted = {entry.deal_id for entry in entries}
        self.verified_terms = {entry.terms_id for entry in entries}


def _line(book: _Book, deal: Deal, *, is_ours: bool, is_open: bool, paid_ins: list[PaidIn]) -> DealLine:
    cut = book.cut
    # Whose credit it is decides nothing about whether it counts.
    set_committed_value(deal, "credits", [])
    facts = _as_known(ledger_facts(deal, paid_ins=paid_ins), deal, book)
    judged = assess(facts, book.versions, year=cut.target.year, measure=cut.target.measure, as_of=cut.as_of)
    terms = shown_terms(deal)
    stated = [row.total_fen for row in paid_ins if row.as_of <= cut.as_of]
    unit = deal.responsible_unit or deal.owner_unit
    signed_on = terms.signed_on if terms else None
    return DealLine(
        deal_id=deal.id,
        code=deal.code,
        name=deal.name,
        unit=unit.shown_name,
        leader=deal.leader_in_charge.name if deal.leader_in_charge else "",
        is_ours=is_ours,
        is_open=is_open,
        done=book.standing.get(deal.id, Total()),
        pending=Total(judged.pending.fen, judged.pending.count),
        reasons=judged.reasons,
        is_of_year=touches_year(facts, cut.target.year),
        was_counted=deal.id in book.counted,
        total_fen=terms.total_fen if terms else None,
        signed_on=signed_on,
        stage=deal.stage,
        clock=start_clock(
            stage=deal.stage,
            signed_on=signed_on,
            planned_start_on=deal.planned_start_on,
            started_on=_by(deal.started_on, cut.as_of),
            today=cut.as_of,
            default_days=book.start_limit,
        ),
        paid_in_fen=stated[-1] if stated else 0,
        is_registered=_by(deal.registered_on, cut.as_of) is not None,
        started_on=_by(deal.started_on or deal.produced_on, cut.as_of),
        produced_on=_by(deal.produced_on, cut.as_of),
    )


def _by(day: date | None, as_of: date) -> date | None:
    return day if day is not None and day <= as_of else None


def _as_known(facts: DealFacts, deal: Deal, book: _Book) -> DealFacts:
    if not book.cut.is_past:
        return facts
    rows = {terms.id: terms for terms in deal.terms}
    known = [
        replace(terms, state=_state_then(rows[terms.id], book))
        for terms in facts.terms
        if rows[terms.id].created_at <= book.cut.known_at
    ]
    return replace(facts, terms=tuple(known))


def _state_then(terms: DealTerms, book: _Book) -> TermsState:
    at = book.cut.known_at
    ended = terms.state in (TermsState.VERIFIED, TermsState.REFUSED, TermsState.WITHDRAWN)
    decided = terms.decided_at or (terms.updated_at if ended else None)
    if decided is not None and decided <= at:
        return terms.state
    # A verification that was taken back later stood then: the ledger says so.
    if decided is not None and terms.id in book.verified_terms:
        return TermsState.VERIFIED
    if terms.submitted_at is not None and terms.submitted_at <= at:
        return TermsState.SUBMITTED
    return TermsState.DRAFT
