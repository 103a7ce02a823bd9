"""How busy the demo's units are, and on which days things happen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from app.demo.county import Demo, DemoUnit
from app.demo.units import (
    BUREAU,
    ECONOMY,
    FIRST_TOWN,
    GENERAL,
    MAIN_TEAM,
    PARKS,
    PUBLIC,
    ROOT,
    TEAM_SUFFIX,
    TEAMS,
    TOWNS,
)

_BUSY = {TEAMS: 8.0, PARKS: 7.0, TOWNS: 5.0, ECONOMY: 3.0, GENERAL: 1.2, PUBLIC: 0.7}
_OWN = {MAIN_TEAM: 10.0, FIRST_TOWN: 9.0, BUREAU: 4.0}
# Units that have not been out this year: every county has some, and a page names them.
IDLE_CODES = frozenset({"g05", "g16", "g17", "g20", "q06", "q11", "q13"})


class Staff:
    """The units that recruit, each with its weight. What a small team brings counts for the unit around it."""

    def __init__(self, demo: Demo, topic: str) -> None:
        random = demo.random(f"{topic}:busy")
        self.units = [
            unit
            for unit in demo.units.values()
            if unit.code not in (ROOT, "b02") and not unit.code.endswith(TEAM_SUFFIX)
        ]
        self.weights = [
            _OWN.get(unit.code, _BUSY.get(unit.track, 0.5) * random.uniform(0.4, 1.6)) for unit in self.units
        ]

    def choose(self, random: Random) -> DemoUnit:
        return random.choices(self.units, self.weights)[0]


def draw_days(random: Random, span: tuple[date, date] | None, number: int) -> list[date]:
    """Draw days in a span in order, nine in ten of them on weekdays."""
    if span is None:
        return []
    first, last = span
    found: list[date] = []
    while len(found) < number:
        day = first + timedelta(days=random.randint(0, (last - first).days))
        if day.weekday() < 5 or random.random() < 0.1 or (last - first).days < 7:
            found.append(day)
    return sorted(found)


def later(random: Random, day: date, low: int, high: int) -> date:
    """Return a day so many days later."""
    return day + timedelta(days=random.randint(low, high))


def on_time(random: Random, choices: Sequence[int]) -> timedelta:
    """Return a delay in days, each choice as likely as it is often named."""
    return timedelta(days=random.choice(choices))
