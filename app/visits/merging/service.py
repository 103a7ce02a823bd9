"""Use cases of joining two units' reports of one visit."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import search
from app.core.actor import Actor
from app.core.errors import Conflict, NotFound
from app.core.permissions import Permission, holds_over
from app.identity.versions import expect
from app.visits import queries, rules
from app.visits.models import Visit, VisitUnit
from app.visits.service import LABELS, put_in_search, record_change, stored, values_of, writable_visit


class CannotMerge(Conflict):
    """The two are not reports of the same visit: another investor, no common day, or one is merged already."""

    code = "visits.cannot_merge"


def merge_visits(
    session: Session, actor: Actor, visit_id: UUID, other_id: UUID, *, expected_version: int, at: datetime
) -> Visit:
    """Join another unit's report of the same visit to this one: both units stay credited, the county counts one.

    Raises NotFound, NotPermitted, Stale, or CannotMerge.
    """
    visit = writable_visit(session, actor, visit_id)
    expect(visit, expected_version, theirs=stored(session, values_of(visit)), labels=LABELS)
    other = session.scalar(
        select(Visit)
        .where(Visit.id == other_id, Visit.county_id == actor.county_id, Visit.archived_at.is_(None))
        .with_for_update()
    )
    if other is None:
        raise NotFound()
    others = {each.id: queries.facts_of(each) for each in queries.same_day_visits(session, actor, visit)}
    suspected = rules.suspected_same(queries.facts_of(visit), list(others.values()))
    if other.id not in {facts.id for facts in suspected} or visit.merged_into_id is not None:
        raise CannotMerge()
    present = {each.unit_id for each in visit.units}
    joining = others[other.id].unit_ids - present
    visit.units.extend(VisitUnit(unit_id=unit_id) for unit_id in sorted(joining))
    other.merged_into_id = visit.id
    other.touch(at)
    visit.touch(at)
    record_change(session, actor, visit, "visit.merged", at=at, also=[("visit", other.id)], note=other.code)
    search.remove(session, ("visit", other.id))
    return visit


def separate_visit(session: Session, actor: Actor, visit_id: UUID, *, at: datetime) -> Visit:
    """Undo a merge: the visit stands for itself again. Either of the two units may, for each is named on both.

    Raises NotFound, NotPermitted, or CannotMerge.
    """
    visit = session.scalar(
        select(Visit)
        .where(Visit.id == visit_id, Visit.county_id == actor.county_id, queries.may_open(actor))
        .options(joinedload(Visit.owner_unit), selectinload(Visit.units))
        .with_for_update(of=Visit)
    )
    if visit is None or visit.merged_into_id is None:
        raise CannotMerge()
    if holds_over(actor, Permission.WRITE_RECORDS, visit.owner_unit.path, visit.owner_unit_id):
        into = queries.get_visit(session, actor, visit.merged_into_id, lock=True)
    else:
        into = writable_visit(session, actor, visit.merged_into_id)
    own = {each.unit_id for each in visit.units}
    into.units = [each for each in into.units if each.unit_id not in own]
    visit.merged_into_id = None
    visit.touch(at)
    into.touch(at)
    record_change(session, actor, into, "visit.separated", at=at, also=[("visit", visit.id)], note=visit.code)
    put_in_search(session, visit, at=at)
    return visit
