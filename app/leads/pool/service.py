"""Use cases of the pool (公海): a unit takes up what another one let lapse; the rule is asked again on a day."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of, start_of_day
from app.core.errors import Conflict, FieldError
from app.core.jobs import enqueue
from app.identity.models import Unit
from app.identity.versions import expect
from app.investors.service import add_contact
from app.leads.changes import index, put_on_record
from app.leads.models import Lead
from app.leads.pool.schemas import TakeInput
from app.leads.protection.holds import hold_on
from app.leads.protection.queries import current_claim
from app.leads.protection.service import facts_complete, load_for_protection, make_claim, refresh
from app.leads.rules import Validity, is_open
from app.leads.writing import unit_written_for

ASK_AGAIN = "leads.ask_again"


class NotInPool(Conflict):
    """Somebody else took the lead, or it was never given up."""

    code = "leads.not_in_pool"


class OwnPoolLead(Conflict):
    """A unit whose hold lapsed does not get it back by taking its own lead from the pool."""

    code = "leads.own_pool_lead"


def take_from_pool(session: Session, actor: Actor, lead_id: UUID, data: TakeInput, *, at: datetime) -> Lead:
    """Let another unit take up a lead that lapsed: it becomes the unit's own, with a claim that begins now.

    Raises NotPermitted, NotFound, Stale, NotInPool, OwnPoolLead, or FieldError.
    """
    lead = load_for_protection(session, actor, lead_id)
    unit = unit_written_for(session, actor, data.unit_id)
    expect(lead, data.version, theirs={}, labels={})
    hold = hold_on(session, actor.county_id, lead.investor_id, today=day_of(at))
    standing = hold.of(lead.id)
    if standing is None or not standing.in_pool or not is_open(lead.stage):
        raise NotInPool()
    if unit.id == lead.owner_unit_id:
        raise OwnPoolLead()
    current_claim(session, lead.id).ended_at = at
    before = lead.owner_unit.shown_name
    _hand_to(session, actor, lead, unit, data, at=at)
    make_claim(session, hold, lead, unit=unit, complete=facts_complete(session, lead), at=at)
    lead.touch(at)
    refresh(session, actor, lead.investor_id, at=at)
    index(session, lead, investor_name=lead.investor.name, at=at)
    changes = {"unit": (before, unit.shown_name), "protected_until": (None, lead.protected_until)}
    put_on_record(session, actor, "lead.taken", lead, at=at, changes=changes)
    return lead


def ask_again_on(session: Session, county_id: UUID, day: date, *, at: datetime) -> None:
    """Have the rule asked about all open leads when a day begins from which other days of protection hold."""
    run_at = max(start_of_day(day), at)
    enqueue(session, ASK_AGAIN, {"county_id": str(county_id)}, run_at=run_at)


def _hand_to(
    session: Session, actor: Actor, lead: Lead, unit: Unit, data: TakeInput, *, at: datetime
) -> None:
    today = day_of(at)
    if data.first_contact_on and data.first_contact_on > today:
        raise FieldError("first_contact_on", "error.leads.contact_in_future")
    lead.owner_unit_id, lead.owner_unit = unit.id, unit
    lead.owner_person_id, lead.owner_text = data.owner_person_id or actor.person_id, ""
    # The decision on the lead belonged to the claim that ended; the new unit's own is judged anew.
    lead.validity, lead.judged_at, lead.judged_by, lead.judgement_note = Validity.PENDING, None, None, ""
    lead.first_contact_on, lead.last_activity_on = data.first_contact_on, today
    lead.next_step = data.next_step or lead.next_step
    lead.next_follow_up_on = data.next_follow_up_on
    if data.contact_name:
        add_contact(
            session,
            actor,
            investor_id=lead.investor_id,
            unit_id=unit.id,
            name=data.contact_name,
            phone=data.contact_phone,
            at=at,
        )
