"""What waits for somebody today, gathered from the rooms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.core.actor import Actor, Role
from app.core.permissions import Permission, allowed, holds_over
from app.core.remembered import remembered
from app.deals import queries as deals
from app.deals.listing import queries as deal_lists
from app.deals.listing.schemas import DealFilter
from app.deals.models import Deal
from app.deals.verification import queries as verification
from app.identity.models import Person, Unit
from app.leads import queries as leads
from app.leads.lists import queries as lead_lists
from app.leads.lists.schemas import LeadFilter
from app.leads.models import Lead
from app.targets.freezing import queries as freezing
from app.targets.freezing.service import person_of
from app.visits import queries as visits
from app.visits.following import queries as left
from app.visits.models import Visit
from app.visits.schemas import VisitFilter

Row = TypeVar("Row", Lead, Deal, Visit)

SHOWN_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the start page. `days_left` counts from today to the day, negative when it has passed."""

    href: str
    name: str
    note: str
    day: date | None = None
    days_left: int | None = None


@dataclass(frozen=True, slots=True)
class Tasks:
    """A list of the start page, the most urgent first; `more` unfold, and `is_cut` says that the list goes on."""

    all: tuple[Task, ...] = ()
    is_cut: bool = False

    @property
    def first(self) -> tuple[Task, ...]:
        return self.all[:SHOWN_AT_ONCE]

    @property
    def more(self) -> tuple[Task, ...]:
        return self.all[SHOWN_AT_ONCE:]


@dataclass(frozen=True, slots=True)
class Watch:
    """How much lies open in everything that a leader, head or verifier reads, each with its list."""

    follow_ups_late: int
    idle: int
    judgements_late: int
    rulings: int
    visits_due: int
    not_started: int


@dataclass(frozen=True, slots=True)
class Desk:
    """The lists of a person's start page, the most urgent first and bounded; `watch` for who looks after others."""

    follow_ups: Tasks = Tasks()
    protections_ending: Tasks = Tasks()
    terms_refused: Tasks = Tasks()
    terms_to_verify: Tasks = Tasks()
    drafts: Tasks = Tasks()
    freezes: Tasks = Tasks()
    needs_leader: Tasks = Tasks()
    watch: Watch | None = None

    @property
    def is_clear(self) -> bool:
        lists = (
            self.follow_ups,
            self.protections_ending,
            self.terms_refused,
            self.terms_to_verify,
            self.drafts,
            self.freezes,
            self.needs_leader,
        )
        return not any(each.all for each in lists)


@dataclass(frozen=True, slots=True)
class Burden:
    """Everything open that one person holds and the actor may hand over."""

    leads: Sequence[Lead]
    deals: Sequence[Deal]
    visits: Sequence[Visit]

    @property
    def total(self) -> int:
        return len(self.leads) + len(self.deals) + len(self.visits)


def desk_of(session: Session, actor: Actor, *, today: date) -> Desk:
    """Gather what waits for the actor, kept until something changes; empty for roles that read no records."""
    if not allowed(actor, Permission.READ_RECORDS):
        return Desk()
    return remembered(session, ("desk", actor.reach, today), lambda: _desk(session, actor, today=today))


def _desk(session: Session, actor: Actor, *, today: date) -> Desk:
    return Desk(
        follow_ups=_follow_ups(session, actor, today=today),
        protections_ending=_tasks(
            _lead_task(lead, lead.investor.name, lead.protected_until, today=today)
            for lead in leads.protections_ending(session, actor, today)
        ),
        terms_refused=_tasks(map(_deal_task, deals.refused_of(session, actor))),
        terms_to_verify=_tasks(map(_deal_task, verification.to_verify(session, actor))),
        drafts=_tasks(map(_deal_task, deals.drafts_of(session, actor))),
        freezes=_tasks(
            Task(f"/progress/freezes/{freeze.id}", target, freeze.proposed_by_name, freeze.through)
            for freeze, target in freezing.waiting_for(session, actor, person_id=person_of(actor))
        )
        if allowed(actor, Permission.CONFIRM_FREEZE)
        else Tasks(),
        needs_leader=_tasks(
            Task(f"/visits/{visit.id}", visit.investor.name, visit.needs_leader, visit.to_on)
            for visit in left.needing_leader(session, actor, today=today)
        )
        if actor.has(Role.LEADER)
        else Tasks(),
        watch=_watch(session, actor, today=today) if _looks_after_others(actor) else None,
    )


def _looks_after_others(actor: Actor) -> bool:
    return actor.has(Role.LEADER) or allowed(actor, Permission.HAND_OVER)


def _follow_ups(session: Session, actor: Actor, *, today: date) -> Tasks:
    """Leads and visits in one list, the longest overdue first: to a person both are a call to make."""
    of_leads = leads.follow_ups_due(session, actor, today)
    of_visits = left.follow_ups_due(session, actor, today=today)
    found = [
        *(
            _lead_task(lead, lead.next_step or lead.investor.name, lead.next_follow_up_on, today=today)
            for lead in of_leads
        ),
        *(
            Task(
                f"/visits/{visit.id}",
                visit.investor.name,
                visit.next_step or visit.summary,
                visit.next_follow_up_on,
                _days_left(visit.next_follow_up_on, today=today),
            )
            for visit in of_visits
        ),
    ]
    found.sort(key=lambda task: (task.day or today, task.href))
    return Tasks(tuple(found), is_cut=max(len(of_leads), len(of_visits)) >= leads.MOST_TO_DO)


def _watch(session: Session, actor: Actor, *, today: date) -> Watch:
    def of_leads(**wanted: Any) -> int:
        chosen = lead_lists.filtered(session, actor, LeadFilter(**wanted), today=today)
        return session.scalar(chosen.with_only_columns(func.count())) or 0

    due = visits.filtered(session, actor, VisitFilter(due=True), today=today)
    return Watch(
        follow_ups_late=of_leads(overdue="follow_up"),
        idle=of_leads(overdue="idle"),
        judgements_late=of_leads(overdue="judgement"),
        rulings=of_leads(ruling=True),
        visits_due=session.scalar(due.with_only_columns(func.count())) or 0,
        not_started=deal_lists.totals(session, actor, DealFilter(flag="not_started")).count,
    )


def _lead_task(lead: Lead, note: str, day: date | None, *, today: date) -> Task:
    return Task(f"/leads/{lead.id}", lead.title, note, day, _days_left(day, today=today))


def _deal_task(deal: Deal) -> Task:
    return Task(f"/deals/{deal.id}", deal.name, deal.owner_unit.shown_name)


def _days_left(day: date | None, *, today: date) -> int | None:
    return None if day is None else (day - today).days


def _tasks(found: Iterable[Task]) -> Tasks:
    listed = tuple(found)
    return Tasks(listed, is_cut=len(listed) >= leads.MOST_TO_DO)


def burden_of(session: Session, actor: Actor, person_id: UUID) -> Burden:
    """Return what would be handed over, for the preview."""
    return Burden(
        leads=_mine_to_give(
            session,
            actor,
            leads.open_of_person(session, actor, person_id).options(
                joinedload(Lead.owner_unit), joinedload(Lead.investor)
            ),
        ),
        deals=_mine_to_give(
            session, actor, deals.open_of_person(actor, person_id).options(joinedload(Deal.owner_unit))
        ),
        visits=_mine_to_give(session, actor, left.open_of_person(actor, person_id)),
    )


def _mine_to_give(session: Session, actor: Actor, chosen: Select[Row]) -> list[Row]:
    return [
        row
        for row in session.scalars(chosen)
        if holds_over(actor, Permission.HAND_OVER, row.owner_unit.path, row.owner_unit_id)
    ]


def people_offered(session: Session, actor: Actor) -> Sequence[Person]:
    """Return the people between whom the actor may hand over: those of the units it heads, or all for the bureau."""
    chosen = (
        select(Person)
        .join(Unit, Unit.id == Person.unit_id)
        .where(Person.county_id == actor.county_id, Person.archived_at.is_(None))
        .options(joinedload(Person.unit))
        .order_by(Unit.path, Person.position, Person.name, Person.id)
    )
    below = [Unit.path.startswith(held.unit_path, autoescape=True) for held in actor.memberships]
    return session.scalars(chosen.where(or_(*below)).limit(300)).all()
