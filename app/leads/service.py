"""Use cases of leads: reporting and correcting them; following and protecting them have their own rooms."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor, Role
from app.core.clock import day_of
from app.core.errors import Conflict, NotFound
from app.core.permissions import Permission, require, require_over
from app.identity.models import Unit
from app.identity.versions import changed, expect
from app.investors.models import Investor
from app.investors.service import resolve_investor
from app.leads import queries
from app.leads.changes import LABELS, index, put_on_record, require_change, values_of
from app.leads.following.service import (
    MoveRefused,
    answer_referrer,
    lose,
    mark_signed,
    move_stage,
    note,
    reassign,
    reopen,
    set_confidential,
)
from app.leads.models import Lead
from app.leads.pool.service import NotInPool, OwnPoolLead, take_from_pool
from app.leads.protection.holds import Hold, hold_on
from app.leads.protection.queries import current_claim, leads_of, lock_investor
from app.leads.protection.service import (
    AlreadyHeld,
    ClosedLead,
    RulingAsked,
    RulingDecided,
    adjudicate,
    ask_ruling,
    enter_request,
    facts_complete,
    judge,
    load_for_protection,
    make_claim,
    note_contact,
    refresh,
    refuse_if_held,
    settle,
)
from app.leads.rules import Filing, LeadStage, filing, is_complete
from app.leads.schemas import EditLeadInput, ReportLeadInput
from app.leads.writing import PLAIN, check, fill, keep_contact, new_lead, person_named, words_of_planned

__all__ = [
    "AlreadyHeld",
    "ClosedLead",
    "DuplicateLead",
    "MoveRefused",
    "NotInPool",
    "OwnPoolLead",
    "RulingAsked",
    "RulingDecided",
    "adjudicate",
    "answer_referrer",
    "ask_ruling",
    "edit_lead",
    "judge",
    "lose",
    "mark_signed",
    "move_stage",
    "note",
    "note_contact",
    "reassign",
    "reopen",
    "report_lead",
    "set_confidential",
    "take_from_pool",
]


class DuplicateLead(Conflict):
    """The unit follows an open lead of the same investor. `candidates` are those that the actor may open."""

    code = "leads.duplicate"


def report_lead(session: Session, actor: Actor, data: ReportLeadInput, *, at: datetime) -> Lead:
    """Report a lead. The first complete report holds the investor; a referral goes to the unit that takes them in.

    Raises NotPermitted, NotFound, FieldError, AlreadyHeld when another unit holds the investor and no adjudication is
    asked for, DuplicateLead when the own unit follows it already and it is not said to be a second project.
    """
    require(actor, Permission.REFER_LEADS)
    today = day_of(at)
    unit, referred_by = _units_of(session, actor, data, today=today)
    check(data, today=today)
    investor = resolve_investor(
        session,
        actor,
        investor_id=data.investor_id,
        name=data.investor_name,
        kind=data.investor_kind,
        home=data.investor_home,
        unit_id=unit.id,
        at=at,
    )
    lock_investor(session, investor.id)
    hold = hold_on(session, actor.county_id, investor.id, today=today)
    met = filing(hold.state, unit_id=unit.id, second_project=data.second_project)
    asks = met in (Filing.HELD, Filing.ADJUDICATION)
    if asks and not data.ruling_reason:
        refuse_if_held(hold, unit_id=unit.id)
    if not data.second_project:
        _refuse_duplicate(session, actor, hold, investor, unit)
    lead = new_lead(session, actor, data, investor=investor, unit=unit, referred_by=referred_by, at=at)
    claim = make_claim(session, hold, lead, unit=unit, complete=_is_complete(session, lead, data), at=at)
    others = leads_of(session, investor.id) if hold.claims else []
    settle(session, actor, hold.plus(claim, unit), {lead, *others}, at=at)
    keep_contact(session, actor, lead, data, at=at)
    shown = {name: value for name, value in values_of(lead).items() if value not in (None, "")}
    shown |= {"investor": investor.name, "code": lead.code}
    if lead.owner_person_id is not None and lead.owner_person_id == actor.person_id:
        shown["owner_person"] = actor.name
    put_on_record(session, actor, "lead.reported", lead, at=at, changes=changed({}, shown), first=True)
    if asks:
        reason = data.ruling_reason
        enter_request(session, actor, claim.id, second_project=data.second_project, reason=reason, at=at)
        put_on_record(session, actor, "lead.ruling_asked", lead, at=at, note=reason)
    index(session, lead, investor_name=investor.name, at=at)
    return lead


def edit_lead(session: Session, actor: Actor, lead_id: UUID, data: EditLeadInput, *, at: datetime) -> Lead:
    """Correct or complete a lead; a report completed now can hold from now on.

    Raises NotFound, NotPermitted, Stale with both versions, ClosedLead for a signed one, or FieldError.
    """
    lead = load_for_protection(session, actor, lead_id)
    require_change(actor, lead, lead.owner_unit)
    if lead.stage is LeadStage.SIGNED:
        raise ClosedLead()
    before = values_of(lead)
    owner = person_named(session, actor, data.owner_person_id, field="owner_person_id")
    after: dict[str, Any] = {name: getattr(data, name) for name in PLAIN} | {
        "planned": words_of_planned(data),
        "owner_person": owner.name if owner else data.owner_text,
    }
    expect(lead, data.version, theirs=before, yours=after, labels=LABELS)
    check(data, today=day_of(at), confirmed=before["planned"])
    fill(lead, data, owner=owner)
    keep_contact(session, actor, lead, data, at=at)
    changes = changed(before, after)
    claim = current_claim(session, lead.id)
    if claim.complete_at is None and claim.ended_at is None and facts_complete(session, lead):
        claim.complete_at = at
        changes["complete"] = (False, True)
    if not changes:
        return lead
    lead.touch(at)
    put_on_record(session, actor, "lead.changed", lead, at=at, changes=changes)
    if "complete" in changes:
        refresh(session, actor, lead.investor_id, at=at)
    index(session, lead, investor_name=lead.investor.name, at=at)
    return lead


def _units_of(
    session: Session, actor: Actor, data: ReportLeadInput, *, today: date
) -> tuple[Unit, UUID | None]:
    """Return the owner unit, and the partner's unit where it is a referral."""
    partner = next((held.unit_id for held in actor.memberships if held.role is Role.PARTNER), None)
    if partner is not None:
        return queries.intake_unit(session, actor, today=today), partner
    chosen = data.unit_id or next(iter(actor.unit_ids), None)
    if chosen is None:
        raise NotFound()
    unit = queries.get_unit(session, actor, chosen)
    require_over(actor, Permission.WRITE_RECORDS, unit.path, unit.id)
    return unit, None


def _refuse_duplicate(session: Session, actor: Actor, hold: Hold, investor: Investor, unit: Unit) -> None:
    """A partner whose investor the intake unit holds by somebody else's report learns that, and no more."""
    if all(claim.unit_id != unit.id for claim in hold.claims):
        return
    found = queries.open_of_unit(session, actor, investor_id=investor.id, unit_id=unit.id)
    if found:
        candidates = [{"id": str(each.id), "code": each.code, "title": each.title} for each in found]
        raise DuplicateLead(lead=found[0].code, title=found[0].title, candidates=candidates)
    if actor.has(Role.PARTNER) and hold.state.is_held:
        raise AlreadyHeld(held_by_unit=unit.shown_name, held_until=hold.state.held_until)


def _is_complete(session: Session, lead: Lead, data: ReportLeadInput) -> bool:
    if data.contact_name:
        return is_complete(has_contact=True, content=lead.content, contacted_on=lead.first_contact_on)
    return facts_complete(session, lead)
