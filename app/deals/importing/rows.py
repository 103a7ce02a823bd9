"""The rows that one imported deal becomes, ready to be written with many others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.ids import new_id
from app.core.regions import origin_level
from app.core.text import fold
from app.deals.facts import person_of
from app.deals.importing.schemas import ImportedDeal, amount_words
from app.deals.models import Credit, Deal, DealNote, DealStageChange, DealTerms, PaidIn, TermsInvestor
from app.deals.rules import (
    WHOLE,
    CreditRole,
    DealStage,
    TermsKind,
    TermsState,
    TouchKind,
    stage_from_days,
)
from app.identity.models import Unit
from app.investors.importing.schemas import KnownInvestor

Values = dict[str, Any]
# The order in which the database's keys allow them.
TABLES = (Deal, DealTerms, TermsInvestor, Credit, DealStageChange, DealNote, PaidIn)


@dataclass(slots=True)
class Rows:
    """Rows by table."""

    by_table: dict[type, list[Values]] = field(default_factory=lambda: {table: [] for table in TABLES})

    def add(self, table: type, **values: Any) -> None:
        self.by_table[table].append(values)


@dataclass(frozen=True, slots=True)
class Filing:
    """What all deals of one import share: who files them, for which unit, when, and whether they are history."""

    actor: Actor
    unit: Unit
    county: str
    opening: bool
    at: datetime


def add_deal(
    rows: Rows,
    filing: Filing,
    deal: ImportedDeal,
    *,
    key: UUID,
    code: str,
    investors: Iterable[KnownInvestor],
) -> None:
    """Add all rows of one deal: a draft of its terms, its investors with their origins of now, its first credit."""
    terms_id, actor, at = new_id(), filing.actor, filing.at
    days = stage_days_of(deal)
    _add_facts(rows, filing, deal, key=key, code=code, terms_id=terms_id, days=days)
    _add_terms(rows, actor, deal, key=key, terms_id=terms_id, at=at)
    for place, investor in enumerate(investors):
        _add_investor(rows, investor, place, terms_id=terms_id, county=filing.county)
    rows.add(
        Credit,
        id=new_id(),
        deal_id=key,
        role=CreditRole.INTRODUCER,
        unit_id=deal.introducer_id or filing.unit.id,
        share_percent=Decimal(WHOLE),
        first=True,
    )
    add_around(rows, actor, deal, key=key, days=days, at=at)


def facts_of(deal: ImportedDeal) -> Values:
    """Return the columns of the deal itself that a ledger states."""
    return {
        "name": deal.name,
        "name_folded": fold(deal.name)[:200],
        "content": deal.content,
        "chain": deal.chain,
        "industry": deal.industry,
        "place": deal.place,
        "land_mu": deal.land_mu,
        "project_company": deal.company,
        "line": deal.line,
        "responsible_unit_id": deal.responsible_unit_id,
        "responsible_person_id": deal.responsible_id,
        "responsible_text": "" if deal.responsible_id else deal.responsible,
        "leader_in_charge_id": deal.leader_id,
        "registered_on": deal.registered_on,
        "started_on": deal.started_on,
        "produced_on": deal.produced_on,
        "planned_start_on": deal.planned_start_on,
        "platform_accepted_on": deal.platform_on,
        "statistics_entered_on": deal.statistics_on,
    }


def terms_of(deal: ImportedDeal) -> Values:
    """Return the columns of the terms that a ledger states."""
    day = deal.signed
    return {
        "agreement": deal.agreement,
        "signed_precision": day.precision if day else None,
        "signed_from": day.first if day else None,
        "signed_on": day.last if day else None,
        "total_fen": deal.total_fen,
        "qualifier": deal.qualifier,
        "amount_text": amount_words(deal.total_fen, deal.qualifier)[:80],
        "fixed_fen": deal.fixed_fen,
        "phase_one_fen": deal.phase_one_fen,
        "note": deal.note,
    }


def stage_days_of(deal: ImportedDeal) -> dict[DealStage, date]:
    """Return the days that a ledger gives for the stages."""
    days = {
        DealStage.SIGNED: deal.signed.last if deal.signed else None,
        DealStage.REGISTERED: deal.registered_on,
        DealStage.STARTED: deal.started_on,
        DealStage.PRODUCING: deal.produced_on,
    }
    return {stage: day for stage, day in days.items() if day is not None}


def add_around(
    rows: Rows, actor: Actor, deal: ImportedDeal, *, key: UUID, days: dict[DealStage, date], at: datetime
) -> None:
    """Add what is dated: stages by their days; the note and the paid-in funds by the day of the import, because a
    ledger does not say when they were true."""
    hand = {"by": actor.id, "by_name": actor.name[:60], "recorded_at": at}
    for stage, day in days.items():
        rows.add(DealStageChange, id=new_id(), deal_id=key, stage=stage, on_day=day, **hand)
    if deal.progress or deal.problem or deal.next_step:
        rows.add(
            DealNote,
            id=new_id(),
            deal_id=key,
            on_day=day_of(at),
            progress=deal.progress,
            problem=deal.problem,
            next_step=deal.next_step,
            support_needs=[],
            **hand,
        )
    if deal.paid_fen is not None:
        rows.add(
            PaidIn,
            id=new_id(),
            deal_id=key,
            as_of=day_of(at),
            total_fen=deal.paid_fen,
            outside_fen=deal.paid_outside_fen,
            **hand,
        )


def _add_facts(
    rows: Rows,
    filing: Filing,
    deal: ImportedDeal,
    *,
    key: UUID,
    code: str,
    terms_id: UUID,
    days: dict[DealStage, date],
) -> None:
    stage = deal.stage or stage_from_days(days)
    rows.add(
        Deal,
        id=key,
        county_id=filing.actor.county_id,
        code=code,
        owner_unit_id=filing.unit.id,
        entered_by=filing.actor.id,
        stage=stage,
        stage_since=days.get(stage) or (None if days else day_of(filing.at)),
        opening=filing.opening,
        contract_pending=filing.opening,
        terms_state=TermsState.DRAFT,
        newest_terms_id=terms_id,
        version=1,
        created_at=filing.at,
        updated_at=filing.at,
        **facts_of(deal),
    )


def _add_terms(
    rows: Rows, actor: Actor, deal: ImportedDeal, *, key: UUID, terms_id: UUID, at: datetime
) -> None:
    person = person_of(actor)
    rows.add(
        DealTerms,
        id=terms_id,
        deal_id=key,
        no=1,
        kind=TermsKind.ORIGINAL,
        state=TermsState.DRAFT,
        drafted_by=person,
        touched_by=[{"kind": TouchKind.DRAFTED.value, "person_id": str(person), "at": at.isoformat()}],
        refusal_reasons=[],
        version=1,
        created_at=at,
        updated_at=at,
        **terms_of(deal),
    )


def _add_investor(rows: Rows, investor: KnownInvestor, place: int, *, terms_id: UUID, county: str) -> None:
    rows.add(
        TermsInvestor,
        id=new_id(),
        terms_id=terms_id,
        investor_id=investor.id,
        position=place,
        origin_level=origin_level(investor.home, county_code=county),
        region_code=investor.region_code,
        country=investor.country,
        returning_native=investor.returning_native,
    )


def shown(deal: ImportedDeal) -> dict[str, tuple[None, str]]:
    """Return what a ledger states as the first values of a timeline."""
    return {name: (None, value) for name, value in deal.said().items() if value}
