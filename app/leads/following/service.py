"""Use cases of following a lead: its stage, how it ends, news, who may open it, handing it over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session, joinedload

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import Conflict, FieldError, NotFound
from app.core.permissions import Permission, allowed, holds_over, require
from app.identity.models import Person
from app.identity.versions import expect
from app.leads import queries
from app.leads.changes import index, is_own_referral, put_on_record, require_change
from app.leads.following.schemas import (
    AnswerInput,
    ConfidentialInput,
    LossInput,
    MoveInput,
    NoteInput,
    ReopenInput,
)
from app.leads.models import Lead, LeadReader
from app.leads.protection.holds import hold_on
from app.leads.protection.queries import current_claim
from app.leads.protection.service import (
    ClosedLead,
    facts_complete,
    load_for_protection,
    make_claim,
    refresh,
    refuse_if_held,
)
from app.leads.rules import (
    LeadMove,
    LeadStage,
    LostProblem,
    is_open,
    lead_move,
    lost_problems,
    may_sign,
)

_LOST_FIELDS = {
    LostProblem.NO_REASON: "reason",
    LostProblem.NO_DESTINATION: "lost_to",
    LostProblem.NO_NOTE: "note",
}


class MoveRefused(Conflict):
    """The stage cannot be reached by hand from where the lead stands."""

    code = "leads.move_refused"


def move_stage(session: Session, actor: Actor, lead_id: UUID, data: MoveInput, *, at: datetime) -> Lead:
    """Move an open lead forward or back. Raises NotFound, NotPermitted, Stale or MoveRefused."""
    lead = queries.get_lead(session, actor, lead_id, lock=True)
    require_change(actor, lead, lead.owner_unit)
    expect(lead, data.version, theirs={}, labels={})
    if lead_move(lead.stage, data.stage) not in (LeadMove.FORWARD, LeadMove.BACK):
        raise MoveRefused()
    _change_stage(session, actor, "lead.moved", lead, data.stage, note=data.note, at=at)
    return lead


def lose(session: Session, actor: Actor, lead_id: UUID, data: LossInput, *, at: datetime) -> Lead:
    """End the talks (终止洽谈) with the reason, and to whom where it went elsewhere; the hold ends with them.

    Raises NotFound, NotPermitted, Stale, MoveRefused, or FieldError naming what is missing.
    """
    lead = load_for_protection(session, actor, lead_id)
    require_change(actor, lead, lead.owner_unit)
    expect(lead, data.version, theirs={}, labels={})
    if lead_move(lead.stage, LeadStage.LOST) is not LeadMove.LOSS:
        raise MoveRefused()
    for problem in lost_problems(data.reason, lost_to=data.lost_to, note=data.note):
        raise FieldError(_LOST_FIELDS[problem], f"enum.LostProblem.{problem.value}")
    lead.lost_reason, lead.lost_to, lead.lost_note = data.reason, data.lost_to, data.note
    lead.next_follow_up_on = None
    current_claim(session, lead.id).ended_at = at
    more = {"lost_reason": (None, data.reason), "lost_to": (None, data.lost_to)}
    _change_stage(session, actor, "lead.lost", lead, LeadStage.LOST, note=data.note, at=at, more=more)
    refresh(session, actor, lead.investor_id, at=at)
    return lead


def reopen(session: Session, actor: Actor, lead_id: UUID, data: ReopenInput, *, at: datetime) -> Lead:
    """Take up a lost lead again; it claims the investor anew, as a report of today.

    Raises NotFound, NotPermitted, Stale, MoveRefused, or AlreadyHeld when another unit holds the investor by now.
    """
    lead = load_for_protection(session, actor, lead_id)
    require_change(actor, lead, lead.owner_unit)
    expect(lead, data.version, theirs={}, labels={})
    if lead_move(lead.stage, data.stage) is not LeadMove.REOPENING:
        raise MoveRefused()
    hold = hold_on(session, actor.county_id, lead.investor_id, today=day_of(at))
    refuse_if_held(hold, unit_id=lead.owner_unit_id)
    complete = facts_complete(session, lead)
    make_claim(session, hold, lead, unit=lead.owner_unit, complete=complete, at=at)
    lead.lost_reason, lead.lost_to, lead.lost_note = None, "", ""
    _change_stage(session, actor, "lead.reopened", lead, data.stage, note=data.note, at=at)
    refresh(session, actor, lead.investor_id, at=at)
    return lead


def mark_signed(session: Session, actor: Actor, lead_id: UUID, deal_id: UUID, at: datetime) -> Lead:
    """Let a lead end well: it has its deal. Raises NotFound, NotPermitted, or MoveRefused for one signed or lost."""
    lead = load_for_protection(session, actor, lead_id)
    require_change(actor, lead, lead.owner_unit)
    if not may_sign(lead.stage):
        raise MoveRefused()
    lead.deal_id, lead.next_follow_up_on = deal_id, None
    current_claim(session, lead.id).ended_at = at
    _change_stage(session, actor, "lead.signed", lead, LeadStage.SIGNED, at=at)
    refresh(session, actor, lead.investor_id, at=at)
    return lead


def note(session: Session, actor: Actor, lead_id: UUID, data: NoteInput, *, at: datetime) -> Lead:
    """Write news of a lead onto its timeline, and what comes next. A partner may always add to its own referral.

    Raises NotFound, NotPermitted, Stale or ClosedLead.
    """
    lead = queries.get_lead(session, actor, lead_id, lock=True)
    if not is_own_referral(actor, lead):
        require_change(actor, lead, lead.owner_unit)
    expect(lead, data.version, theirs={}, labels={})
    if not is_open(lead.stage):
        raise ClosedLead()
    changes: dict[str, tuple[object, object]] = {}
    for field in ("next_step", "next_follow_up_on"):
        value = getattr(data, field)
        if value and value != getattr(lead, field):
            changes[field] = (getattr(lead, field), value)
            setattr(lead, field, value)
    lead.last_activity_on = day_of(at)
    lead.touch(at)
    put_on_record(session, actor, "lead.noted", lead, at=at, changes=changes, note=data.text)
    return lead


def answer_referrer(
    session: Session, actor: Actor, lead_id: UUID, data: AnswerInput, *, at: datetime
) -> Lead:
    """Put on record what the referrer was told. Raises NotFound, NotPermitted or Stale."""
    require(actor, Permission.WRITE_RECORDS)
    lead = queries.get_lead(session, actor, lead_id, lock=True)
    if not allowed(actor, Permission.JUDGE_LEADS):
        require_change(actor, lead, lead.owner_unit)
    expect(lead, data.version, theirs={}, labels={})
    lead.reply, lead.replied_at = data.reply, at
    lead.touch(at)
    put_on_record(session, actor, "lead.answered", lead, at=at, note=data.reply)
    return lead


def set_confidential(
    session: Session, actor: Actor, lead_id: UUID, data: ConfidentialInput, *, at: datetime
) -> Lead:
    """Keep a lead to its owner and the people named, or open it again. Raises NotFound, NotPermitted or Stale."""
    lead = queries.get_lead(session, actor, lead_id, lock=True)
    require_change(actor, lead, lead.owner_unit)
    expect(lead, data.version, theirs={}, labels={})
    named = {person.id: person.name for person in _readers(session, actor, data)}
    is_owner = actor.id == lead.entered_by or actor.person_id == lead.owner_person_id
    if data.confidential and actor.person_id is not None and not is_owner:
        # Whoever closes the door does not lock himself out.
        named[actor.person_id] = actor.name
    wanted = set(named)
    before = sorted(reader.person.name for reader in lead.readers)
    kept = [reader for reader in lead.readers if reader.person_id in wanted]
    known = {reader.person_id for reader in kept}
    lead.readers = kept + [LeadReader(person_id=key) for key in sorted(wanted - known)]
    changes = {
        "confidential": (lead.confidential, data.confidential),
        "readers": ("、".join(before), "、".join(sorted(named.values()))),
    }
    lead.confidential = data.confidential
    lead.touch(at)
    changed = {field: pair for field, pair in changes.items() if pair[0] != pair[1]}
    put_on_record(session, actor, "lead.readers_changed", lead, at=at, changes=changed)
    index(session, lead, investor_name=lead.investor.name, at=at)
    return lead


def reassign(
    session: Session, actor: Actor, *, from_person_id: UUID, to_person_id: UUID, at: datetime
) -> Sequence[Lead]:
    """Move everything open that one person follows to another; returns what was moved, each with its event.

    Only leads of units over which the actor may hand over, and which the actor may open.
    Raises NotPermitted, or NotFound when the receiving person is not on the roster.
    """
    require(actor, Permission.HAND_OVER)
    people = {each.id: each for each in queries.known_people(session, actor, [from_person_id, to_person_id])}
    if to_person_id not in people:
        raise NotFound()
    chosen = queries.open_of_person(session, actor, from_person_id).options(joinedload(Lead.owner_unit))
    moved = []
    for lead in session.scalars(chosen.order_by(Lead.id).with_for_update(of=Lead)):
        if not holds_over(actor, Permission.HAND_OVER, lead.owner_unit.path, lead.owner_unit_id):
            continue
        lead.owner_person_id, lead.owner_text = to_person_id, ""
        lead.touch(at)
        changes = {"owner_person": (_name(people.get(from_person_id)), people[to_person_id].name)}
        put_on_record(session, actor, "lead.handed_over", lead, at=at, changes=changes)
        moved.append(lead)
    return moved


def _readers(session: Session, actor: Actor, data: ConfidentialInput) -> list[Person]:
    """Find the people named; raises FieldError at `readers` for a name that nobody, or more than one, bears."""
    if not data.confidential:
        return []
    bearers = queries.people_named(session, actor, [name for name, _unit in data.named])
    found = []
    for name, unit in data.named:
        meant = [
            person
            for person in bearers
            if person.name == name and unit in ("", person.unit.name, person.unit.shown_name)
        ]
        if len(meant) != 1:
            message = "error.leads.reader_unknown" if not meant else "error.leads.reader_unclear"
            raise FieldError("readers", message, name=name)
        found.append(meant[0])
    return found


def _name(person: Person | None) -> str:
    return person.name if person else ""


def _change_stage(
    session: Session,
    actor: Actor,
    kind: str,
    lead: Lead,
    stage: LeadStage,
    *,
    note: str = "",
    at: datetime,
    more: Mapping[str, tuple[object, object]] | None = None,
) -> None:
    before, today = lead.stage, day_of(at)
    lead.stage, lead.stage_since, lead.last_activity_on = stage, today, today
    lead.touch(at)
    changes = {"stage": (before, stage), **(more or {})}
    put_on_record(session, actor, kind, lead, at=at, changes=changes, note=note)
