"""Use cases of deals: filing them, signing a lead, correcting their facts, naming who may open them, handing over."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import FieldError, NotFound
from app.core.ids import is_uuid7, new_id
from app.core.options import short_code
from app.core.permissions import Permission, require, require_over
from app.core.text import fold
from app.deals import queries
from app.deals.changes import (
    LABELS,
    after_change,
    enter_stage,
    index,
    put_on_record,
    require_change,
    values_of,
)
from app.deals.models import Credit, Deal, DealReader, Occasion
from app.deals.rules import WHOLE, CreditRole, DealStage, TermsState
from app.deals.schemas import DealInput, EditDealInput, FileDealInput
from app.deals.terms.service import first_terms
from app.deals.terms.writing import said
from app.deals.upkeep.service import reassign, set_confidential, set_lists
from app.identity.models import Person, Unit
from app.identity.versions import changed, expect
from app.leads.models import Lead
from app.leads.queries import get_lead
from app.leads.service import mark_signed
from app.targets.rules import Cause

__all__ = ["edit_deal", "file_deal", "reassign", "set_confidential", "set_lists", "sign_lead"]

# Stored as given; the rest of the input needs a thought.
_PLAIN = (
    "name",
    "content",
    "line",
    "project_company",
    "place",
    "land_mu",
    "planned_start_on",
    "industry",
    "chain",
    "platform_accepted_on",
    "statistics_entered_on",
)


def file_deal(
    session: Session, actor: Actor, data: FileDealInput, *, lead: Lead | None = None, at: datetime
) -> Deal:
    """File a deal with its first terms as a draft; the owner unit is its first introducer until said otherwise.

    Raises NotPermitted, NotFound, FieldError or InvalidInput.
    """
    require(actor, Permission.WRITE_RECORDS)
    unit = _unit_of(session, actor, data, lead)
    deal = _new_deal(session, actor, data, unit=unit, lead=lead, at=at)
    session.add(deal)
    planned = (lead.planned_min_fen, lead.planned_max_fen) if lead else (None, None)
    terms = first_terms(session, actor, deal, data, planned=planned, at=at)
    if terms.signed_on is not None:
        enter_stage(session, actor, deal, DealStage.SIGNED, terms.signed_on, at=at)
    changes = {name: (None, value) for name, value in values_of(deal).items() if value not in (None, "")}
    changes |= {name: (None, value) for name, value in said(terms).items() if value not in (None, "")}
    put_on_record(session, actor, "deal.filed", deal, at=at, changes=changes, first=True)
    after_change(session, actor, deal, at=at)
    index(session, deal, at=at)
    return deal


def sign_lead(session: Session, actor: Actor, lead_id: UUID, data: FileDealInput, *, at: datetime) -> Deal:
    """Let a lead end well: file its deal, owned by the lead's unit and as confidential as the lead.

    Raises what `file_deal` raises, and MoveRefused for a lead that is signed or lost.
    """
    lead = get_lead(session, actor, lead_id)
    deal = file_deal(session, actor, data, lead=lead, at=at)
    if lead.confidential:
        session.add_all(DealReader(deal_id=deal.id, person_id=reader.person_id) for reader in lead.readers)
        session.flush()
    mark_signed(session, actor, lead_id, deal.id, at)
    return deal


def edit_deal(session: Session, actor: Actor, deal_id: UUID, data: EditDealInput, *, at: datetime) -> Deal:
    """Correct or complete a deal's facts; what counts is in its terms and is changed there.

    Raises NotFound, NotPermitted, Stale with both versions, or FieldError.
    """
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    require_change(actor, deal)
    before = values_of(deal)
    chosen = _chosen(session, actor, data)
    after = {name: getattr(data, name) for name in _PLAIN} | {
        "occasion": chosen.occasion.name if chosen.occasion else "",
        "responsible_unit": chosen.unit.shown_name if chosen.unit else "",
        "responsible_person": chosen.person.name if chosen.person else data.responsible_text,
        "leader_in_charge": chosen.leader.name if chosen.leader else "",
    }
    expect(deal, data.version, theirs=before, yours=after, labels=LABELS)
    _apply(deal, data, chosen)
    changes = changed(before, values_of(deal))
    if not changes:
        return deal
    deal.touch(at)
    event = put_on_record(session, actor, "deal.changed", deal, at=at, changes=changes)
    after_change(session, actor, deal, at=at, event=event, cause=Cause.RECLASSIFIED)
    index(session, deal, at=at)
    return deal


class _Chosen:
    """The records that an input names, found in the county. Raises FieldError at the field that names none."""

    def __init__(
        self, *, occasion: Occasion | None, unit: Unit | None, person: Person | None, leader: Person | None
    ) -> None:
        self.occasion, self.unit, self.person, self.leader = occasion, unit, person, leader


def _chosen(session: Session, actor: Actor, data: DealInput) -> _Chosen:
    wanted = [key for key in (data.responsible_person_id, data.leader_in_charge_id) if key is not None]
    people = {each.id: each for each in queries.known_people(session, actor, wanted)}
    for field in ("responsible_person_id", "leader_in_charge_id"):
        key = getattr(data, field)
        if key is not None and key not in people:
            raise FieldError(field, "error.field.invalid")
    occasion = session.get(Occasion, data.occasion_id) if data.occasion_id else None
    if data.occasion_id and (occasion is None or occasion.county_id != actor.county_id):
        raise FieldError("occasion_id", "error.field.invalid")
    try:
        unit = (
            queries.get_unit(session, actor, data.responsible_unit_id) if data.responsible_unit_id else None
        )
    except NotFound:
        raise FieldError("responsible_unit_id", "error.field.invalid") from None
    return _Chosen(
        occasion=occasion,
        unit=unit,
        person=people.get(data.responsible_person_id) if data.responsible_person_id else None,
        leader=people.get(data.leader_in_charge_id) if data.leader_in_charge_id else None,
    )


def _unit_of(session: Session, actor: Actor, data: FileDealInput, lead: Lead | None) -> Unit:
    key = lead.owner_unit_id if lead else data.unit_id or next(iter(actor.unit_ids), None)
    if key is None:
        raise NotFound()
    unit = queries.get_unit(session, actor, key)
    require_over(actor, Permission.WRITE_RECORDS, unit.path, unit.id)
    return unit


def _new_deal(
    session: Session, actor: Actor, data: FileDealInput, *, unit: Unit, lead: Lead | None, at: datetime
) -> Deal:
    if data.id is not None and not is_uuid7(data.id):
        raise FieldError("id", "error.field.invalid")
    if data.landing_unit_id and not queries.known_units(session, actor, [data.landing_unit_id]):
        raise FieldError("landing_unit_id", "error.field.invalid")
    if data.on_behalf_of and not queries.known_people(session, actor, [data.on_behalf_of]):
        raise FieldError("on_behalf_of", "error.field.invalid")
    day = data.signing_day
    deal = Deal(
        id=data.id or new_id(),
        county_id=actor.county_id,
        code=short_code(session, actor.county_id, "D", day.last.year if day else day_of(at).year),
        owner_unit_id=unit.id,
        owner_unit=unit,
        lead_id=lead.id if lead else None,
        entered_by=actor.id,
        on_behalf_of=data.on_behalf_of,
        stage=DealStage.FILED,
        stage_since=day_of(at),
        confidential=data.confidential or (lead is not None and lead.confidential),
        opening=data.opening,
        terms_state=TermsState.DRAFT,
        terms=[],
        credits=_first_credits(unit, data.landing_unit_id),
        evidence=[],
        created_at=at,
        updated_at=at,
    )
    _apply(deal, data, _chosen(session, actor, data))
    if deal.responsible_person_id is None and not deal.responsible_text:
        deal.responsible_person_id = data.on_behalf_of or actor.person_id
        deal.responsible_person = session.get(Person, deal.responsible_person_id or actor.id)
    return deal


def _first_credits(unit: Unit, landing_unit_id: UUID | None) -> list[Credit]:
    given = [(CreditRole.INTRODUCER, unit.id)]
    if landing_unit_id is not None:
        given.append((CreditRole.LANDING, landing_unit_id))
    return [
        Credit(
            id=new_id(),
            role=role,
            unit_id=key,
            share_percent=Decimal(WHOLE),
            first=role is CreditRole.INTRODUCER,
        )
        for role, key in given
    ]


def _apply(deal: Deal, data: DealInput, chosen: _Chosen) -> None:
    for name in _PLAIN:
        setattr(deal, name, getattr(data, name))
    deal.name_folded = fold(data.name)[:200]
    deal.occasion_id, deal.occasion = data.occasion_id, chosen.occasion
    deal.responsible_unit_id, deal.responsible_unit = data.responsible_unit_id, chosen.unit
    deal.responsible_person_id, deal.responsible_person = data.responsible_person_id, chosen.person
    deal.responsible_text = "" if chosen.person else data.responsible_text
    deal.leader_in_charge_id, deal.leader_in_charge = data.leader_in_charge_id, chosen.leader
    if chosen.leader is not None and not deal.line:
        deal.line = chosen.leader.line
