"""Reads about visits. A visit is read by the units that took part, those above them, and roles that read all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.util import identity_key

from app.core import paging
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.remembered import remembered
from app.deals import queries as deals
from app.deals.models import Deal, Occasion
from app.identity.models import Person, Unit
from app.identity.queries import in_readable_units
from app.investors.models import Investor
from app.investors.queries import name_matches
from app.leads import queries as leads
from app.leads.models import Lead
from app.visits.models import Trip, Visit, VisitPerson, VisitUnit
from app.visits.rules import LATE_AFTER_DAYS, VisitFacts
from app.visits.schemas import VisitFilter

PAGE_SIZE = 50
_NAMED: tuple[tuple[str, type[Any], str], ...] = (
    ("investor_id", Investor, "name"),
    ("lead_id", Lead, "code"),
    ("deal_id", Deal, "code"),
    ("trip_id", Trip, "title"),
    ("occasion_id", Occasion, "name"),
    ("on_behalf_of", Person, "name"),
)


def visible_to(actor: Actor) -> Select[Visit]:
    """Start every read for a person here: own units' visits, those a unit took part in, never a closed record's."""
    took_part = select(VisitUnit.visit_id).where(in_readable_units(VisitUnit.unit_id, actor))
    return select(Visit).where(
        Visit.county_id == actor.county_id,
        Visit.archived_at.is_(None),
        or_(in_readable_units(Visit.owner_unit_id, actor), Visit.id.in_(took_part)),
        may_open(actor),
    )


def may_open(actor: Actor) -> ColumnElement[bool]:
    """Clause: the visit belongs to no confidential lead or deal, or to one that the actor may open."""
    return and_(
        or_(Visit.lead_id.is_(None), exists().where(Lead.id == Visit.lead_id, leads.may_open(actor))),
        or_(Visit.deal_id.is_(None), exists().where(Deal.id == Visit.deal_id, deals.may_open(actor))),
    )


def get_visit(session: Session, actor: Actor, visit_id: UUID, *, lock: bool = False) -> Visit:
    """Return a visit with its investor, units, people, photos and trip. Raises NotFound out of scope."""
    chosen = visible_to(actor).where(Visit.id == visit_id)
    if lock:
        chosen = chosen.with_for_update(of=Visit).execution_options(populate_existing=True)
    visit = session.scalar(
        chosen.options(
            joinedload(Visit.investor),
            joinedload(Visit.owner_unit),
            joinedload(Visit.trip),
            selectinload(Visit.units).joinedload(VisitUnit.unit),
            selectinload(Visit.people).joinedload(VisitPerson.person).joinedload(Person.unit),
            selectinload(Visit.photos),
        )
    )
    if visit is None:
        raise NotFound()
    return visit


def page_of_visits(
    session: Session, actor: Actor, wanted: VisitFilter, *, today: date
) -> tuple[Sequence[Visit], int]:
    """Return one page of visits with investor, units and people, and how many the filter finds."""
    chosen = filtered(session, actor, wanted, today=today)
    rows = session.scalars(
        chosen.options(
            joinedload(Visit.investor),
            joinedload(Visit.owner_unit),
            selectinload(Visit.units).joinedload(VisitUnit.unit),
            selectinload(Visit.people).joinedload(VisitPerson.person),
        )
        .order_by(*in_order(wanted.sort))
        .limit(PAGE_SIZE)
        .offset((wanted.page - 1) * PAGE_SIZE)
    ).all()
    asked = ("visits.total", actor.reach, wanted.model_dump_json(exclude={"page", "sort"}), today)
    total = remembered(session, asked, lambda: _number(session, chosen))
    return rows, total


def _number(session: Session, chosen: Select[Visit]) -> int:
    counted = select(func.count()).select_from(chosen.with_only_columns(Visit.id).subquery())
    return session.scalars(counted).one()


def filtered(session: Session, actor: Actor, wanted: VisitFilter, *, today: date) -> Select[Visit]:
    """Return the visits that a list's filter finds, in no order yet; merged ones stand behind the one they joined."""
    chosen = visible_to(actor).where(Visit.merged_into_id.is_(None))
    if wanted.q:
        chosen = chosen.where(_says(session, actor, wanted.q))
    if wanted.kind is not None:
        chosen = chosen.where(Visit.kind == wanted.kind)
    if wanted.unit is not None:
        with_unit = select(VisitUnit.visit_id).where(VisitUnit.unit_id == wanted.unit)
        chosen = chosen.where(Visit.id.in_(with_unit))
    if wanted.person is not None:
        with_person = select(VisitPerson.visit_id).where(VisitPerson.person_id == wanted.person)
        chosen = chosen.where(Visit.id.in_(with_person))
    if wanted.since is not None:
        chosen = chosen.where(Visit.to_on >= wanted.since)
    if wanted.until is not None:
        chosen = chosen.where(Visit.from_on <= wanted.until)
    if wanted.trip is not None:
        chosen = chosen.where(Visit.trip_id == wanted.trip)
    if wanted.investor is not None:
        chosen = chosen.where(Visit.investor_id == wanted.investor)
    if wanted.mine:
        chosen = chosen.where(is_mine(actor))
    if wanted.needs_leader:
        chosen = chosen.where(Visit.needs_leader != "")
    if wanted.late:
        chosen = chosen.where(Visit.days_late > LATE_AFTER_DAYS)
    if wanted.due:
        chosen = chosen.where(due_clause(today))
    return chosen


def _says(session: Session, actor: Actor, text: str) -> ColumnElement[bool]:
    return or_(
        Visit.investor_id.in_(name_matches(session, actor.county_id, text)),
        Visit.summary.contains(text, autoescape=True),
        Visit.place.contains(text, autoescape=True),
        Visit.code == text.upper(),
    )


def names_in_filter(session: Session, actor: Actor, wanted: VisitFilter) -> dict[UUID, str]:
    """Return the names of the unit, person, trip and investor by which a list is narrowed."""
    found = {}
    for model, key, shown in (
        (Unit, wanted.unit, "name"),
        (Person, wanted.person, "name"),
        (Trip, wanted.trip, "title"),
        (Investor, wanted.investor, "name"),
    ):
        row: Any = session.get(model, key) if key is not None else None
        if row is not None and row.county_id == actor.county_id:
            found[row.id] = getattr(row, shown)
    return found


def due_clause(today: date) -> ColumnElement[bool]:
    """Clause: a follow-up was promised for today or before, and has not been done."""
    return and_(Visit.next_follow_up_on <= today, Visit.followed_up_at.is_(None))


def in_order(sort: str) -> tuple[ColumnElement[Any], ...]:
    """Turn a sort of the address into an order that ends with the id."""
    column = getattr(Visit, sort.removeprefix("-"))
    return paging.in_order(column, descending=sort.startswith("-")), Visit.id.desc()


def neighbours(
    session: Session, actor: Actor, wanted: VisitFilter, visit: Visit, *, today: date
) -> tuple[UUID | None, UUID | None]:
    """Return the ids before and after a visit in the list that a filter gives."""
    order = in_order(wanted.sort)
    around = (
        filtered(session, actor, wanted, today=today)
        .with_only_columns(
            Visit.id,
            func.lag(Visit.id, type_=Uuid()).over(order_by=order).label("before"),
            func.lead(Visit.id, type_=Uuid()).over(order_by=order).label("after"),
        )
        .subquery()
    )
    found = session.execute(select(around.c.before, around.c.after).where(around.c.id == visit.id)).first()
    return (found[0], found[1]) if found else (None, None)


def same_day_visits(session: Session, actor: Actor, visit: Visit) -> list[Visit]:
    """Return the investor's other visits of those days, of any unit, with their units; none of a confidential record.

    Only what the rule for 疑似同一次拜访 asks is for other units' eyes: who and when, never what was said.
    """
    return list(
        session.scalars(
            select(Visit)
            .where(
                Visit.county_id == visit.county_id,
                Visit.investor_id == visit.investor_id,
                Visit.from_on <= visit.to_on,
                Visit.to_on >= visit.from_on,
                Visit.id != visit.id,
                Visit.merged_into_id.is_(None),
                Visit.archived_at.is_(None),
                may_open(actor),
            )
            .options(selectinload(Visit.units).joinedload(VisitUnit.unit))
            .order_by(Visit.id)
            .limit(20)
        )
    )


def merged_here(session: Session, visit: Visit) -> Sequence[Visit]:
    """Return the reports that were joined to this visit, with the units that sent them."""
    return session.scalars(
        select(Visit)
        .where(Visit.merged_into_id == visit.id)
        .options(joinedload(Visit.owner_unit))
        .order_by(Visit.id)
    ).all()


def facts_of(visit: Visit) -> VisitFacts:
    """Return what the pure rules ask of a visit (its units loaded)."""
    return VisitFacts(
        id=visit.id,
        investor_id=visit.investor_id,
        kind=visit.kind,
        from_on=visit.from_on,
        to_on=visit.to_on,
        unit_ids=frozenset(each.unit_id for each in visit.units),
        merged_into_id=visit.merged_into_id,
    )


def is_mine(actor: Actor) -> ColumnElement[bool]:
    """Clause: the actor entered the visit or took part in it."""
    if actor.person_id is None:
        return Visit.entered_by == actor.id
    took_part = select(VisitPerson.visit_id).where(VisitPerson.person_id == actor.person_id)
    return or_(Visit.entered_by == actor.person_id, Visit.id.in_(took_part))


def names_of(session: Session, people: Sequence[UUID | None]) -> dict[UUID, str]:
    """Return the names of people of the roster by id, for those on whose behalf somebody typed."""
    wanted = [each for each in people if each is not None]
    if not wanted:
        return {}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def in_words(session: Session, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a visit's values as events keep them and stale pages show them: names instead of ids.

    Leads and deals stand with their code, which tells nothing of a confidential one.
    """
    words = dict(values)
    for name, model, shown in _NAMED:
        if isinstance(key := values.get(name), UUID):
            found = session.get(model, key)
            words[name] = getattr(found, shown) if found is not None else ""
    listed: tuple[tuple[str, Any], ...] = (("units", Unit), ("people", Person))
    for name, model in listed:
        if keys := values.get(name):
            rows = [row for key in keys if (row := session.identity_map.get(identity_key(model, key)))]
            if len(rows) < len(keys):
                rows = list(session.scalars(select(model).where(model.id.in_(keys))))
            words[name] = "、".join(sorted(row.name for row in rows))
        elif name in values:
            words[name] = ""
    return words


def require_photo(visit: Visit, file_id: UUID) -> None:
    """Raises NotFound unless the picture belongs to this visit."""
    if file_id not in {each.file_id for each in visit.photos}:
        raise NotFound()
