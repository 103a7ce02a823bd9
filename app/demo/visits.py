"""The demo's visits: those planned with the leads, calls on signed deals, and others; with people, units and trips."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core import search
from app.core.clock import day_of, days_between
from app.core.ids import new_id
from app.core.options import reserve_codes
from app.core.search import Entry
from app.demo.business import OUTCOMES, PLACES, STEPS, SUMMARIES
from app.demo.county import Demo, DemoUnit
from app.demo.investors import home_name
from app.demo.lead_lives import plan_visit
from app.demo.made import DemoVisit
from app.demo.working import Staff, draw_days
from app.visits.models import Trip, TripPerson, Visit, VisitPerson, VisitUnit
from app.visits.rules import VisitKind

YEARLY = 4000


def make_visits(session: Session, demo: Demo) -> None:
    """Write the visits of both years in the order of their days."""
    random, staff = demo.random("visits"), Staff(demo, "visits")
    _fill_up(demo, random, staff)
    demo.visits.sort(key=lambda visit: (visit.from_on, visit.received_at, visit.investor.name))
    rows = _Rows(demo, random, staff)
    codes = {
        year: iter(reserve_codes(session, demo.county_id, "V", year, number))
        for year in (demo.today.year - 1, demo.today.year)
        if (number := sum(visit.from_on.year == year for visit in demo.visits))
    }
    for visit in demo.visits:
        rows.add(visit, next(codes[visit.from_on.year]))
    for table, values in rows.all.items():
        if values:
            session.execute(insert(table), values)
    search.put_many(session, rows.entries, at=demo.instant(demo.last_day))


def _fill_up(demo: Demo, random: Random, staff: Staff) -> None:
    """Add calls on signed deals and on other investors, up to a year's usual number."""
    for year in (demo.today.year - 1, demo.today.year):
        known = sum(visit.from_on.year == year for visit in demo.visits)
        for day in draw_days(random, demo.days_of(year), max(demo.number(YEARLY, year) - known, 0)):
            signed = [one for one in demo.signings if one.filed_on <= day] if random.random() < 0.5 else []
            signing = random.choice(signed) if signed else None
            investor = signing.investor if signing else random.choice(demo.investors)
            unit = signing.unit if signing and random.random() < 0.7 else staff.choose(random)
            visit = plan_visit(demo, random, investor, unit, day)
            if visit is not None:
                demo.visits.append(_with_deal(visit, signing.id if signing else None))


def _with_deal(visit: DemoVisit, deal_id: UUID | None) -> DemoVisit:
    return DemoVisit(
        investor=visit.investor,
        unit=visit.unit,
        kind=visit.kind,
        from_on=visit.from_on,
        to_on=visit.to_on,
        received_at=visit.received_at,
        deal_id=deal_id,
    )


class _Rows:
    """The rows of all tables while they are gathered; a trip takes in what its unit does on its days."""

    def __init__(self, demo: Demo, random: Random, staff: Staff) -> None:
        self.demo, self.random, self.staff = demo, random, staff
        self.all: dict[type[Any], list[dict[str, Any]]] = {
            table: [] for table in (Trip, TripPerson, Visit, VisitUnit, VisitPerson)
        }
        self.entries: list[Entry] = []
        self.trips: dict[UUID, tuple[UUID, date, list[UUID]]] = {}

    def add(self, visit: DemoVisit, code: str) -> None:
        """Write one visit."""
        demo, random = self.demo, self.random
        visit_id = new_id()
        people = demo.people_of(visit.unit.code)
        went = random.sample(people, min(len(people), random.choice((1, 1, 2, 2, 3))))
        ids = [person.id for person in went]
        if random.random() < 0.06:
            ids.append(random.choice(demo.leaders[:10]).id)
        trip_id, ids = self._trip(visit, ids)
        units = self._units(visit)
        place = self._place(visit)
        clerk = demo.clerk(visit.unit.code)
        self.all[Visit].append(
            demo.row(
                id=visit_id,
                code=code,
                kind=visit.kind,
                from_on=visit.from_on,
                to_on=visit.to_on,
                investor_id=visit.investor.id,
                lead_id=visit.lead_id,
                deal_id=visit.deal_id,
                trip_id=trip_id,
                owner_unit_id=visit.unit.id,
                place=place,
                summary=random.choice(SUMMARIES),
                outcome=random.choice(OUTCOMES),
                needs_leader="请县领导出面会见" if random.random() < 0.03 else "",
                received_at=visit.received_at,
                days_late=max(days_between(visit.to_on, day_of(visit.received_at)), 0),
                entered_by=clerk.id,
                entered_by_name=clerk.name,
                on_behalf_of=went[0].id if went[0] is not clerk and random.random() < 0.5 else None,
                created_at=visit.received_at,
                updated_at=visit.received_at,
                **self._next_step(visit),
            )
        )
        self.all[VisitUnit] += [{"visit_id": visit_id, "unit_id": unit.id} for unit in units]
        self.all[VisitPerson] += [{"visit_id": visit_id, "person_id": key} for key in dict.fromkeys(ids)]
        key, name = ("visit", visit_id), visit.investor.name
        said = (code, place)
        self.entries.append(Entry(key, demo.county_id, name, said, visit.unit.id, visit.confidential))

    def _units(self, visit: DemoVisit) -> list[DemoUnit]:
        if self.random.random() < 0.1 and (other := self.staff.choose(self.random)) is not visit.unit:
            return [visit.unit, other]
        return [visit.unit]

    def _place(self, visit: DemoVisit) -> str:
        if visit.kind is VisitKind.OUTBOUND:
            return home_name(visit.investor.region_code or visit.investor.country)
        return "" if visit.kind is VisitKind.CALL else self.random.choice(PLACES[:-1])

    def _next_step(self, visit: DemoVisit) -> dict[str, Any]:
        random, today = self.random, self.demo.today
        if random.random() < 0.25:
            return {"next_step": "", "next_follow_up_on": None, "no_follow_up": True, "followed_up_at": None}
        due = day_of(visit.received_at) + timedelta(days=random.choice((7, 14, 14, 30)))
        # Nearly all old promises were kept; some of the last weeks' are open, a few of them late.
        kept = due < today and random.random() < (0.995 if (today - due).days > 30 else 0.8)
        done_on = min(due + timedelta(days=random.randint(-2, 3)), self.demo.last_day)
        return {
            "next_step": random.choice(STEPS),
            "next_follow_up_on": due,
            "no_follow_up": False,
            "followed_up_at": max(self.demo.instant(done_on, 20), visit.received_at) if kept else None,
        }

    def _trip(self, visit: DemoVisit, ids: list[UUID]) -> tuple[UUID | None, list[UUID]]:
        """Put an outbound visit into the trip that its unit is on, or let a trip begin with it."""
        if visit.kind is not VisitKind.OUTBOUND or visit.confidential:
            return None, ids
        running = self.trips.get(visit.unit.id)
        if running and visit.to_on <= running[1]:
            return running[0], running[2]
        if self.random.random() > 0.3:
            return None, ids
        trip_id, to_on = (
            new_id(),
            min(visit.to_on + timedelta(days=self.random.randint(1, 4)), self.demo.last_day),
        )
        to_on = max(to_on, visit.to_on)
        destination = home_name(visit.investor.region_code or visit.investor.country)
        self.all[Trip].append(
            self.demo.row(
                id=trip_id,
                owner_unit_id=visit.unit.id,
                title=f"赴{destination}招商",
                destination=destination,
                from_on=visit.from_on,
                to_on=to_on,
                created_at=visit.received_at,
                updated_at=visit.received_at,
            )
        )
        self.all[TripPerson] += [{"trip_id": trip_id, "person_id": key} for key in dict.fromkeys(ids)]
        self.trips[visit.unit.id] = (trip_id, to_on, ids)
        return trip_id, ids
