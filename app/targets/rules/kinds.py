"""The codes of targets: who set one, what it is divided by, and where a freeze stands."""

from __future__ import annotations

from enum import StrEnum

from app.targets.rules.versions import Measure

COUNTING_MEASURES = frozenset({Measure.SIGNED_COUNT, Measure.STARTED_COUNT, Measure.PRODUCING_COUNT})


class SetBy(StrEnum):
    """Whose target it is: the county's own (县定) or the city's (市下达); they stand side by side."""

    COUNTY = "county"
    CITY = "city"


class PartKind(StrEnum):
    """By what a target is divided; the parts of each kind are compared with the whole on their own."""

    UNIT = "unit"
    TRACK = "track"
    CHAIN = "chain"
    LEADER = "leader"


class FreezeState(StrEnum):
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


def counts_deals(measure: Measure) -> bool:
    """Tell whether a measure's amounts are numbers of deals instead of fen."""
    return measure in COUNTING_MEASURES
