"""Put many investors on record at once, as an import needs them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core import search
from app.core.actor import Actor
from app.core.db import insert_rows
from app.core.events import record_many
from app.core.ids import new_id
from app.core.options import only_county
from app.core.permissions import Permission, require
from app.core.regions import origin_level
from app.investors import rules
from app.investors.importing import queries
from app.investors.importing.schemas import Key, KnownInvestor, WantedInvestor
from app.investors.models import Investor
from app.investors.rules import InvestorKind


def resolve_many(
    session: Session, actor: Actor, wanted: Sequence[WantedInvestor], *, unit_id: UUID, at: datetime
) -> dict[Key, KnownInvestor]:
    """Find the investors that a ledger names, and put on record those that are not; one entry for each key.

    A known investor whose home is not known takes the ledger's, on record. Raises NotPermitted.
    """
    require(actor, Permission.REFER_LEADS)
    merged = _merged(wanted)
    found = queries.known_many(session, actor.county_id, merged.values())
    found |= _complete_homes(session, actor, merged, found, unit_id=unit_id, at=at)
    fresh = [each for key, each in merged.items() if key not in found]
    for some in queries.batches(fresh):
        found |= _add_many(session, actor, some, unit_id=unit_id, at=at)
    return found


def _merged(wanted: Sequence[WantedInvestor]) -> dict[Key, WantedInvestor]:
    """Take of each name the first row that knows its home or credit code."""
    merged: dict[Key, WantedInvestor] = {}
    for each in wanted:
        before = merged.get(each.key)
        if before is None:
            merged[each.key] = each
        elif not (before.home and before.uscc):
            merged[each.key] = WantedInvestor(
                before.name, before.kind, before.home or each.home, before.uscc or each.uscc
            )
    return merged


def _complete_homes(
    session: Session,
    actor: Actor,
    merged: dict[Key, WantedInvestor],
    found: dict[Key, KnownInvestor],
    *,
    unit_id: UUID,
    at: datetime,
) -> dict[Key, KnownInvestor]:
    county = only_county(session).code
    rows, events, completed = [], [], {}
    for key, known in found.items():
        home = merged[key].home
        if known.home or not home:
            continue
        code, country = _split(home)
        rows.append({"id": known.id, "region_code": code, "country": country, "updated_at": at})
        level = origin_level(home, county_code=county)
        events.append(
            {
                "kind": "investor.region_changed",
                "subject": ("investor", known.id),
                "at": at,
                "unit_id": unit_id,
                "changes": {"home": ("", home), "origin_level": ("unknown", level.value)},
            }
        )
        completed[key] = KnownInvestor(known.id, known.name, code, country, known.returning_native)
    if rows:
        session.execute(update(Investor), rows)
        record_many(session, actor, events)
    return completed


def _add_many(
    session: Session, actor: Actor, fresh: Sequence[WantedInvestor], *, unit_id: UUID, at: datetime
) -> dict[Key, KnownInvestor]:
    rows, events, entries, added = [], [], [], {}
    for each in fresh:
        row = _row(actor, each, unit_id=unit_id, at=at)
        key: UUID = row["id"]
        rows.append(row)
        shown = {"kind": each.kind, "name": each.name, "home": each.home, "uscc": each.uscc}
        events.append(
            {
                "kind": "investor.added",
                "subject": ("investor", key),
                "at": at,
                "unit_id": unit_id,
                "changes": {name: ("", value) for name, value in shown.items() if value},
            }
        )
        person = each.kind is InvestorKind.PERSON
        texts = (each.uscc,) if each.uscc else ()
        entries.append(search.Entry(("investor", key), actor.county_id, each.name, texts, person=person))
        added[each.key] = KnownInvestor(key, each.name, row["region_code"], row["country"], False)
    insert_rows(session, Investor, rows)
    record_many(session, actor, events)
    search.put_many(session, entries, at=at)
    return added


def _row(actor: Actor, each: WantedInvestor, *, unit_id: UUID, at: datetime) -> dict[str, Any]:
    keys = rules.name_keys(each.name, kind=each.kind)
    code, country = _split(each.home)
    return {
        "id": new_id(),
        "county_id": actor.county_id,
        "kind": each.kind,
        "name": each.name,
        "name_folded": keys.folded,
        "name_core": keys.core,
        "name_pinyin": keys.pinyin[:400],
        "name_initials": keys.initials[:100],
        "uscc": each.uscc,
        "region_code": code,
        "country": country,
        "unit_id": unit_id,
        "created_by": actor.person_id,
        "version": 1,
        "created_at": at,
        "updated_at": at,
    }


def _split(home: str) -> tuple[str, str]:
    return (home, "") if home.isdigit() else ("", home)
