"""The schedule (调度表): running deals by leader in charge, each with its newest note."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from app.core.actor import Actor
from app.core.options import get_option
from app.deals import rules
from app.deals.listing.queries import DealRow, masked, row_of
from app.deals.models import Deal, DealNote, DealTerms, TermsInvestor
from app.deals.queries import MOST_OFFERED, SHOWN_TERMS, in_scope, may_open
from app.deals.rules import DealStage, StartClock
from app.deals.schedule.schemas import ScheduleFilter
from app.identity.models import Person, Unit

# Investors are loaded 500 rows at a time: one statement more would depend on the length.
MOST_SHOWN = 400
MOST_EXPORTED = 20_000
# A note is looked for in the last month; a deal without one is silent.
SILENT_AFTER_DAYS = 30

_BEFORE_START = (DealStage.SIGNED, DealStage.REGISTERED)
_BEFORE_PRODUCTION = (DealStage.FILED, *_BEFORE_START, DealStage.STARTED)
_STAGES = {
    "late": _BEFORE_START,
    "not_started": _BEFORE_START,
    "building": (DealStage.STARTED,),
    "all": (*_BEFORE_PRODUCTION, DealStage.PRODUCING, DealStage.AT_CAPACITY),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One deal of the schedule; `note` is its newest, `clock` runs while it is signed and not started."""

    row: DealRow
    line: str
    responsible_unit: str
    planned_start_on: date | None
    clock: StartClock | None
    note: DealNote | None

    @property
    def is_late(self) -> bool:
        return self.clock is not None and self.clock.is_overdue


@dataclass(frozen=True, slots=True)
class Group:
    """The deals of one leader in charge; None where nobody is."""

    leader: Person | None
    lines: Sequence[Line]

    @property
    def late(self) -> int:
        return sum(1 for line in self.lines if line.is_late)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a filter finds, in groups. `more` says that the longest admitted length cut it."""

    groups: Sequence[Group]
    more: bool

    @property
    def count(self) -> int:
        return sum(len(group.lines) for group in self.groups)

    @property
    def late(self) -> int:
        return sum(group.late for group in self.groups)


@dataclass(frozen=True, slots=True)
class Names:
    """What the filter offers by name."""

    leaders: Sequence[Person]
    units: Sequence[Unit]

    def all(self) -> dict[UUID, str]:
        """Return {id: name} of everything, to say which filter an export had."""
        people = {each.id: each.name for each in self.leaders}
        return people | {each.id: each.name for each in self.units}


def schedule(
    session: Session, actor: Actor, wanted: ScheduleFilter, *, today: date, most: int = MOST_SHOWN
) -> Schedule:
    """Return the schedule, grouped by leader in their order, those longest late first. Two statements and settings.

    A deal that is kept from the actor stands under nobody, without name, amount or note.
    """
    late_after = get_option(session, actor.county_id, "deals.not_started_days", today)
    chosen = _chosen(actor, wanted, today=today).limit(most + 1)
    groups: dict[UUID | None, tuple[Person | None, list[Line]]] = {}
    found = session.execute(chosen).all()
    for deal, terms, note, opened in islice(found, most):
        line = _line(deal, terms, note, today=today, late_after=late_after) if opened else _masked(deal)
        if wanted.only == "late" and not line.is_late:
            continue
        person = deal.leader_in_charge if opened else None
        groups.setdefault(person.id if person else None, (person, []))[1].append(line)
    nobody = groups.pop(None, None)
    ordered = [*groups.values(), *([nobody] if nobody else [])]
    return Schedule(
        groups=[Group(person, sorted(lines, key=_lateness)) for person, lines in ordered],
        more=len(found) > most,
    )


def names_offered(session: Session, actor: Actor) -> Names:
    """Return the county's leaders and units for the filter."""
    leaders = session.scalars(
        select(Person)
        .where(Person.county_id == actor.county_id, Person.is_leader, Person.archived_at.is_(None))
        .order_by(Person.position, Person.name, Person.id)
    ).all()
    units = session.scalars(
        select(Unit).where(Unit.county_id == actor.county_id).order_by(Unit.path, Unit.id).limit(MOST_OFFERED)
    ).all()
    return Names(leaders, units)


def _chosen(actor: Actor, wanted: ScheduleFilter, *, today: date) -> Select[Deal, DealTerms, DealNote, bool]:
    leader = aliased(Person)
    newest = (
        select(DealNote.id)
        .where(DealNote.deal_id == Deal.id)
        .order_by(DealNote.on_day.desc(), DealNote.recorded_at.desc(), DealNote.id.desc())
        .limit(1)
        .correlate(Deal)
        .scalar_subquery()
    )
    return (
        select(Deal, DealTerms, DealNote, may_open(actor).label("open"))
        .join(DealTerms, DealTerms.id == SHOWN_TERMS)
        .join(DealNote, DealNote.id == newest, isouter=True)
        .join(leader, leader.id == Deal.leader_in_charge_id, isouter=True)
        .where(in_scope(actor), *_clauses(actor, wanted, today=today))
        .options(
            joinedload(Deal.owner_unit),
            joinedload(Deal.leader_in_charge),
            joinedload(Deal.responsible_unit),
            joinedload(Deal.responsible_person),
            selectinload(DealTerms.investors).joinedload(TermsInvestor.investor),
        )
        .order_by(leader.position.nulls_last(), leader.name, leader.id, DealTerms.signed_on, Deal.id)
    )


def _clauses(actor: Actor, wanted: ScheduleFilter, *, today: date) -> Iterator[ColumnElement[bool]]:
    """Give the conditions of a filter. What tells of a confidential deal's content finds only those that open."""
    yield Deal.stage.in_(_stages(wanted))
    if wanted.year is not None:
        days = date(wanted.year, 1, 1), date(wanted.year, 12, 31)
        yield func.coalesce(DealTerms.signed_on, date.min).between(*days)
    telling = list(_telling(wanted, today=today))
    if telling:
        yield may_open(actor)
        yield from telling


def _telling(wanted: ScheduleFilter, *, today: date) -> Iterable[ColumnElement[bool]]:
    if wanted.leader is not None:
        yield Deal.leader_in_charge_id == wanted.leader
    if wanted.unit is not None:
        yield func.coalesce(Deal.responsible_unit_id, Deal.owner_unit_id) == wanted.unit
    if wanted.only == "problem":
        yield or_(DealNote.problem != "", DealNote.to_coordinate != "")
    elif wanted.only == "silent":
        yield or_(DealNote.id.is_(None), DealNote.on_day < today - timedelta(days=SILENT_AFTER_DAYS))


def _stages(wanted: ScheduleFilter) -> list[DealStage]:
    admitted = _STAGES.get(wanted.only, _STAGES["all"] if wanted.stage else _BEFORE_PRODUCTION)
    return [stage for stage in admitted if wanted.stage in (None, stage)]


def _line(deal: Deal, terms: DealTerms, note: DealNote | None, *, today: date, late_after: int) -> Line:
    clock = rules.start_clock(
        stage=deal.stage,
        signed_on=terms.signed_on,
        planned_start_on=deal.planned_start_on,
        started_on=deal.started_on,
        today=today,
        default_days=late_after,
    )
    return Line(
        row=row_of(deal, terms),
        line=deal.line,
        responsible_unit=(deal.responsible_unit or deal.owner_unit).shown_name,
        planned_start_on=deal.planned_start_on,
        clock=clock if clock is not None and clock.is_running else None,
        note=note,
    )


def _masked(deal: Deal) -> Line:
    row = masked(deal)
    return Line(row, line="", responsible_unit=row.unit, planned_start_on=None, clock=None, note=None)


def _lateness(line: Line) -> tuple[bool, int]:
    return line.row.id is None, -(line.clock.days_late if line.clock else 0)
