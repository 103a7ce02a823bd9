"""What a lead's own page says besides its facts: protection, clocks, what is missing, what is to be decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.events import PastEvent, timeline
from app.core.options import county_code
from app.core.regions import OriginLevel, origin_level
from app.leads.models import Adjudication, Lead
from app.leads.protection.holds import hold_on
from app.leads.protection.queries import requests_open
from app.leads.queries import has_contact, idle_limits, reminder_days, response_limits
from app.leads.rules import (
    Idle,
    LeadFacts,
    LeadProtection,
    ProtectionTerms,
    ResponseClock,
    Standing,
    idle,
    protection_ends_soon,
    response_clocks,
)


@dataclass(frozen=True, slots=True)
class LeadRecord:
    """`days_left` counts to the last day of the hold, 0 on that day. `held_by` and `held_by_until` are all that is said
    about another unit's hold; `missing` names what keeps the report from holding: contact, content, first_contact."""

    lead: Lead
    origin: OriginLevel
    protection: LeadProtection
    terms: ProtectionTerms
    days_left: int | None
    ends_soon: bool
    held_by: str
    held_by_until: date | None
    missing: tuple[str, ...]
    clocks: tuple[ResponseClock, ...]
    idle: Idle | None
    requests: Sequence[Adjudication]
    story: Sequence[PastEvent]


def record_of(session: Session, actor: Actor, lead: Lead, *, today: date) -> LeadRecord:
    """Work out everything that the page of a lead says today."""
    hold = hold_on(session, actor.county_id, lead.investor_id, today=today)
    standing = hold.of(lead.id) or LeadProtection(Standing.INCOMPLETE)
    blind = hold.blind(lead.owner_unit_id) if standing.standing is Standing.WAITING else None
    until, soon = standing.held_until, reminder_days(session, actor.county_id, today=today)
    claim = hold.claim_of(lead.id)
    limits = idle_limits(session, actor.county_id, today=today)
    county = county_code(session, actor.county_id)
    return LeadRecord(
        lead=lead,
        origin=origin_level(lead.investor.home, county_code=county),
        protection=standing,
        terms=hold.terms,
        days_left=(until - today).days if until else None,
        ends_soon=until is not None and protection_ends_soon(until, today=today, reminder_days=soon),
        held_by=blind[1] if blind else "",
        held_by_until=blind[0].held_until if blind else None,
        missing=_missing(session, lead) if claim.report.complete_at is None else (),
        clocks=response_clocks(
            facts_of(lead), today=today, limits=response_limits(session, actor.county_id, today=today)
        ),
        idle=idle(lead.stage, last_activity_on=lead.last_activity_on, today=today, limits=limits),
        requests=requests_open(session, claim.id) if claim.id in hold.asked else (),
        story=timeline(session, ("lead", lead.id), limit=200),
    )


def facts_of(lead: Lead) -> LeadFacts:
    """State what the clocks ask about a lead."""
    return LeadFacts(
        stage=lead.stage,
        received_on=lead.reported_on,
        registered_on=day_of(lead.created_at),
        validity=lead.validity,
        judged_on=day_of(lead.judged_at) if lead.judged_at else None,
        referred=lead.referred_by_unit_id is not None or bool(lead.referrer_text),
        answered_on=day_of(lead.replied_at) if lead.replied_at else None,
        progress_on=lead.last_activity_on,
    )


def _missing(session: Session, lead: Lead) -> tuple[str, ...]:
    known = has_contact(session, investor_id=lead.investor_id, unit_id=lead.owner_unit_id)
    lacking = (
        ("contact", not known),
        ("content", not lead.content.strip()),
        ("first_contact", lead.first_contact_on is None),
    )
    return tuple(name for name, is_missing in lacking if is_missing)
