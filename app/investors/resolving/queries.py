"""The records that names and ids mean: of many in one question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.investors.models import Investor
from app.investors.queries import visible_to
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


def by_ids(session: Session, actor: Actor, wanted: Collection[UUID]) -> dict[UUID, Investor]:
    """Return the record that stands for each of the ids, of those that the actor may read."""
    if not wanted:
        return {}
    found = session.scalars(visible_to(actor).where(Investor.id.in_(wanted))).all()
    heads = _heads(session, {each.canonical_id for each in found if each.canonical_id})
    return {each.id: heads[each.canonical_id] if each.canonical_id else each for each in found}


def _heads(session: Session, ids: Collection[UUID]) -> dict[UUID, Investor]:
    if not ids:
        return {}
    return {each.id: each for each in session.scalars(select(Investor).where(Investor.id.in_(ids)))}


def one_of_each(session: Session, by_name: Mapping[NameKey, Sequence[Investor]]) -> dict[NameKey, Investor]:
    """Return the record that each name means, of all that bear it: the only live one, or else the only one that the
    merged ones stand behind."""
    merged = {each.canonical_id for rows in by_name.values() for each in rows if each.canonical_id}
    heads = _heads(session, merged)
    found = {}
    for key, rows in by_name.items():
        alive = {each.id: each for each in rows if each.canonical_id is None}
        meant = alive or {each.canonical_id: heads[each.canonical_id] for each in rows if each.canonical_id}
        if len(meant) == 1:
            found[key] = next(iter(meant.values()))
    return found
