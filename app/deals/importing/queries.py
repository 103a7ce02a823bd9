"""Read many deals at once as an import compares them and an export writes them: six queries, however many."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, aliased

from app.core.actor import Actor
from app.core.clock import SigningDay
from app.core.regions import region_path
from app.deals.importing.schemas import (
    InvestorWords,
    KnownDeal,
    amount_words,
    day_words,
    fen_words,
    number_words,
)
from app.deals.models import Credit, Deal, DealNote, DealTerms, PaidIn, TermsInvestor
from app.deals.queries import SHOWN_TERMS, visible_to
from app.deals.rules import AgreementKind, CreditRole
from app.identity.models import Person, Unit
from app.investors.models import Investor
from app.investors.rules import InvestorKind

# A row of columns that one statement chose.
Record = Any
Owner, Responsible = aliased(Unit), aliased(Unit)
InCharge, Leading = aliased(Person), aliased(Person)


def known_deals(session: Session, actor: Actor, *, unit_id: UUID | None = None) -> list[KnownDeal]:
    """Return the deals that the actor may open, of one unit or of all, oldest code first."""
    mine = visible_to(actor).with_only_columns(Deal.id)
    if unit_id is not None:
        mine = mine.where(Deal.owner_unit_id == unit_id)
    investors = _investors(session, mine)
    paid, notes = _paid(session, mine), _notes(session, mine)
    introducers = _introducers(session, mine)
    terms = {row.id: row for row in session.execute(_terms(mine))}
    return [
        _known(
            row,
            terms[row.terms_id],
            investors[row.terms_id],
            paid.get(row.id),
            notes.get(row.id),
            introducers,
        )
        for row in session.execute(_deals(mine))
    ]


# Columns instead of loaded records: ten thousand of those take three times as long.
def _deals(mine: Select[Any]) -> Any:
    return (
        select(
            *(Deal.id, Deal.code, Deal.owner_unit_id, Deal.name, Deal.name_folded, Deal.content, Deal.chain),
            *(Deal.industry, Deal.place, Deal.land_mu, Deal.project_company, Deal.line, Deal.stage),
            *(Deal.registered_on, Deal.started_on, Deal.produced_on, Deal.planned_start_on),
            *(
                Deal.platform_accepted_on,
                Deal.statistics_entered_on,
                Deal.responsible_text,
                Deal.confidential,
            ),
            SHOWN_TERMS.label("terms_id"),
            Owner.name.label("owner"),
            Responsible.name.label("responsible_unit"),
            InCharge.name.label("responsible"),
            Leading.name.label("leader"),
        )
        .join(Owner, Owner.id == Deal.owner_unit_id)
        .outerjoin(Responsible, Responsible.id == Deal.responsible_unit_id)
        .outerjoin(InCharge, InCharge.id == Deal.responsible_person_id)
        .outerjoin(Leading, Leading.id == Deal.leader_in_charge_id)
        .where(Deal.id.in_(mine))
        .order_by(Deal.code, Deal.id)
    )


def _terms(mine: Select[Any]) -> Any:
    return (
        select(
            *(DealTerms.id, DealTerms.total_fen, DealTerms.qualifier, DealTerms.fixed_fen),
            *(DealTerms.phase_one_fen, DealTerms.agreement, DealTerms.signed_precision, DealTerms.state),
            *(DealTerms.signed_from, DealTerms.signed_on, DealTerms.note),
        )
        .join(Deal, DealTerms.id == SHOWN_TERMS)
        .where(Deal.id.in_(mine))
    )


def _known(
    deal: Record,
    terms: Record,
    investors: list[Record],
    paid: Record | None,
    note: Record | None,
    introducers: dict[UUID, str],
) -> KnownDeal:
    fen = {
        "total": terms.total_fen,
        "fixed": terms.fixed_fen,
        "phase_one": terms.phase_one_fen,
        "paid": paid.total_fen if paid else None,
        "paid_outside": paid.outside_fen if paid else None,
    }
    facts = _facts(deal, terms, fen) | {
        "investor": "、".join(each.name for each in investors),
        "introducer": introducers.get(deal.id, ""),
        "responsible_unit": deal.responsible_unit or "",
        "responsible": deal.responsible or deal.responsible_text,
        "leader": deal.leader or "",
        "progress": note.progress if note else "",
        "problem": note.problem if note else "",
        "next_step": note.next_step if note else "",
    }
    return KnownDeal(
        id=deal.id,
        code=deal.code,
        unit_id=deal.owner_unit_id,
        unit=deal.owner,
        name_folded=deal.name_folded,
        terms_id=terms.id,
        terms_state=terms.state,
        confidential=deal.confidential,
        qualifier=terms.qualifier,
        facts=facts,
        fen=fen,
        investors=tuple(_investor(each) for each in investors),
    )


def _investor(row: Record) -> InvestorWords:
    return InvestorWords(
        name=row.name,
        folded=row.name_folded,
        home=region_path(row.region_code or row.country),
        uscc=row.uscc,
        is_person=row.kind is InvestorKind.PERSON,
    )


def _facts(deal: Record, terms: Record, fen: dict[str, int | None]) -> dict[str, str]:
    signed = ""
    if terms.signed_on and terms.signed_precision:
        signed = str(
            SigningDay(terms.signed_precision, terms.signed_from or terms.signed_on, terms.signed_on)
        )
    return {
        "name": deal.name,
        "content": deal.content,
        "total": amount_words(terms.total_fen, terms.qualifier),
        "fixed": fen_words(fen["fixed"]),
        "phase_one": fen_words(fen["phase_one"]),
        "agreement": "" if terms.agreement is AgreementKind.UNKNOWN else terms.agreement.value,
        "signed": signed,
        "chain": deal.chain,
        "industry": deal.industry,
        "place": deal.place,
        "land_mu": number_words(deal.land_mu),
        "company": deal.project_company,
        "line": deal.line,
        "stage": deal.stage.value,
        "registered_on": day_words(deal.registered_on),
        "started_on": day_words(deal.started_on),
        "produced_on": day_words(deal.produced_on),
        "planned_start_on": day_words(deal.planned_start_on),
        "paid": fen_words(fen["paid"]),
        "paid_outside": fen_words(fen["paid_outside"]),
        "platform_on": day_words(deal.platform_accepted_on),
        "statistics_on": day_words(deal.statistics_entered_on),
        "note": terms.note,
    }


def _investors(session: Session, mine: Select[Any]) -> dict[UUID, list[Record]]:
    found: dict[UUID, list[Record]] = defaultdict(list)
    chosen = (
        select(
            TermsInvestor.terms_id,
            Investor.name,
            Investor.name_folded,
            Investor.region_code,
            Investor.country,
            Investor.uscc,
            Investor.kind,
        )
        .join(Investor, Investor.id == TermsInvestor.investor_id)
        .join(DealTerms, DealTerms.id == TermsInvestor.terms_id)
        .where(DealTerms.deal_id.in_(mine))
        .order_by(TermsInvestor.terms_id, TermsInvestor.position, TermsInvestor.id)
    )
    for row in session.execute(chosen):
        found[row.terms_id].append(row)
    return found


def _paid(session: Session, mine: Select[Any]) -> dict[UUID, Record]:
    chosen = select(PaidIn.deal_id, PaidIn.total_fen, PaidIn.outside_fen).where(PaidIn.deal_id.in_(mine))
    return {row.deal_id: row for row in session.execute(chosen.order_by(PaidIn.as_of, PaidIn.recorded_at))}


def _notes(session: Session, mine: Select[Any]) -> dict[UUID, Record]:
    chosen = select(DealNote.deal_id, DealNote.progress, DealNote.problem, DealNote.next_step)
    chosen = chosen.where(DealNote.deal_id.in_(mine)).order_by(DealNote.on_day, DealNote.recorded_at)
    return {row.deal_id: row for row in session.execute(chosen)}


def _introducers(session: Session, mine: Select[Any]) -> dict[UUID, str]:
    first = and_(Credit.role == CreditRole.INTRODUCER, Credit.first)
    chosen = (
        select(Credit.deal_id, Unit.name)
        .join(Unit, Unit.id == Credit.unit_id)
        .where(Credit.deal_id.in_(mine), first)
    )
    return {row.deal_id: row.name for row in session.execute(chosen)}
