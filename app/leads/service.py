"""Use cases of leads: correcting them; reporting, following and protecting them have their own rooms."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.identity.versions import changed, expect
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
from app.leads.protection.queries import current_claim
from app.leads.protection.service import (
    AlreadyHeld,
    ClosedLead,
    RulingAsked,
    RulingDecided,
    adjudicate,
    ask_ruling,
    facts_complete,
    judge,
    load_for_protection,
    note_contact,
    refresh,
)
from app.leads.reporting.service import DuplicateLead, SentAtOnce, report_lead, report_leads
from app.leads.rules import LeadStage
from app.leads.schemas import EditLeadInput
from app.leads.writing import PLAIN, check, fill, keep_contact, person_named, words_of_planned

__all__ = [
    "AlreadyHeld",
    "ClosedLead",
    "DuplicateLead",
    "MoveRefused",
    "NotInPool",
    "OwnPoolLead",
    "RulingAsked",
    "RulingDecided",
    "SentAtOnce",
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
    "report_leads",
    "set_confidential",
    "take_from_pool",
]


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
