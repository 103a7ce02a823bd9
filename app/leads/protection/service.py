"""Use cases of first-report protection (首报首谈): claims, judgements, rulings, receipts of visits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import Conflict, FieldError
from app.core.ids import new_id
from app.core.permissions import Permission, require
from app.identity.models import Unit
from app.identity.versions import expect
from app.leads import queries
from app.leads.changes import put_on_record, require_change
from app.leads.models import Adjudication, Claim, ContactReceipt, Lead, LeadJudgement
from app.leads.protection.holds import Hold, hold_on
from app.leads.protection.queries import current_claim, get_adjudication, leads_of, lock_investors
from app.leads.protection.schemas import AskRulingInput, JudgeInput, RulingInput
from app.leads.rules import RulingOutcome, Standing, Validity, is_complete, is_open


class AlreadyHeld(Conflict):
    """Another unit holds the investor: all that may be learnt is that, by which unit and until when."""

    code = "leads.already_held"


class RulingDecided(Conflict):
    code = "leads.ruling_decided"


class RulingAsked(Conflict):
    """A decision on this lead is asked for already, or there is nothing to decide."""

    code = "leads.ruling_asked"


class ClosedLead(Conflict):
    """The lead is signed or lost: it is not worked on."""

    code = "leads.closed"


def load_for_protection(session: Session, actor: Actor, lead_id: UUID, *, with_readers: bool = True) -> Lead:
    """Lock the investor first and then the lead, always in this order, so that two changes never wait for each other.

    Raises NotFound.
    """
    lock_investors(session, [queries.investor_id_of(session, actor, lead_id)])
    return queries.get_lead(session, actor, lead_id, lock=True, with_readers=with_readers)


def refuse_if_held(hold: Hold, *, unit_id: UUID) -> None:
    """Raises AlreadyHeld when another unit holds the investor."""
    if (blind := hold.blind(unit_id)) is not None:
        message, unit_name = blind
        raise AlreadyHeld(held_by_unit=unit_name, held_until=message.held_until)


def make_claim(
    session: Session, hold: Hold, lead: Lead, *, unit: Unit, complete: bool, at: datetime
) -> Claim:
    """Enter a unit's claim on the lead's investor behind those that stand; the caller holds the investor's lock."""
    claim = Claim(
        id=new_id(),
        county_id=lead.county_id,
        investor_id=lead.investor_id,
        seq=hold.next_seq(lead.investor_id),
        lead_id=lead.id,
        lead=lead,
        unit_id=unit.id,
        reported_at=at,
        complete_at=at if complete else None,
    )
    session.add(claim)
    return claim


def facts_complete(session: Session, lead: Lead) -> bool:
    """Say whether a contact, a content and a first contact are on record for the lead's unit."""
    known = queries.has_contact(session, investor_id=lead.investor_id, unit_id=lead.owner_unit_id)
    return is_complete(has_contact=known, content=lead.content, contacted_on=lead.first_contact_on)


def refresh(session: Session, actor: Actor, investor_id: UUID, *, at: datetime) -> None:
    """Ask the rule again about all leads of an investor, after a change of the facts."""
    session.flush()
    hold = hold_on(session, actor.county_id, investor_id, today=day_of(at))
    settle(session, actor, hold, leads_of(session, investor_id), at=at)


def settle(session: Session, actor: Actor, hold: Hold, leads: Iterable[Lead], *, at: datetime) -> None:
    """Write what the rule says onto an investor's leads, for lists; a lead new in the pool gets its event."""
    for lead in leads:
        standing = hold.of(lead.id)
        is_live = standing is not None and is_open(lead.stage)
        lead.protected_until = standing.held_until if standing and is_live and standing.holds else None
        in_pool = bool(standing and is_live and standing.in_pool)
        if in_pool and lead.in_pool_since is None:
            lead.in_pool_since = hold.today
            put_on_record(session, actor, "lead.pooled", lead, at=at)
        elif not in_pool:
            lead.in_pool_since = None


def judge(session: Session, actor: Actor, lead_id: UUID, data: JudgeInput, *, at: datetime) -> Lead:
    """Decide on record whether a lead is a valid one (有效线索); an earlier decision stays in the history.

    Raises NotPermitted, NotFound, Stale, ClosedLead, or FieldError at `note` for an invalid one without its reason.
    """
    require(actor, Permission.JUDGE_LEADS)
    lead = load_for_protection(session, actor, lead_id)
    expect(lead, data.version, theirs={}, labels={})
    if not is_open(lead.stage):
        raise ClosedLead()
    if data.validity is Validity.INVALID and not data.note:
        raise FieldError("note", "error.leads.invalid_needs_note")
    claim = current_claim(session, lead.id)
    session.add(LeadJudgement(claim_id=claim.id, validity=data.validity, at=at, by=actor.id, note=data.note))
    _set_validity(lead, data.validity, note=data.note, by=actor.id, at=at)
    until = lead.protected_until
    refresh(session, actor, lead.investor_id, at=at)
    changes = {"validity": (None, data.validity), "protected_until": (until, lead.protected_until)}
    put_on_record(session, actor, "lead.judged", lead, at=at, changes=changes, note=data.note)
    return lead


def ask_ruling(session: Session, actor: Actor, lead_id: UUID, data: AskRulingInput, *, at: datetime) -> Lead:
    """Ask for a decision between units about a lead whose investor another unit holds.

    Raises NotPermitted, NotFound, Stale, RulingAsked when one is asked for or nobody else holds the investor.
    """
    lead = load_for_protection(session, actor, lead_id)
    require_change(actor, lead, lead.owner_unit)
    expect(lead, data.version, theirs={}, labels={})
    hold = hold_on(session, actor.county_id, lead.investor_id, today=day_of(at))
    claim, standing = hold.claim_of(lead.id), hold.of(lead.id)
    waiting = standing is not None and standing.standing is Standing.WAITING
    if not waiting or claim.id in hold.asked:
        raise RulingAsked()
    enter_request(session, actor, claim.id, second_project=data.second_project, reason=data.reason, at=at)
    lead.touch(at)
    put_on_record(session, actor, "lead.ruling_asked", lead, at=at, note=data.reason)
    return lead


def enter_request(
    session: Session, actor: Actor, claim_id: UUID, *, second_project: bool, reason: str, at: datetime
) -> Adjudication:
    """Put a request for a decision between units on record."""
    request = Adjudication(
        county_id=actor.county_id,
        claim_id=claim_id,
        second_project=second_project,
        reason=reason,
        asked_at=at,
        asked_by=actor.id,
    )
    session.add(request)
    return request


def adjudicate(
    session: Session, actor: Actor, adjudication_id: UUID, data: RulingInput, *, at: datetime
) -> Lead:
    """Decide between units: the lead takes the hold, has no claim, or is a project of its own.

    Raises NotPermitted, NotFound, RulingDecided, ClosedLead, or FieldError at `outcome` when the lead that would take
    the hold lacks a contact, a content or a first contact.
    """
    require(actor, Permission.ADJUDICATE_LEADS)
    request = get_adjudication(session, actor, adjudication_id)
    lead = load_for_protection(session, actor, request.claim.lead_id)
    if request.decided_at is not None:
        raise RulingDecided()
    if not is_open(lead.stage):
        raise ClosedLead()
    takes_hold = data.outcome is RulingOutcome.TAKES_HOLD
    if takes_hold and request.claim.complete_at is None:
        raise FieldError("outcome", "error.leads.ruling_incomplete")
    request.outcome, request.decision_note = data.outcome, data.note
    request.decided_at, request.decided_by = at, actor.id
    if takes_hold:
        # The ruling that gives the hold judges the lead valid as well.
        _set_validity(lead, Validity.VALID, note=data.note, by=actor.id, at=at)
    lead.touch(at)
    refresh(session, actor, lead.investor_id, at=at)
    changes = {"ruling": (None, data.outcome), "protected_until": (None, lead.protected_until)}
    put_on_record(session, actor, "lead.ruled", lead, at=at, changes=changes, note=data.note)
    return lead


def note_contact(
    session: Session,
    actor: Actor,
    lead_id: UUID,
    visited_on: date,
    received_at: datetime,
    offline: bool,
) -> None:
    """Put a visit's receipt on the lead: the newest contact, and what may keep the protection alive.

    The visit is its own event; the lead gets one only when its protection changes. Whoever may open the lead may have
    visited its investor. Raises NotFound.
    """
    lead = load_for_protection(session, actor, lead_id, with_readers=False)
    claim = current_claim(session, lead.id)
    session.add(
        ContactReceipt(claim_id=claim.id, visited_on=visited_on, received_at=received_at, offline=offline)
    )
    lead.last_contact_on = max(visited_on, lead.last_contact_on or visited_on)
    lead.last_activity_on = max(lead.last_activity_on, min(visited_on, day_of(received_at)))
    lead.updated_at = received_at
    if lead.first_contact_on is None:
        lead.first_contact_on = visited_on
        lead.version += 1
    if claim.complete_at is None and claim.ended_at is None and facts_complete(session, lead):
        claim.complete_at = received_at
    until = lead.protected_until
    refresh(session, actor, lead.investor_id, at=received_at)
    if lead.protected_until != until:
        changes = {"protected_until": (until, lead.protected_until)}
        put_on_record(session, actor, "lead.protection_changed", lead, at=received_at, changes=changes)


def _set_validity(lead: Lead, validity: Validity, *, note: str, by: UUID, at: datetime) -> None:
    lead.validity, lead.judgement_note = validity, note
    lead.judged_at, lead.judged_by = at, by
    lead.touch(at)
