"""The records that names mean: of many names in one question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.investors.models import Investor
from app.investors.rules import InvestorKind

NameKey = tuple[InvestorKind, str]
# Made once: every report, visit and deal asks it.
_SAME_NAME = (
    select(Investor)
    .where(
        Investor.county_id == bindparam("county_id"),
        Investor.name_folded.in_(bindparam("names", expanding=True)),
        Investor.archived_at.is_(None),
    )
    .order_by(Investor.id)
)


def live_by_names(session: Session, county_id: UUID, wanted: Collection[NameKey]) -> dict[NameKey, Investor]:
    """Return the live record of each kind and folded name, or the one that a merged record of it stands behind.

    Several persons may share a name: then none is meant for certain, and there is none.
    """
    if not wanted:
        return {}
    asked = {"county_id": county_id, "names": list({name for _kind, name in wanted})}
    by_name: dict[NameKey, list[Investor]] = defaultdict(list)
    for each in session.scalars(_SAME_NAME, asked):
        by_name[each.kind, each.name_folded].append(each)
    return one_of_each(session, {key: rows for key, rows in by_name.items() if key in wanted})


def one_of_each(session: Session, by_name: Mapping[NameKey, Sequence[Investor]]) -> dict[NameKey, Investor]:
    """Return the record that each name means, of all that bear it: the only live one, or else the only one that the
    merged ones stand behind."""
    merged = {each.canonical_id for rows in by_name.values() for each in rows if each.canonical_id}
    heads: dict[UUID, Investor] = {}
    if merged:
        heads = {each.id: each for each in session.scalars(select(Investor).where(Investor.id.in_(merged)))}
    found = {}
    for key, rows in by_name.items():
        alive = {each.id: each for each in rows if each.canonical_id is None}
        meant = alive or {each.canonical_id: heads[each.canonical_id] for each in rows if each.canonical_id}
        if len(meant) == 1:
            found[key] = next(iter(meant.values()))
    return found
