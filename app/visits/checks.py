"""Check what is sent about a visit: its days, whom and what it names, and for which unit it is logged."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from app.core.actor import Actor
from app.core.clock import days_between
from app.core.errors import AppError, FieldError, InvalidInput
from app.core.permissions import writing_paths
from app.core.text import clean_text
from app.deals import queries as deals
from app.deals.models import Occasion
from app.identity.models import Person, Unit
from app.identity.queries import in_readable_units, in_writable_units
from app.investors.resolving.service import Meant, resolve_investor
from app.leads import queries as leads
from app.leads.models import Lead
from app.visits import rules
from app.visits.models import Trip
from app.visits.rules import VisitDayProblem
from app.visits.schemas import EditVisitInput, VisitInput

_DAY_FIELDS = {
    VisitDayProblem.ENDS_BEFORE_IT_BEGINS: "to_on",
    VisitDayProblem.IN_THE_FUTURE: "from_on",
    VisitDayProblem.TOO_LONG: "to_on",
    VisitDayProblem.FOLLOW_UP_IN_THE_PAST: "next_on",
}


class NoOwnUnit(AppError):
    """The actor belongs to no unit for which visits can be logged, or named one that is not its own."""

    code = "visits.no_own_unit"
    status = 422


def checked_values(
    session: Session, actor: Actor, data: VisitInput, *, unit: Unit, today: date, at: datetime
) -> tuple[dict[str, Any], list[object]]:
    """Turn what was sent into what is stored, once everything named in it is sound and readable; and the records that
    it names, which the session forgets unless somebody holds them. Raises InvalidInput or FieldError by field.
    """
    choice = rules.next_choice(data.next, today=today, chosen_on=data.next_on)
    to_on = data.to_on or data.from_on
    _refuse_days(data, to_on, today=today, follow_up_on=choice.follow_up_on)
    if not choice.no_follow_up and choice.follow_up_on is None:
        raise FieldError("next_on", "error.visits.next_on")
    if data.investor_id is None and not data.investor.strip():
        raise FieldError("investor", "error.visits.investor")
    try:
        meant = Meant(data.investor_id, data.investor)
        investor = resolve_investor(session, actor, meant, unit_id=unit.id, at=at)
    except FieldError as refusal:
        raise FieldError("investor", refusal.field_message_id, **refusal.params) from None
    named = _named(session, actor, data)
    _refuse_strangers(data, named, investor_id=investor.id)
    texts = ("summary", "outcome", "needs_leader", "next_step", "place", "their_people", "our_other_people")
    units = {unit.id, *_units(session, actor, data.units)}
    values = {
        **{name: clean_text(getattr(data, name)) for name in texts},
        "kind": data.kind,
        "from_on": data.from_on,
        "to_on": to_on,
        "investor_id": investor.id,
        "next_follow_up_on": choice.follow_up_on,
        "no_follow_up": choice.no_follow_up,
        "lead_id": data.lead_id,
        "deal_id": data.deal_id,
        "trip_id": data.trip_id,
        "occasion_id": data.occasion_id,
        "on_behalf_of": data.on_behalf_of,
        "units": sorted(units, key=str),
        "people": sorted(known_people(session, actor, data.people), key=str),
        "days_late": max(0, days_between(to_on, today)),
    }
    return values, [unit, investor, *named.values()]


def _refuse_days(data: VisitInput, to_on: date, *, today: date, follow_up_on: date | None) -> None:
    # A follow-up day that was chosen long ago may lie behind us when the visit is corrected.
    asked = follow_up_on if not isinstance(data, EditVisitInput) else None
    problems = rules.day_problems(data.from_on, to_on, today=today, follow_up_on=asked)
    if problems:
        raise InvalidInput({_DAY_FIELDS[each]: (f"error.visits.{each.value}", {}) for each in problems})


def _named(session: Session, actor: Actor, data: VisitInput) -> dict[str, object]:
    """Load what the visit names and the actor may open, by field."""
    here = Person.county_id == actor.county_id
    asked: list[tuple[str, UUID | None, Select[Any]]] = [
        ("lead_id", data.lead_id, leads.visible_to(actor).options(joinedload(Lead.investor))),
        ("deal_id", data.deal_id, deals.visible_to(actor)),
        ("trip_id", data.trip_id, select(Trip).where(in_readable_units(Trip.owner_unit_id, actor))),
        ("occasion_id", data.occasion_id, select(Occasion).where(Occasion.county_id == actor.county_id)),
        ("on_behalf_of", data.on_behalf_of, select(Person).where(here)),
    ]
    found = {}
    for field, key, readable in asked:
        if key is not None:
            model = readable.column_descriptions[0]["entity"]
            if (row := session.scalar(readable.where(model.id == key))) is not None:
                found[field] = row
    return found


def _refuse_strangers(data: VisitInput, named: Mapping[str, object], *, investor_id: UUID) -> None:
    """Raises InvalidInput where a record or person is named that the actor may not open, or another investor's lead."""
    fields = ("lead_id", "deal_id", "trip_id", "occasion_id", "on_behalf_of")
    unknown: dict[str, tuple[str, dict[str, Any]]] = {
        field: ("error.visits.unknown_record", {})
        for field in fields
        if getattr(data, field) is not None and field not in named
    }
    if unknown:
        raise InvalidInput(unknown)
    lead = named.get("lead_id")
    if isinstance(lead, Lead) and investor_id not in (lead.investor_id, lead.investor.canonical_id):
        # Else a visit to one firm would keep the protection of another.
        raise FieldError("lead_id", "error.visits.other_investors_lead")


def _units(session: Session, actor: Actor, wanted: Collection[UUID]) -> list[UUID]:
    if not wanted:
        return []
    known = session.scalars(
        select(Unit.id).where(Unit.county_id == actor.county_id, Unit.id.in_(wanted))
    ).all()
    if len(known) != len(set(wanted)):
        raise FieldError("units", "error.visits.unknown_record")
    return list(known)


def known_people(session: Session, actor: Actor, wanted: Collection[UUID]) -> list[UUID]:
    """Return the people of the roster that were named. Raises FieldError at `people` for a stranger."""
    if not wanted:
        return []
    known = session.scalars(
        select(Person.id).where(Person.county_id == actor.county_id, Person.id.in_(wanted))
    ).all()
    if len(known) != len(set(wanted)):
        raise FieldError("people", "error.visits.unknown_record")
    return list(known)


def own_unit(session: Session, actor: Actor, unit_id: UUID | None) -> Unit:
    """Return the unit that logs: the one named if it is the actor's to write for, else the actor's first."""
    exact, _below = writing_paths(actor)
    chosen = unit_id or next(iter(exact), None)
    unit = session.scalar(select(Unit).where(Unit.id == chosen, in_writable_units(Unit.id, actor)))
    if unit is None:
        raise NoOwnUnit()
    return unit
