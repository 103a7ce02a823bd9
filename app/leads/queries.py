"""Reads about leads. A confidential one is opened by its owner and the people named on it, by nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, exists, false, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from app.core.actor import Actor, Role
from app.core.errors import NotFound
from app.core.options import get_option
from app.core.permissions import STAFF
from app.identity.models import Person, Unit
from app.identity.queries import in_readable_units, in_writable_units
from app.investors.models import Contact
from app.leads.models import Lead, LeadReader
from app.leads.rules import OPEN_STAGES, LeadStage, ResponseLimits

MOST_OFFERED = 300
MOST_TO_DO = 50

_AROUND = (
    joinedload(Lead.investor),
    joinedload(Lead.owner_unit),
    joinedload(Lead.owner_person),
)


# What depends on nothing but the actor is put together once for each: each page of leads asks with it several times.
@lru_cache(maxsize=500)
def in_scope(actor: Actor) -> ColumnElement[bool]:
    """Clause: the lead belongs to a unit that the actor reads, names the actor as a reader, waits in the pool, or was
    referred by the actor's own unit (partners read nothing else)."""
    reach = [in_readable_units(Lead.owner_unit_id, actor), _is_named(actor)]
    if actor.has(*STAFF):
        reach.append(and_(Lead.in_pool_since.is_not(None), Lead.confidential.is_(False)))
    if actor.has(Role.PARTNER):
        own = [held.unit_id for held in actor.memberships if held.role is Role.PARTNER]
        reach.append(Lead.referred_by_unit_id.in_(own))
    return and_(Lead.county_id == actor.county_id, Lead.archived_at.is_(None), or_(*reach))


@lru_cache(maxsize=500)
def may_open(actor: Actor) -> ColumnElement[bool]:
    """Clause: the lead is not confidential, or the actor owns it, entered it or is named on it."""
    known = [Lead.confidential.is_(False), Lead.entered_by == actor.id, _is_named(actor)]
    if actor.person_id is not None:
        known.append(Lead.owner_person_id == actor.person_id)
    return or_(*known)


def _is_named(actor: Actor) -> ColumnElement[bool]:
    if actor.person_id is None:
        return false()
    return exists().where(LeadReader.lead_id == Lead.id, LeadReader.person_id == actor.person_id)


def visible_to(actor: Actor) -> Select[Lead]:
    """Start every read for a person here: the leads that the actor may open."""
    return select(Lead).where(in_scope(actor), may_open(actor))


def get_lead(
    session: Session, actor: Actor, lead_id: UUID, *, lock: bool = False, with_readers: bool = True
) -> Lead:
    """Return a lead with its investor, unit, people and readers. Raises NotFound, also for one kept from the actor."""
    chosen = _one(actor)
    if lock:
        chosen = chosen.with_for_update(of=Lead).execution_options(populate_existing=True)
    lead = session.scalar(chosen, {"lead_id": lead_id})
    if lead is None:
        raise NotFound()
    _add_who_brought_it(session, lead)
    if with_readers:
        set_committed_value(lead, "readers", _readers_of(session, lead) if lead.confidential else [])
    return lead


def _add_who_brought_it(session: Session, lead: Lead) -> None:
    """Add the first unit and whom somebody typed for: most leads stay where they were reported, by their own people."""
    moved, typed = lead.reported_by_unit_id != lead.owner_unit_id, lead.on_behalf_of is not None
    unit = session.get(Unit, lead.reported_by_unit_id) if moved else lead.owner_unit
    set_committed_value(lead, "reported_by_unit", unit)
    set_committed_value(lead, "typed_for", session.get(Person, lead.on_behalf_of) if typed else None)


@lru_cache(maxsize=500)
def _one(actor: Actor) -> Select[Lead]:
    return visible_to(actor).where(Lead.id == bindparam("lead_id", type_=Uuid())).options(*_AROUND)


def _readers_of(session: Session, lead: Lead) -> Sequence[LeadReader]:
    """Return who is named on a lead; a lead that is not confidential names nobody."""
    return session.scalars(
        select(LeadReader)
        .where(LeadReader.lead_id == lead.id)
        .options(joinedload(LeadReader.person).joinedload(Person.unit))
    ).all()


def investor_id_of(session: Session, actor: Actor, lead_id: UUID) -> UUID:
    """Return whose lead it is, for locking the investor before the lead. Raises NotFound."""
    if (held := session.identity_map.get(identity_key(Lead, lead_id))) is not None:
        return held.investor_id  # the locked read that follows still says whether the actor may open it
    found = session.scalar(visible_to(actor).with_only_columns(Lead.investor_id).where(Lead.id == lead_id))
    if found is None:
        raise NotFound()
    return found


def open_of_unit(session: Session, actor: Actor, *, investor_id: UUID, unit_id: UUID) -> Sequence[Lead]:
    """Return the unit's open leads of an investor that the actor may open, the newest first."""
    return session.scalars(
        visible_to(actor)
        .where(Lead.investor_id == investor_id, Lead.owner_unit_id == unit_id, Lead.stage.in_(OPEN_STAGES))
        .order_by(Lead.reported_at.desc(), Lead.id)
        .limit(5)
    ).all()


def has_contact(session: Session, *, investor_id: UUID, unit_id: UUID) -> bool:
    """Say whether a unit has somebody to talk to at an investor."""
    contact = select(Contact.id).where(
        Contact.investor_id == investor_id, Contact.unit_id == unit_id, Contact.archived_at.is_(None)
    )
    return session.scalar(contact.limit(1)) is not None


def get_unit(session: Session, actor: Actor, unit_id: UUID) -> Unit:
    """Return a unit of the county. Raises NotFound."""
    unit = session.get(Unit, unit_id)
    if unit is None or unit.county_id != actor.county_id:
        raise NotFound()
    return unit


def intake_unit(session: Session, actor: Actor, *, today: date) -> Unit:
    """Return the unit that owns referrals: the county's setting, else the verifying bureau. Raises NotFound."""
    chosen = get_option(session, actor.county_id, "leads.intake_unit_id", today)
    if chosen:
        return get_unit(session, actor, UUID(str(chosen)))
    valid = or_(Unit.valid_to.is_(None), Unit.valid_to >= today)
    bureaus = select(Unit).where(Unit.county_id == actor.county_id, Unit.is_verifying, valid)
    unit = session.scalar(bureaus.order_by(Unit.path).limit(1))
    if unit is None:
        raise NotFound()
    return unit


def known_people(session: Session, actor: Actor, people: Sequence[UUID]) -> Sequence[Person]:
    """Return those of the ids that are people of the county's roster."""
    if not people:
        return []
    return session.scalars(
        select(Person)
        .where(Person.county_id == actor.county_id, Person.id.in_(people), Person.archived_at.is_(None))
        .order_by(Person.name, Person.id)
    ).all()


def people_named(session: Session, actor: Actor, names: Sequence[str]) -> Sequence[Person]:
    """Return the people of the county's roster who bear one of the names, with their units."""
    if not names:
        return []
    return session.scalars(
        select(Person)
        .where(Person.county_id == actor.county_id, Person.name.in_(names), Person.archived_at.is_(None))
        .options(joinedload(Person.unit))
        .order_by(Person.name, Person.id)
        .limit(MOST_OFFERED)
    ).all()


def people_offered(session: Session, actor: Actor) -> Sequence[Person]:
    """Return the people for whom the actor may type or who may follow a lead: of the own units, and the leaders."""
    reach = or_(in_writable_units(Person.unit_id, actor), Person.is_leader)
    return session.scalars(
        select(Person)
        .join(Person.unit)
        .where(Person.county_id == actor.county_id, Person.archived_at.is_(None), reach)
        .options(contains_eager(Person.unit))
        .order_by(Person.is_leader, Unit.path, Person.position, Person.name, Person.id)
        .limit(MOST_OFFERED)
    ).all()


def response_limits(session: Session, county_id: UUID, *, today: date) -> ResponseLimits:
    """Return the county's response clocks of a day, in days."""
    names = ("registered", "judged", "answered", "progress")
    days = {name: get_option(session, county_id, f"leads.response_{name}_days", today) for name in names}
    return ResponseLimits(**days)


def idle_limits(session: Session, county_id: UUID, *, today: date) -> dict[LeadStage, int]:
    """Return after how many days without news a lead of each open stage has lain idle too long."""
    late = (LeadStage.NEGOTIATING, LeadStage.AGREED)
    option = {
        stage: "leads.idle_late_days" if stage in late else "leads.idle_early_days" for stage in OPEN_STAGES
    }
    return {stage: get_option(session, county_id, name, today) for stage, name in option.items()}


def reminder_days(session: Session, county_id: UUID, *, today: date) -> int:
    """Return how many days before a warning or an end a reminder comes."""
    days: int = get_option(session, county_id, "leads.reminder_days", today)
    return days


def follow_ups_due(session: Session, actor: Actor, today: date) -> Sequence[Lead]:
    """Return the actor's own open leads whose next step is due today or was before, the longest overdue first."""
    return _to_do(
        session,
        _own(actor).where(Lead.next_follow_up_on <= today),
        order=Lead.next_follow_up_on,
    )


def protections_ending(session: Session, actor: Actor, today: date) -> Sequence[Lead]:
    """Return open leads of the units for which the actor writes whose hold ends within the days of the reminder."""
    until = today + timedelta(days=reminder_days(session, actor.county_id, today=today))
    ending = visible_to(actor).where(
        in_writable_units(Lead.owner_unit_id, actor),
        Lead.stage.in_(OPEN_STAGES),
        Lead.protected_until.between(today, until),
    )
    return _to_do(session, ending, order=Lead.protected_until)


def open_of_person(session: Session, actor: Actor, person_id: UUID) -> Select[Lead]:
    """Choose the open leads that somebody follows and that the actor may open, for handing them over."""
    return visible_to(actor).where(Lead.owner_person_id == person_id, Lead.stage.in_(OPEN_STAGES))


def _own(actor: Actor) -> Select[Lead]:
    mine: list[ColumnElement[bool]] = [and_(Lead.owner_person_id.is_(None), Lead.entered_by == actor.id)]
    if actor.person_id is not None:
        mine.append(Lead.owner_person_id == actor.person_id)
    return visible_to(actor).where(or_(*mine), Lead.stage.in_(OPEN_STAGES))


def _to_do(session: Session, chosen: Select[Lead], *, order: object) -> Sequence[Lead]:
    return session.scalars(
        chosen.options(joinedload(Lead.investor), joinedload(Lead.owner_unit))
        .order_by(order, Lead.id)  # type: ignore[arg-type]
        .limit(MOST_TO_DO)
    ).all()
