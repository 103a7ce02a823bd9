"""What each unit of the demo is to bring, and which of them brings a deal: both by the same weights."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from app.demo.county import Demo, DemoUnit
from app.demo.made import Signing
from app.demo.units import BUREAU, ECONOMY, FIRST_TOWN, GENERAL, MAIN_TEAM, PARKS, PUBLIC, TEAMS, TOWNS
from app.demo.working import IDLE_CODES

# A unit's part beside the others'; the main team, the bureau and the large park have parts of their own.
_UNIT_WEIGHTS = {TOWNS: 60, PARKS: 110, ECONOMY: 24, GENERAL: 9, PUBLIC: 6, TEAMS: 90}
_OWN_WEIGHTS = {MAIN_TEAM: 260, BUREAU: 40, FIRST_TOWN: 130, "p01": 400}


# So many deals a year come from the smallest units.
FEW = 4


def part_weight(unit: DemoUnit) -> int:
    """Return a unit's weight in the division of the target; 0 for one that has no part."""
    return _OWN_WEIGHTS.get(unit.code, _UNIT_WEIGHTS.get(unit.track, 0))


def hand_out(demo: Demo, random: Random, counting: Sequence[Signing]) -> None:
    """Let each deal that counts be brought by the unit that is furthest from what it will have done.

    What it will have done is its part of the whole, in good and bad years: some do nothing, a few half as much again.
    """
    units = [unit for unit in demo.units.values() if part_weight(unit) and unit.code not in IDLE_CODES]
    wanted = {unit.code: part_weight(unit) * random.triangular(0.1, 1.7, 0.9) for unit in units}
    scale = sum(signing.total_fen for signing in counting) / sum(wanted.values())
    left = {code: weight * scale for code, weight in wanted.items()}
    largest_first = sorted(counting, key=lambda one: -one.total_fen)
    # The smallest units bring something too, one here and one there.
    small = [unit for unit in units if unit.track == PUBLIC]
    for signing in largest_first[-FEW:]:
        signing.unit = random.choice(small)
    for signing in largest_first[:-FEW]:
        code = max(left, key=lambda each: left[each])
        signing.unit = demo.unit(code)
        left[code] -= signing.total_fen
