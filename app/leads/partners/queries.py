"""The leads that a program reads: those its account may open, by key and cursor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Session, joinedload

from app.core.actor import Actor
from app.core.clock import start_of_day
from app.core.money import AmountError, parse_yuan
from app.core.options import county_code
from app.core.paging import Key, KeysetPage, keyset_page
from app.core.regions import OriginLevel, origin_level
from app.core.wire import Money, Ref
from app.identity.models import Person, Unit
from app.investors.models import Investor
from app.leads.models import Lead
from app.leads.partners.schemas import LeadListing, LeadOut, OriginOut, ReferralOut
from app.leads.queries import response_limits, visible_to
from app.leads.rules import ResponseLimits, Validity

# Of what stands around a lead its row says little.
_PARTS = (
    joinedload(Lead.investor).load_only(Investor.name, Investor.country, Investor.region_code),
    joinedload(Lead.owner_unit).load_only(Unit.name, Unit.short_name),
    joinedload(Lead.owner_person).load_only(Person.name),
)
_SIZE = func.coalesce(Lead.planned_min_fen, Lead.planned_max_fen)


def page_of_leads(
    session: Session, actor: Actor, wanted: LeadListing, *, after: Sequence[Any] | None, today: date
) -> tuple[list[LeadOut], tuple[Any, ...] | None]:
    """Return a page of leads that the actor may open, and the position of its last row where more follow."""
    chosen = visible_to(actor).where(*_clauses(wanted)).options(*_PARTS)
    column = getattr(Lead, wanted.sort.removeprefix("-"))
    keys = (Key(column, descending=wanted.sort.startswith("-")), Key(Lead.id))
    found: KeysetPage[Lead] = keyset_page(
        session,
        chosen,
        keys,
        limit=wanted.limit,
        after=after,
        position_of=lambda lead: (getattr(lead, column.key), lead.id),
    )
    return shown(session, actor, found.items, today=today), found.position


def shown(session: Session, actor: Actor, leads: Sequence[Lead], *, today: date) -> list[LeadOut]:
    """Return leads as programs read them; investor, unit and person must be loaded."""
    county = county_code(session, actor.county_id)
    limits = response_limits(session, actor.county_id, today=today)
    return [_out(lead, county=county, limits=limits, today=today) for lead in leads]


def by_external(session: Session, actor: Actor, source: str, external_id: str) -> UUID | None:
    """Return the lead that another system knows by this id, of those that the actor may open."""
    same = visible_to(actor).where(Lead.source_system == source, Lead.external_id == external_id)
    return session.scalar(same.with_only_columns(Lead.id))


def _clauses(wanted: LeadListing) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (Lead.stage, wanted.stage),
        (Lead.owner_unit_id, wanted.unit),
        (Lead.investor_id, wanted.investor),
        (Lead.source, wanted.source),
        (Lead.validity, wanted.judgement),
        (Lead.chain, wanted.industry_chain),
        (Lead.source_system, wanted.external_source),
        (Lead.external_id, wanted.external_id),
    ):
        if value is not None:
            yield column == value
    if wanted.origin is not None:
        referred = Lead.referred_by_unit_id.is_not(None)
        yield referred if wanted.origin == "referral" else ~referred
    if wanted.reported_from is not None:
        yield Lead.reported_at >= start_of_day(wanted.reported_from)
    if wanted.reported_to is not None:
        yield Lead.reported_at < start_of_day(wanted.reported_to + timedelta(days=1))
    if wanted.updated_since is not None:
        yield Lead.updated_at >= wanted.updated_since
    if wanted.amount_gte is not None:
        yield _least(wanted.amount_gte) <= _SIZE


def _least(text: str) -> int:
    try:
        return parse_yuan(text)
    except AmountError:  # beyond any investment: nothing is that large
        return 2**62


def _out(lead: Lead, *, county: str, limits: ResponseLimits, today: date) -> LeadOut:
    low, high = lead.planned_min_fen, lead.planned_max_fen
    held = lead.protected_until
    return LeadOut(
        id=lead.id,
        code=lead.code,
        title=lead.title,
        investor=Ref(id=lead.investor_id, name=lead.investor.name),
        origin=OriginOut(
            level=origin_level(lead.investor.home, county_code=county) or OriginLevel.UNKNOWN,
            region=lead.investor.home,
        ),
        industry_chain=lead.chain,
        planned_investment=Money.maybe(low if low == high else None),
        planned_min=Money.maybe(low),
        planned_max=Money.maybe(high),
        expected_signing_on=lead.expected_signing_on,
        place=lead.place,
        land_mu=None if lead.land_mu is None else f"{lead.land_mu:.2f}",
        stage=lead.stage,
        valid=None if lead.validity is Validity.PENDING else lead.validity is Validity.VALID,
        unit=Ref(id=lead.owner_unit_id, name=lead.owner_unit.shown_name),
        owner=lead.owner_name,
        source=lead.source,
        referral=_referral(lead, limits) if lead.referred_by_unit_id is not None else None,
        reported_at=lead.reported_at,
        protected_until=held if held is not None and held >= today else None,
        last_contact_at=lead.last_contact_on,
        next_follow_up_on=lead.next_follow_up_on,
        deal_id=lead.deal_id,
        external_source=lead.source_system,
        external_id=lead.external_id,
        version=lead.version,
        created_at=lead.created_at,
        updated_at=lead.updated_at,
    )


def _referral(lead: Lead, limits: ResponseLimits) -> ReferralOut:
    due = lead.reported_on + timedelta(days=limits.answered)
    return ReferralOut(
        judgement=lead.validity,
        reply=lead.reply,
        reply_due_on=None if lead.replied_at else due,
        replied_at=lead.replied_at,
    )
