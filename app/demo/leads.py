"""The demo's leads with their claims, judgements, receipts and rulings; protection is what the rule says it is."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core import search
from app.core.options import reserve_codes
from app.core.search import Entry
from app.demo.county import Demo
from app.demo.lead_lives import Life, live
from app.demo.lead_rows import LeadRows
from app.demo.made import DemoInvestor, DemoLead
from app.demo.signings import first_day_of_talks
from app.demo.working import Staff, draw_days

YEARLY = 1500


def make_leads(session: Session, demo: Demo) -> None:
    """Write the leads of both years, those first that became deals."""
    random, staff = demo.random("leads"), Staff(demo, "leads")
    lives = _lives(demo, random, staff)
    rows = LeadRows(demo, random, lives)
    codes = {
        year: iter(reserve_codes(session, demo.county_id, "L", year, number))
        for year in (demo.today.year - 1, demo.today.year)
        if (number := sum(life.reported_on.year == year for life in lives))
    }
    for life in lives:
        rows.add(life, next(codes[life.reported_on.year]))
    for table, values in rows.tables:
        if values:
            session.execute(insert(table), values)
    search.put_many(
        session, [_entry(lead, demo.county_id) for lead in demo.leads], at=demo.instant(demo.last_day)
    )


def _lives(demo: Demo, random: Random, staff: Staff) -> list[Life]:
    """Draw every lead in the order of the reports, each investor mostly once."""
    planned: list[tuple[date, Any]] = []
    for signing in demo.signings:
        if random.random() < 0.8:
            planned.append(
                (min(first_day_of_talks(random, signing, demo.opened_on), signing.filed_on), signing)
            )
    taken = {signing.investor.id for signing in demo.signings}
    for year in (demo.today.year - 1, demo.today.year):
        known = sum(day.year == year for day, _ in planned)
        number = max(demo.number(YEARLY, year) - known, 0)
        planned += [(day, None) for day in draw_days(random, demo.days_of(year), number)]
    planned.sort(key=lambda one: one[0])
    fresh = iter([investor for investor in demo.investors if investor.id not in taken])
    used: list[DemoInvestor] = []
    lives: list[Life] = []
    for day, signing in planned:
        if signing is not None:
            life = live(
                demo, random, investor=signing.investor, unit=signing.unit, reported_on=day, signing=signing
            )
            signing.lead_id = life.id
        else:
            again = bool(used) and random.random() < 0.3
            investor = None if again else next(fresh, None)
            investor = investor or random.choice(used or demo.investors)
            used.append(investor)
            life = live(demo, random, investor=investor, unit=staff.choose(random), reported_on=day)
        lives.append(life)
    return sorted(lives, key=lambda life: life.reported_at)


def _entry(lead: DemoLead, county_id: UUID) -> Entry:
    texts = (lead.investor.name, lead.code, lead.place, lead.content)
    return Entry(("lead", lead.id), county_id, lead.title, texts, lead.unit.id, lead.confidential)
