"""Use cases of occasions (签约活动) and lists of key projects: simple records of the county."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

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
from app.deals.occasions.schemas import (
    EditOccasionInput,
    EditProjectListInput,
    OccasionInput,
    ProjectListInput,
)
from app.identity.versions import expect

LABELS = {
    "name": N_("名称"),
    "kind": N_("类别"),
    "first_on": N_("开始日期"),
    "last_on": N_("结束日期"),
    "place": N_("地点"),
    "note": N_("备注"),
}
LIST_LABELS = {
    "name": N_("名称"),
    "level": N_("层级"),
    "year": N_("年份"),
    "batch": N_("批次"),
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
    values = _values_of_list(data)
    _refuse_second(session, actor, values, but=None)
    row = ProjectList(id=new_id(), county_id=actor.county_id, **values, created_at=at, updated_at=at)
    session.add(row)
    record(session, actor, "project_list.added", ("project_list", row.id), at=at, changes=diff({}, values))
    return row


def edit_list(
    session: Session, actor: Actor, list_id: UUID, data: EditProjectListInput, *, at: datetime
) -> ProjectList:
    """Name a list anew; the deals on it stay.

    Raises NotPermitted, NotFound, ListExists, or Stale with both versions.
    """
    require(actor, Permission.VERIFY_TERMS)
    row = queries.get_list(session, actor, list_id, lock=True)
    before, after = _values_of_list(row), _values_of_list(data)
    expect(row, data.version, theirs=before, yours=after, labels=LIST_LABELS)
    _refuse_second(session, actor, after, but=row.id)
    changes = diff(before, after)
    if not changes:
        return row
    for name, value in after.items():
        setattr(row, name, value)
    row.touch(at)
    record(session, actor, "project_list.changed", ("project_list", row.id), at=at, changes=changes)
    return row


def _values_of_list(source: ProjectList | ProjectListInput) -> dict[str, str | int]:
    return {name: getattr(source, name) for name in LIST_LABELS}


def _refuse_second(session: Session, actor: Actor, values: dict[str, str | int], *, but: UUID | None) -> None:
    if queries.same_list(session, actor, values) not in (None, but):
        raise ListExists()


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
