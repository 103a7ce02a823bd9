"""The deals that a program reads: those its account may open, by key and cursor, with what they count for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.actor import Actor
from app.core.money import AmountError, parse_yuan
from app.core.paging import Key, keyset_page
from app.core.wire import Money, Ref
from app.deals.facts import ledger_facts
from app.deals.models import Credit, Deal, DealTerms, ListedDeal, PaidIn, TermsInvestor
from app.deals.partners.schemas import (
    CountsOut,
    CreditOut,
    DealInvestorOut,
    DealListing,
    DealListOut,
    DealOriginOut,
    DealOut,
    mu,
)
from app.deals.queries import SHOWN_TERMS, shown_terms, visible_to
from app.targets.models import Target
from app.targets.queries import rule_versions
from app.targets.reading.queries import standing_of_deals
from app.targets.rules import RuleVersion, Total, assess

_WHOLE = (
    joinedload(Deal.responsible_unit),
    joinedload(Deal.leader_in_charge),
    selectinload(Deal.terms).selectinload(DealTerms.investors).joinedload(TermsInvestor.investor),
    selectinload(Deal.terms).selectinload(DealTerms.exclusions),
    selectinload(Deal.credits).joinedload(Credit.unit),
    selectinload(Deal.lists).joinedload(ListedDeal.listed_on),
    selectinload(Deal.paid_ins),
)


def page_of_deals(
    session: Session, actor: Actor, wanted: DealListing, *, after: Sequence[Any] | None
) -> tuple[list[DealOut], tuple[Any, ...] | None]:
    """Return a page of deals that the actor may open, and the position of its last row where more follow."""
    chosen = visible_to(actor).join(DealTerms, DealTerms.id == SHOWN_TERMS)
    name = wanted.sort.removeprefix("-")
    column = DealTerms.signed_on if name == "signed_on" else getattr(Deal, name)
    found = keyset_page(
        session,
        chosen.where(*_clauses(wanted)).options(*_WHOLE),
        (Key(column, descending=wanted.sort.startswith("-")), Key(Deal.id)),
        limit=wanted.limit,
        after=after,
        position_of=lambda deal: (_sorted_by(deal, name), deal.id),
    )
    return shown(session, actor, found.items), found.position


def one_deal(session: Session, actor: Actor, deal_id: UUID) -> Deal | None:
    """Return a deal with all that programs read of it; None where the actor may not open it."""
    return session.scalar(visible_to(actor).where(Deal.id == deal_id).options(*_WHOLE))


def shown(session: Session, actor: Actor, deals: Sequence[Deal]) -> list[DealOut]:
    """Return deals as programs read them: four statements more, however many they are."""
    targets = session.scalars(
        select(Target)
        .where(Target.county_id == actor.county_id, Target.archived_at.is_(None))
        .order_by(Target.year, Target.position, Target.id)
    ).all()
    versions = rule_versions(session, {target.rule_id for target in targets}) if targets else {}
    standing = standing_of_deals(session, [deal.id for deal in deals]) if targets else {}
    return [
        _out(deal, [_counts(deal, target, versions, standing.get(deal.id, {})) for target in targets])
        for deal in deals
        if shown_terms(deal) is not None
    ]


def _counts(
    deal: Deal,
    target: Target,
    versions: dict[UUID, list[RuleVersion]],
    standing: dict[UUID, Total],
) -> CountsOut | None:
    """Say what a deal is to a target; None where it has nothing to do with the target's year."""
    total = standing.get(target.id, Total())
    terms = shown_terms(deal)
    signed_on = terms.signed_on if terms else None
    if total == Total() and (signed_on is None or signed_on.year != target.year):
        return None
    reasons: Sequence[str] = ()
    if total == Total():
        facts = ledger_facts(
            deal, paid_ins=sorted(deal.paid_ins, key=lambda row: (row.as_of, row.recorded_at))
        )
        reasons = assess(facts, versions[target.rule_id], year=target.year, measure=target.measure).reasons
    return CountsOut(
        target=Ref(id=target.id, name=target.name),
        counted=total != Total(),
        amount=Money.of(total.fen),
        reasons=[str(reason) for reason in reasons],
    )


def _sorted_by(deal: Deal, name: str) -> Any:
    if name != "signed_on":
        return getattr(deal, name)
    terms = shown_terms(deal)
    return terms.signed_on if terms else None


def _clauses(wanted: DealListing) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (Deal.stage, wanted.stage),
        (Deal.terms_state, wanted.verification),
        (Deal.owner_unit_id, wanted.unit),
        (Deal.chain, wanted.industry_chain),
    ):
        if value is not None:
            yield column == value
    if wanted.investor is not None:
        yield exists().where(
            TermsInvestor.terms_id == DealTerms.id, TermsInvestor.investor_id == wanted.investor
        )
    if wanted.signed_from is not None:
        yield DealTerms.signed_on >= wanted.signed_from
    if wanted.signed_to is not None:
        yield DealTerms.signed_on <= wanted.signed_to
    if wanted.updated_since is not None:
        yield Deal.updated_at >= wanted.updated_since
    if wanted.amount_gte is not None:
        yield DealTerms.total_fen >= _least(wanted.amount_gte)


def _least(text: str) -> int:
    try:
        return parse_yuan(text)
    except AmountError:  # beyond any investment: nothing is that large
        return 2**62


def _out(deal: Deal, counts: Sequence[CountsOut | None]) -> DealOut:
    terms = shown_terms(deal)
    assert terms is not None
    paid: PaidIn | None = max(deal.paid_ins, key=lambda row: (row.as_of, row.recorded_at), default=None)
    return DealOut(
        id=deal.id,
        code=deal.code,
        name=deal.name,
        investors=_investors(terms),
        agreement=terms.agreement,
        total_investment=Money.maybe(terms.total_fen),
        amount_qualifier=terms.qualifier,
        fixed_investment=Money.maybe(terms.fixed_fen),
        phase_one_investment=Money.maybe(terms.phase_one_fen),
        signed_on=terms.signed_on,
        signed_precision=terms.signed_precision,
        stage=deal.stage,
        verification=deal.terms_state,
        pending_amendment=deal.pending_amendment,
        responsible_unit=Ref(id=deal.responsible_unit.id, name=deal.responsible_unit.shown_name)
        if deal.responsible_unit
        else None,
        leader_in_charge=deal.leader_in_charge.name if deal.leader_in_charge else "",
        line=deal.line,
        place=deal.place,
        land_mu=mu(deal.land_mu),
        planned_start_on=deal.planned_start_on,
        registered_on=deal.registered_on,
        started_on=deal.started_on,
        produced_on=deal.produced_on,
        platform_accepted=deal.platform_accepted_on is not None,
        industry=deal.industry,
        industry_chain=deal.chain,
        lists=_lists(deal),
        credits=_credits(deal),
        paid_in=Money.maybe(paid.total_fen if paid else None),
        outside_paid_in=Money.maybe(paid.outside_fen if paid else None),
        counts=[each for each in counts if each is not None],
        version=deal.version,
        created_at=deal.created_at,
        updated_at=deal.updated_at,
    )


def _investors(terms: DealTerms) -> list[DealInvestorOut]:
    return [
        DealInvestorOut(
            investor=Ref(id=row.investor_id, name=row.investor.name),
            origin=DealOriginOut(level=row.origin_level, region=row.region_code or row.country),
            contribution=Money.maybe(row.contribution_fen),
        )
        for row in terms.investors
    ]


def _lists(deal: Deal) -> list[DealListOut]:
    return [
        DealListOut(id=row.list_id, name=on.name, level=on.level, year=on.year, batch=on.batch)
        for row in sorted(deal.lists, key=lambda each: str(each.list_id))
        for on in (row.listed_on,)
    ]


def _credits(deal: Deal) -> list[CreditOut]:
    return [
        CreditOut(
            unit=Ref(id=row.unit_id, name=row.unit.shown_name),
            role=row.role,
            share_percent=f"{row.share_percent:.2f}",
        )
        for row in sorted(deal.credits, key=lambda each: (each.role, str(each.unit_id)))
    ]
