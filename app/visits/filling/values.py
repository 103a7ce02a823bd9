"""The values with which the form begins: nothing, a record's, or what stays for the next visit of the day."""

from __future__ import annotations

from typing import Any

from app.visits.models import Visit
from app.visits.rules import NextStep

# 「保存并再记一家」: the same people on the same day at the same place, another investor.
KEPT_FOR_ANOTHER = (
    "kind",
    "from_on",
    "to_on",
    "place",
    "unit_id",
    "units",
    "people",
    "our_other_people",
    "trip_id",
    "on_behalf_of",
)


def kept_for_another(last: Visit) -> dict[str, Any]:
    """Keep of a visit what the next of the same day shares with it."""
    whole = typed_of(last)
    return {name: whole[name] for name in KEPT_FOR_ANOTHER}


def typed_of(visit: Visit) -> dict[str, Any]:
    """Return a record's values as the form writes them (investor, units and people loaded)."""
    plain = ("place", "our_other_people", "their_people", "summary", "outcome", "needs_leader", "next_step")
    links = ("lead_id", "deal_id", "trip_id", "occasion_id", "on_behalf_of", "investor_id")
    return {
        **{name: getattr(visit, name) for name in plain},
        **{name: getattr(visit, name) or "" for name in links},
        "kind": visit.kind.value,
        "from_on": visit.from_on.isoformat(),
        "to_on": visit.to_on.isoformat() if visit.to_on != visit.from_on else "",
        "unit_id": visit.owner_unit_id,
        "units": [each.unit_id for each in visit.units if each.unit_id != visit.owner_unit_id],
        "people": [each.person_id for each in visit.people],
        "investor": visit.investor.name,
        "next": (NextStep.NONE if visit.no_follow_up else NextStep.ON_A_DAY).value,
        "next_on": visit.next_follow_up_on.isoformat() if visit.next_follow_up_on else "",
        "version": visit.version,
    }
