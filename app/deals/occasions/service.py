"""Use cases of occasions (签约活动) and lists of key projects: simple records of the county."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Conflict, FieldError
from app.core.events import diff, record
from app.core.i18n import N_
from app.core.ids import new_id
from app.core.permissions import Permission, require
from app.deals import rules
from app.deals.models import Occasion, ProjectList
from app.deals.occasions import queries
from app.deals.occasions.schemas import EditOccasionInput, OccasionInput, ProjectListInput
from app.identity.versions import expect

LABELS = {
    "name": N_("名称"),
    "kind": N_("类别"),
    "first_on": N_("开始日期"),
    "last_on": N_("结束日期"),
    "place": N_("地点"),
    "note": N_("备注"),
}


class ListExists(Conflict):
    """A list of that name, level, year and batch is there already."""

    code = "deals.list_exists"


def add_occasion(session: Session, actor: Actor, data: OccasionInput, *, at: datetime) -> Occasion:
    """Put an occasion on record. Raises NotPermitted or FieldError."""
    require(actor, Permission.WRITE_RECORDS)
    occasion = Occasion(id=new_id(), county_id=actor.county_id, **_values(data), created_at=at, updated_at=at)
    session.add(occasion)
    changes = diff({}, {name: getattr(occasion, name) for name in LABELS})
    _tell(session, actor, "occasion.added", occasion, changes, at=at)
    return occasion


def edit_occasion(
    session: Session, actor: Actor, occasion_id: UUID, data: EditOccasionInput, *, at: datetime
) -> Occasion:
    """Correct an occasion. Raises NotPermitted, NotFound, Stale with both versions, or FieldError."""
    require(actor, Permission.WRITE_RECORDS)
    occasion = queries.get_occasion(session, actor, occasion_id, lock=True)
    before, after = {name: getattr(occasion, name) for name in LABELS}, _values(data)
    expect(occasion, data.version, theirs=before, yours=after, labels=LABELS)
    changes = diff(before, after)
    if not changes:
        return occasion
    for name, value in after.items():
        setattr(occasion, name, value)
    occasion.touch(at)
    _tell(session, actor, "occasion.changed", occasion, changes, at=at)
    return occasion


def add_list(session: Session, actor: Actor, data: ProjectListInput, *, at: datetime) -> ProjectList:
    """Name a list of key projects. Raises NotPermitted or ListExists."""
    require(actor, Permission.VERIFY_TERMS)
    same = select(ProjectList.id).where(
        ProjectList.county_id == actor.county_id,
        ProjectList.name == data.name,
        ProjectList.level == data.level,
        ProjectList.year == data.year,
        ProjectList.batch == data.batch,
    )
    if session.scalar(same) is not None:
        raise ListExists()
    values = data.model_dump()
    row = ProjectList(id=new_id(), county_id=actor.county_id, **values, created_at=at, updated_at=at)
    session.add(row)
    record(session, actor, "project_list.added", ("project_list", row.id), at=at, changes=diff({}, values))
    return row


def _values(data: OccasionInput) -> dict[str, str | date]:
    last_on = data.last_on or data.first_on
    if rules.occasion_problems(data.name, data.first_on, last_on):
        raise FieldError("last_on", "error.deals.occasion_reversed")
    return {
        "name": data.name,
        "kind": data.kind,
        "first_on": data.first_on,
        "last_on": last_on,
        "place": data.place,
        "note": data.note,
    }


def _tell(
    session: Session,
    actor: Actor,
    kind: str,
    occasion: Occasion,
    changes: dict[str, list[object]],
    *,
    at: datetime,
) -> None:
    unit_id = next(iter(actor.unit_ids), None)
    record(session, actor, kind, ("occasion", occasion.id), at=at, unit_id=unit_id, changes=changes)
