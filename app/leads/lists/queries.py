"""The list of leads: filtered, sorted, paged and summed in the database; confidential rows say no more than that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    ScalarSelect,
    Select,
    Uuid,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.options import county_code
from app.core.regions import OriginLevel, origin_level
from app.core.remembered import remembered
from app.identity.models import Person, Unit
from app.investors.models import Investor
from app.leads.lists.clauses import clauses
from app.leads.lists.schemas import LeadFilter
from app.leads.models import Lead
from app.leads.queries import idle_limits, in_scope, may_open
from app.leads.rules import (
    Idle,
    LeadSource,
    LeadStage,
    Planned,
    Validity,
    idle,
)

PAGE_SIZE = 50
MOST_EXPORTED = 50_000
_LEAST, _MOST = Lead.planned_min_fen, Lead.planned_max_fen
_STAGE_ORDER = case({stage.value: place for place, stage in enumerate(LeadStage)}, value=Lead.stage)
_SORTS: dict[str, Any] = {
    "updated": Lead.updated_at,
    "reported": Lead.reported_at,
    "planned": func.coalesce(_LEAST, _MOST, -1),
    "stage": _STAGE_ORDER,
    "expected": func.coalesce(Lead.expected_signing_on, date.max),
    "follow_up": func.coalesce(Lead.next_follow_up_on, date.max),
}
_TELLING = ("planned", "expected", "follow_up")
_BY_INDEX = ("updated",)
# What a row shows, as values: whole records of lead, investor, unit and person cost more than the page's template.
_SHOWN = (
    Lead.id, Lead.code, Lead.title, Lead.investor_id, Lead.stage, Lead.planned_min_fen, Lead.planned_max_fen,
    Lead.planned_qualifier, Lead.chain, Lead.source, Lead.validity, Lead.reported_at, Lead.expected_signing_on,
    Lead.place, Lead.content, Lead.protected_until, Lead.in_pool_since, Lead.last_activity_on, Lead.next_step,
    Lead.next_follow_up_on, Lead.lost_reason, Investor.name.label("investor"), Investor.home.label("home"),
    Unit.shown_name.label("unit"), func.coalesce(Person.name, Lead.owner_text).label("owner"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One lead as a list shows it. A confidential one that the actor may not open has no id, name, people or amount."""

    id: UUID | None
    code: str
    title: str
    investor_id: UUID | None
    investor: str
    stage: LeadStage
    unit: str
    owner: str = ""
    planned: Planned | None = None
    origin: OriginLevel | None = None
    chain: str = ""
    source: LeadSource | None = None
    validity: Validity | None = None
    reported_on: date | None = None
    expected_signing_on: date | None = None
    place: str = ""
    content: str = ""
    protected_until: date | None = None
    in_pool: bool = False
    idle: Idle | None = None
    last_activity_on: date | None = None
    next_step: str = ""
    next_follow_up_on: date | None = None
    follow_up_late: bool = False
    lost_reason: str = ""

    @property
    def is_masked(self) -> bool:
        return self.id is None


@dataclass(frozen=True, slots=True)
class LeadTotals:
    """What a filter finds in all, confidential leads included; amounts are the sums of lower and of upper bounds."""

    count: int
    valid: int
    min_fen: int
    max_fen: int
    unknown: int


def filtered(session: Session, actor: Actor, wanted: LeadFilter, *, today: date) -> Select[Lead]:
    """Return the leads that a list's filter finds, joined with their investor, in no order yet."""
    return _found(session, actor, wanted, today=today).join(Lead.investor)


def _found(session: Session, actor: Actor, wanted: LeadFilter, *, today: date) -> Select[Lead]:
    return select(Lead).where(in_scope(actor), *clauses(session, actor, wanted, today=today))


def page_of_leads(
    session: Session, actor: Actor, wanted: LeadFilter, *, today: date
) -> tuple[list[LeadRow], LeadTotals]:
    """Return one page of the list and what the filter finds in all."""
    asked = wanted.model_dump_json(exclude={"page", "sort"})

    def paged() -> Select[Any]:
        order, found = _order(actor, wanted.sort), filtered(session, actor, wanted, today=today)
        listed = found.order_by(*order).limit(_at_most(PAGE_SIZE, wanted))
        listed = listed.offset(bindparam("first", type_=Integer())) if further else listed
        if wanted.sort.lstrip("-") in _BY_INDEX:
            return _shown(listed, actor)
        # Every lead of the county takes part in the sorting: only its id then, and what a row shows for those shown.
        chosen = listed.with_only_columns(Lead.id).subquery()
        return _shown(
            select(Lead).join(chosen, chosen.c.id == Lead.id).join(Lead.investor).order_by(*order), actor
        )

    def summed() -> LeadTotals:
        # Only where a lead comes from is asked of its investor; all else is summed from the leads alone.
        found = _found if wanted.origin is None else filtered
        return _totals(session, found(session, actor, wanted, today=today))

    further = {"first": (wanted.page - 1) * PAGE_SIZE} if wanted.page > 1 else {}
    # To put the statement together takes as long as to run it.
    shown = remembered(session, ("leads.page", actor, asked, wanted.sort, bool(further), today), paged)
    totals = remembered(session, ("leads.totals", actor.reach, asked, today), summed)
    return list(_rows(session, actor, shown, further, today=today)), totals


def _at_most(number: int, wanted: LeadFilter) -> int | ColumnElement[int]:
    """Write how many rows are wanted into a statement that nothing narrows: PostgreSQL then keeps its plan. Where a
    filter narrows it must plan for the value, since a plan for any value would be a poor one for a rare one."""
    is_whole = LeadFilter(sort=wanted.sort, page=wanted.page) == wanted
    return literal_column(str(number)) if is_whole else number


def exported_leads(
    session: Session, actor: Actor, wanted: LeadFilter, *, today: date
) -> tuple[list[LeadRow], LeadTotals]:
    """Return everything that the filter shows, on all its pages."""
    chosen = filtered(session, actor, wanted, today=today)
    whole = _shown(chosen.order_by(*_order(actor, wanted.sort)).limit(MOST_EXPORTED), actor)
    return list(_rows(session, actor, whole, {}, today=today)), _totals(session, chosen)


def neighbours(
    session: Session, actor: Actor, wanted: LeadFilter, lead: Lead, *, today: date
) -> tuple[UUID | None, UUID | None]:
    """Return the ids before and after a lead in the list that a filter gives, of those that the actor may open.

    Looked up from the lead's own place in the order, so that the rest of the list is not gone through.
    """
    asked = wanted.model_dump_json(exclude={"page"})
    chosen = remembered(
        session,
        ("leads.neighbours", actor, asked, today),
        lambda: _beside(session, actor, wanted, today=today),
    )
    found = session.connection().execute(chosen, {"lead_id": lead.id}).one()
    return found.before, found.after


def _beside(session: Session, actor: Actor, wanted: LeadFilter, *, today: date) -> Select[UUID, UUID]:
    column, is_down = _SORTS[wanted.sort.lstrip("-")], wanted.sort.startswith("-")
    lead_id = bindparam("lead_id", type_=Uuid())
    listed = filtered(session, actor, wanted, today=today).where(may_open(actor))
    place = listed.where(Lead.id == lead_id).with_only_columns(column.label("here")).cte("place")
    here = select(place.c.here).scalar_subquery()

    def next_one(*, up: bool, smaller: bool) -> ScalarSelect[UUID]:
        # The plain bound lets the database begin inside an index; the second condition settles equal values.
        bound, beyond = (column <= here, column < here) if smaller else (column >= here, column > here)
        same = Lead.id < lead_id if up else Lead.id > lead_id
        order = (column.desc() if smaller else column.asc(), Lead.id.desc() if up else Lead.id.asc())
        chosen = listed.where(bound, or_(beyond, same)).with_only_columns(Lead.id)
        return chosen.order_by(*order).limit(_at_most(1, wanted)).scalar_subquery()

    before, after = next_one(up=True, smaller=not is_down), next_one(up=False, smaller=is_down)
    return select(before.label("before"), after.label("after"))


def _order(actor: Actor, sort: str) -> tuple[ColumnElement[Any], ...]:
    column = _SORTS[name := sort.lstrip("-")]
    if name not in _TELLING:  # never empty, so that the plain order is the index's own
        return (column.desc() if sort.startswith("-") else column.asc(), Lead.id.asc())
    # A confidential lead's place in the list must not tell its amount or days.
    told = case((may_open(actor), column))
    return ((told.desc() if sort.startswith("-") else told.asc()).nulls_last(), Lead.id.asc())


def _totals(session: Session, chosen: Select[Lead]) -> LeadTotals:
    summed = chosen.with_only_columns(
        func.count(),
        func.coalesce(func.sum(case((Lead.validity == Validity.VALID, 1), else_=0)), 0),
        func.coalesce(func.sum(func.coalesce(_LEAST, 0)), 0),
        func.coalesce(func.sum(func.coalesce(_MOST, _LEAST, 0)), 0),
        func.coalesce(func.sum(case((and_(_LEAST.is_(None), _MOST.is_(None)), 1), else_=0)), 0),
    )
    count, valid, least, most, unknown = session.execute(summed.order_by(None)).one()
    return LeadTotals(int(count), int(valid), int(least), int(most), int(unknown))


def _shown(chosen: Select[Lead], actor: Actor) -> Select[Any]:
    # Outer joins, as what is looked up for each row: SQLite would begin at the units and sort every lead.
    joined = chosen.outerjoin(Lead.owner_unit).outerjoin(Lead.owner_person)
    columns: list[Any] = [*_SHOWN, may_open(actor).label("opens")]
    return joined.with_only_columns(*columns)


def _rows(
    session: Session, actor: Actor, shown: Select[Any], values: Mapping[str, Any], *, today: date
) -> Iterator[LeadRow]:
    county = county_code(session, actor.county_id)
    limits = idle_limits(session, actor.county_id, today=today)
    for lead in session.execute(shown, values):
        if lead.opens:
            yield _row(lead, county=county, limits=limits, today=today)
        else:
            yield LeadRow(None, "", "", None, "", lead.stage, lead.unit)


def _row(lead: Row[*tuple[Any, ...]], *, county: str, limits: dict[LeadStage, int], today: date) -> LeadRow:
    return LeadRow(
        id=lead.id,
        code=lead.code,
        title=lead.title,
        investor_id=lead.investor_id,
        investor=lead.investor,
        stage=lead.stage,
        unit=lead.unit,
        owner=lead.owner,
        planned=Planned(lead.planned_min_fen, lead.planned_max_fen, lead.planned_qualifier),
        origin=origin_level(lead.home, county_code=county),
        chain=lead.chain,
        source=lead.source,
        validity=lead.validity,
        reported_on=day_of(lead.reported_at),
        expected_signing_on=lead.expected_signing_on,
        place=lead.place,
        content=lead.content,
        protected_until=lead.protected_until if (lead.protected_until or today) >= today else None,
        in_pool=lead.in_pool_since is not None,
        idle=idle(lead.stage, last_activity_on=lead.last_activity_on, today=today, limits=limits),
        last_activity_on=lead.last_activity_on,
        next_step=lead.next_step,
        next_follow_up_on=lead.next_follow_up_on,
        follow_up_late=lead.next_follow_up_on is not None and lead.next_follow_up_on < today,
        lost_reason=lead.lost_reason.value if lead.lost_reason else "",
    )
