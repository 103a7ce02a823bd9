"""The schedule (调度表): running deals by leader in charge, each with its newest note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from app.core.actor import Actor
from app.core.options import get_option
from app.deals import rules
from app.deals.listing.queries import DealRow, masked, row_of
from app.deals.models import Deal, DealNote, DealTerms, TermsInvestor
from app.deals.queries import SHOWN_TERMS, in_scope, may_open
from app.deals.rules import DealStage, StartClock
from app.deals.schedule.schemas import ScheduleFilter
from app.identity.models import Person, Unit

MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One deal of the schedule; `note` is its newest, `clock` runs while it is signed and not started."""

    row: DealRow
    line: str
    responsible_unit: str
    planned_start_on: date | None
    clock: StartClock | None
    note: DealNote | None


@dataclass(frozen=True, slots=True)
class Group:
    """The deals of one leader in charge; None where nobody is."""

    leader: Person | None
    lines: Sequence[Line]

    @property
    def late(self) -> int:
        return sum(1 for line in self.lines if line.clock is not None and line.clock.is_overdue)


def schedule(session: Session, actor: Actor, wanted: ScheduleFilter, *, today: date) -> list[Group]:
    """Return the schedule, grouped by leader in their order, those longest late first. Two statements and settings.

    A deal that is kept from the actor stands under nobody, without name, amount or note.
    """
    late_after = get_option(session, actor.county_id, "deals.not_started_days", today)
    leader, responsible = aliased(Person), aliased(Unit)
    newest = (
        select(DealNote.id)
        .where(DealNote.deal_id == Deal.id)
        .order_by(DealNote.on_day.desc(), DealNote.recorded_at.desc(), DealNote.id.desc())
        .limit(1)
        .correlate(Deal)
        .scalar_subquery()
    )
    chosen = (
        select(Deal, DealTerms, DealNote, may_open(actor).label("open"))
        .join(DealTerms, DealTerms.id == SHOWN_TERMS)
        .join(DealNote, DealNote.id == newest, isouter=True)
        .join(leader, leader.id == Deal.leader_in_charge_id, isouter=True)
        .join(responsible, responsible.id == Deal.responsible_unit_id, isouter=True)
        .where(in_scope(actor), Deal.stage.in_(_stages(wanted)))
        .options(
            joinedload(Deal.owner_unit),
            joinedload(Deal.leader_in_charge),
            joinedload(Deal.responsible_unit),
            joinedload(Deal.responsible_person),
            selectinload(DealTerms.investors).joinedload(TermsInvestor.investor),
        )
        .order_by(leader.position.nulls_last(), leader.name, leader.id, DealTerms.signed_on, Deal.id)
        .limit(MOST_SHOWN)
    )
    if wanted.leader is not None:
        chosen = chosen.where(and_(may_open(actor), Deal.leader_in_charge_id == wanted.leader))
    if wanted.year is not None:
        chosen = chosen.where(func.coalesce(DealTerms.signed_on, date.min).between(*_year(wanted.year)))
    groups: dict[UUID | None, tuple[Person | None, list[Line]]] = {}
    for deal, terms, note, opened in session.execute(chosen):
        line = _line(deal, terms, note, today=today, late_after=late_after) if opened else _masked(deal)
        person = deal.leader_in_charge if opened else None
        groups.setdefault(person.id if person else None, (person, []))[1].append(line)
    nobody = groups.pop(None, None)
    ordered = [*groups.values(), *([nobody] if nobody else [])]
    return [Group(person, sorted(lines, key=_lateness)) for person, lines in ordered]


def leaders_offered(session: Session, actor: Actor) -> Sequence[Person]:
    """Return the county's leaders for the filter."""
    return session.scalars(
        select(Person)
        .where(Person.county_id == actor.county_id, Person.is_leader, Person.archived_at.is_(None))
        .order_by(Person.position, Person.name, Person.id)
    ).all()


def _stages(wanted: ScheduleFilter) -> list[DealStage]:
    if wanted.only == "not_started":
        return [DealStage.SIGNED, DealStage.REGISTERED]
    if wanted.only == "building":
        return [DealStage.STARTED]
    return [
        DealStage.FILED,
        DealStage.SIGNED,
        DealStage.REGISTERED,
        DealStage.STARTED,
        DealStage.PRODUCING,
    ]


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


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)
