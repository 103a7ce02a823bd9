"""What the demo's topics share: the county, its clock, its generators and the rows made so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.demo.names import person_names
from app.identity.rules import UnitKind

SEED = 2022
COUNTY_NAME = "示范县(虚构)"
# Inside Jiangxi (36) and the range of its fifth city, but given to no place by GB/T 2260.
COUNTY_CODE = "360599"


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """A unit made for the demo. `track` is empty for units that stand apart."""

    id: UUID
    code: str
    name: str
    short_name: str
    kind: UnitKind
    track: str
    path: str
    parent: str

    @property
    def shown_name(self) -> str:
        return self.short_name or self.name


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody on the demo's roster; `unit` is a unit's code, `line` a leader's 口."""

    id: UUID
    name: str
    post: str
    unit: str
    is_leader: bool = False
    line: str = ""


@dataclass(slots=True)
class Demo:
    """The county while it is being made. Each topic reads what earlier topics put here and adds its own."""

    county_id: UUID
    today: date
    zone: ZoneInfo
    units: dict[str, DemoUnit] = field(default_factory=dict)
    people: list[DemoPerson] = field(default_factory=list)
    users: dict[str, UUID] = field(default_factory=dict)
    tracks: dict[str, UUID] = field(default_factory=dict)
    names: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self.names = person_names(self.random("names"))

    def random(self, topic: str) -> Random:
        """Return a topic's own generator, so that a new topic changes nothing that others draw."""
        return Random(f"{SEED}:{topic}")

    def instant(self, day: date, hour: int = 9, minute: int = 0) -> datetime:
        """Return an instant of a day by the county's clock."""
        return datetime.combine(day, time(hour, minute), tzinfo=self.zone)

    @property
    def opened_at(self) -> datetime:
        """When the county began to use the software: the first working morning of last year."""
        return self.instant(date(self.today.year - 1, 1, 4))

    def row(self, **values: Any) -> dict[str, Any]:
        """Return a versioned row of this county as the bulk insert wants it."""
        made = {
            "county_id": self.county_id,
            "version": 1,
            "created_at": self.opened_at,
            "updated_at": self.opened_at,
        }
        return made | values

    def unit(self, code: str) -> DemoUnit:
        return self.units[code]

    def people_of(self, code: str) -> list[DemoPerson]:
        """Return the roster of one unit, its head first."""
        return [person for person in self.people if person.unit == code]

    @property
    def leaders(self) -> list[DemoPerson]:
        return [person for person in self.people if person.is_leader]

    def units_in(self, track: str) -> list[DemoUnit]:
        return [unit for unit in self.units.values() if unit.track == track]
