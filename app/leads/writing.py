"""How an input becomes a lead: checked, filled in, with its contact kept at the investor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import FieldError, NotFound
from app.core.ids import new_id
from app.core.permissions import Permission, require_over
from app.identity.models import Person, Unit
from app.investors.models import Investor
from app.investors.service import add_contact
from app.leads import queries
from app.leads.models import Lead
from app.leads.rules import LeadStage, Validity, planned_slips, planned_text
from app.leads.schemas import LeadInput, ReportLeadInput

# Stored as given; the rest of the input needs a thought.
PLAIN = (
    "title",
    "source",
    "chain",
    "content",
    "expected_signing_on",
    "place",
    "land_mu",
    "referrer_text",
    "first_contact_on",
    "next_step",
    "next_follow_up_on",
)


def check(data: LeadInput, *, today: date, confirmed: str | None = None) -> None:
    """Raises FieldError. `confirmed` is the planned amount that stands: it is not asked about again."""
    if data.first_contact_on is not None and data.first_contact_on > today:
        raise FieldError("first_contact_on", "error.leads.contact_in_future")
    if data.contact_phone and not data.contact_name:
        raise FieldError("contact_name", "error.leads.contact_name")
    if data.confirm_amount or (confirmed is not None and confirmed == words_of_planned(data)):
        return
    planned = data.planned_amount
    if slips := planned_slips(planned.min_fen, planned.max_fen):
        raise FieldError("planned", f"error.leads.confirm_{slips[0].value}")


def words_of_planned(data: LeadInput) -> str:
    return planned_text(data.planned_amount)


def unit_written_for(session: Session, actor: Actor, unit_id: UUID | None) -> Unit:
    """Return the unit that is named, else the actor's first. Raises NotFound, or NotPermitted where the actor does not
    write for it."""
    chosen = unit_id or next(iter(actor.unit_ids), None)
    if chosen is None:
        raise NotFound()
    unit = queries.get_unit(session, actor, chosen)
    require_over(actor, Permission.WRITE_RECORDS, unit.path, unit.id)
    return unit


def person_named(session: Session, actor: Actor, person_id: UUID | None, *, field: str) -> Person | None:
    """Return somebody of the roster. Raises FieldError at the field for an id that is not there."""
    return person_among(people_by_id(session, actor, [person_id]), person_id, field=field)


def people_by_id(session: Session, actor: Actor, ids: Iterable[UUID | None]) -> dict[UUID, Person]:
    """Return the people of the roster who are named by id, in one question."""
    found = queries.known_people(session, actor, [key for key in ids if key is not None])
    return {person.id: person for person in found}


def person_among(people: Mapping[UUID, Person], person_id: UUID | None, *, field: str) -> Person | None:
    """Return one of these people. Raises FieldError at the field for an id that is not there."""
    if person_id is not None and person_id not in people:
        raise FieldError(field, "error.leads.unknown_person")
    return people[person_id] if person_id is not None else None


def new_lead(
    actor: Actor,
    data: ReportLeadInput,
    *,
    investor: Investor,
    unit: Unit,
    referred_by: UUID | None,
    owner: Person | None,
    typed_for: Person | None,
    code: str,
    at: datetime,
) -> Lead:
    """Make the row of a reported lead. Nothing is written yet."""
    lead = Lead(
        id=data.id or new_id(),
        county_id=actor.county_id,
        code=code,
        investor_id=investor.id,
        investor=investor,
        owner_unit_id=unit.id,
        owner_unit=unit,
        reported_by_unit_id=unit.id,
        referred_by_unit_id=referred_by,
        entered_by=actor.id,
        on_behalf_of=typed_for.id if typed_for else None,
        confidential=data.confidential,
        source_system=data.source_system or None,
        external_id=data.external_id or None,
        **_at_its_report(data, at=at),
    )
    set_committed_value(lead, "readers", [])  # known to be empty: an assignment is what a change is
    fill(lead, data, owner=owner)
    if referred_by is None and owner is None and not data.owner_text:
        _let_follow(lead, typed_for)
        lead.owner_person_id = typed_for.id if typed_for else actor.person_id
    return lead


def _at_its_report(data: ReportLeadInput, *, at: datetime) -> dict[str, Any]:
    today = day_of(at)
    return {
        "stage": LeadStage.CONTACTED if data.first_contact_on else LeadStage.NEW,
        "stage_since": today,
        "validity": Validity.PENDING,
        "reported_at": at,
        "last_activity_on": today,
        "last_contact_on": data.first_contact_on,
        "created_at": at,
        "updated_at": at,
    }


def fill(lead: Lead, data: LeadInput, *, owner: Person | None) -> None:
    """Write an input's values onto a lead."""
    for name in PLAIN:
        setattr(lead, name, getattr(data, name))
    planned = data.planned_amount
    lead.planned_min_fen, lead.planned_max_fen = planned.min_fen, planned.max_fen
    lead.planned_qualifier = planned.qualifier
    _let_follow(lead, owner)
    lead.owner_text = "" if owner else data.owner_text


def _let_follow(lead: Lead, person: Person | None) -> None:
    lead.owner_person_id = person.id if person else None
    # The column decides; the loaded person only follows it, so that nobody who is known already is read again.
    set_committed_value(lead, "owner_person", person)


def keep_contact(session: Session, actor: Actor, lead: Lead, data: LeadInput, *, at: datetime) -> None:
    """Keep the contact that came with the lead at its investor, as the owner unit's."""
    if data.contact_name:
        add_contact(
            session,
            actor,
            investor_id=lead.investor_id,
            unit_id=lead.owner_unit_id,
            **said_of_contact(data),
            at=at,
        )


def said_of_contact(data: LeadInput) -> dict[str, Any]:
    return {
        "name": data.contact_name,
        "post": data.contact_post,
        "phone": data.contact_phone,
        "consent": data.contact_consent,
    }
