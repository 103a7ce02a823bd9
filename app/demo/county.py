"""What the demo's topics share: the county, its clock, its generators and the rows made so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.core.actor import Actor, ActorKind
from app.core.clock import SHANGHAI, day_of
from app.demo.made import DemoInvestor, DemoLead, DemoVisit, Signing
from app.demo.names import person_names
from app.demo.roster import DemoPerson, DemoUnit

__all__ = ["COUNTY_CODE", "COUNTY_NAME", "SEED", "Demo", "DemoPerson", "DemoUnit"]

SEED = 2022
COUNTY_NAME = "示范县(虚构)"
# Inside Jiangxi (36) and the range of its fifth city, but given to no place by GB/T 2260.
COUNTY_CODE = "360599"


@dataclass(slots=True)
class Demo:
    """The county while it is being made. Each topic reads what earlier topics put here and adds its own.

    `scale` is the part of a real county's leads, visits and deals that is made: 1 is all of them.
    """

    county_id: UUID
    today: date
    zone: ZoneInfo
    scale: float = 1.0
    units: dict[str, DemoUnit] = field(default_factory=dict)
    people: list[DemoPerson] = field(default_factory=list)
    users: dict[str, UUID] = field(default_factory=dict)
    holders: dict[str, DemoPerson] = field(default_factory=dict)
    tracks: dict[str, UUID] = field(default_factory=dict)
    investors: list[DemoInvestor] = field(default_factory=list)
    signings: list[Signing] = field(default_factory=list)
    leads: list[DemoLead] = field(default_factory=list)
    visits: list[DemoVisit] = field(default_factory=list)
    occasions: dict[UUID, tuple[str, date]] = field(default_factory=dict)
    roster: dict[str, list[DemoPerson]] = field(default_factory=dict)
    names: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self.names = person_names(self.random("names"))

    def random(self, topic: str) -> Random:
        """Return a topic's own generator, so that a new topic changes nothing that others draw."""
        return Random(f"{SEED}:{topic}")

    def instant(self, day: date, hour: int = 9, minute: int = 0) -> datetime:
        """Return an instant of a day by the county's clock."""
        return datetime.combine(day, time(hour, minute), tzinfo=self.zone)

    def moment(self, random: Random, day: date) -> datetime:
        """Return an instant in a day's office hours, never later than the last day that is over."""
        # The rules count days in Shanghai, whatever zone the server is set to.
        at = datetime.combine(
            min(day, self.last_day), time(random.randint(8, 17), random.randint(0, 59)), tzinfo=SHANGHAI
        )
        assert day_of(at) <= self.last_day
        return at

    @property
    def opened_at(self) -> datetime:
        """When the county began to use the software: the first working morning of last year."""
        return self.instant(self.opened_on)

    @property
    def opened_on(self) -> date:
        return date(self.today.year - 1, 1, 4)

    @property
    def last_day(self) -> date:
        """The last day on which anything happened: yesterday, for today's hours may not have come yet."""
        return max(self.today - timedelta(days=1), self.opened_on)

    def days_of(self, year: int) -> tuple[date, date] | None:
        """Return the first and last day of a year's records; None before the year has one."""
        first, last = max(date(year, 1, 4), self.opened_on), min(date(year, 12, 31), self.last_day)
        return (first, last) if first <= last else None

    def number(self, yearly: int, year: int) -> int:
        """Return how many of a thing that comes so often in a year there are in this one, up to today."""
        days = self.days_of(year)
        return round(yearly * self.scale * ((days[1] - date(year, 1, 1)).days + 1) / 365) if days else 0

    def row(self, **values: Any) -> dict[str, Any]:
        """Return a versioned row of this county as the bulk insert wants it."""
        return {"county_id": self.county_id} | self.versioned(**values)

    def versioned(self, **values: Any) -> dict[str, Any]:
        """Return a versioned row that reaches its county through another."""
        made = {"version": 1, "created_at": self.opened_at, "updated_at": self.opened_at}
        return made | values

    def unit(self, code: str) -> DemoUnit:
        return self.units[code]

    def people_of(self, code: str) -> list[DemoPerson]:
        """Return the roster of one unit, its head first."""
        if not self.roster:
            for person in self.people:
                self.roster.setdefault(person.unit, []).append(person)
        return self.roster[code]

    def clerk(self, code: str) -> DemoPerson:
        """Return who types for a unit: the last on its roster."""
        held = [self.holders[login] for login in ("town", "team", "bureau") if login in self.holders]
        return next((person for person in held if person.unit == code), self.people_of(code)[-1])

    def hand(self, person: DemoPerson) -> UUID:
        """Return under which id somebody acts: his account's where he has one."""
        return next(
            (self.users[login] for login, holder in self.holders.items() if holder is person), person.id
        )

    def actor(self, person: DemoPerson) -> Actor:
        """Return somebody of the roster as events name him."""
        return Actor(
            kind=ActorKind.USER,
            id=self.hand(person),
            name=person.name,
            county_id=self.county_id,
            person_id=person.id,
        )

    @property
    def leaders(self) -> list[DemoPerson]:
        return [person for person in self.people if person.is_leader]

    def units_in(self, track: str) -> list[DemoUnit]:
        return [unit for unit in self.units.values() if unit.track == track]
