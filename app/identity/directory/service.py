"""Use cases of units and tracks: one change, one event."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, covers
from app.core.clock import day_of
from app.core.errors import Conflict, FieldError
from app.core.events import record
from app.core.i18n import N_
from app.core.permissions import Permission, require
from app.identity.directory import queries, rules
from app.identity.directory.schemas import TrackInput, UnitInput
from app.identity.models import Track, Unit
from app.identity.versions import changed, expect

UNIT_LABELS = {
    "name": N_("名称"),
    "short_name": N_("简称"),
    "code": N_("代码"),
    "kind": N_("类型"),
    "parent": N_("上级单位"),
    "track": N_("赛道"),
    "is_verifying": N_("认定单位"),
    "valid_from": N_("启用日期"),
    "valid_to": N_("停用日期"),
}
TRACK_LABELS = {"name": N_("名称"), "position": N_("排序")}


class UnitInUse(Conflict):
    """A unit cannot end while units, people, accounts or programs hang on it."""

    code = "identity.unit_in_use"


class TrackInUse(Conflict):
    """A track cannot be put away while units are ranked in it."""

    code = "identity.track_in_use"


def create_unit(session: Session, actor: Actor, data: UnitInput, *, at: datetime) -> Unit:
    """Add a unit to the tree; the first one is the tree's root.

    Raises NotPermitted or FieldError at `code`, `parent_id`, `track_id` or `valid_to`.
    """
    require(actor, Permission.MANAGE_UNITS)
    _check_unit(session, actor, data, unit=None)
    parent, track = _parent(session, actor, data, unit=None, on=day_of(at)), _track(session, actor, data)
    unit = Unit(county_id=actor.county_id, created_at=at, updated_at=at, **_columns(data))
    unit.parent_id = parent.id if parent else None
    unit.path = _path(parent, data.code)
    session.add(unit)
    session.flush()
    changes = changed({}, _shown_unit(data, parent, track))
    record(session, actor, "unit.created", ("unit", unit.id), at=at, unit_id=unit.id, changes=changes)
    return unit


def edit_unit(session: Session, actor: Actor, unit_id: UUID, data: UnitInput, *, at: datetime) -> Unit:
    """Change a unit; a new code or parent moves everything below it.

    Raises NotFound, Stale, UnitInUse when it would end under somebody's feet, or FieldError.
    """
    require(actor, Permission.MANAGE_UNITS)
    unit = queries.get_unit(session, actor, unit_id, lock=True)
    _check_unit(session, actor, data, unit=unit)
    parent = _parent(session, actor, data, unit=unit, on=day_of(at))
    track = _track(session, actor, data, keep=unit.track_id)
    before = _shown_unit(unit, unit.parent, unit.track)
    after = _shown_unit(data, parent, track)
    expect(unit, data.version, theirs=before, yours=after, labels=UNIT_LABELS)
    _check_end(session, unit, data.valid_to)
    if not (changes := changed(before, after)):
        return unit
    new_path = _path(parent, data.code)
    if new_path != unit.path:
        _move(session, unit, new_path)
    for name, value in _columns(data).items():
        setattr(unit, name, value)
    unit.parent_id = parent.id if parent else None
    unit.touch(at)
    session.flush()
    record(session, actor, "unit.changed", ("unit", unit.id), at=at, unit_id=unit.id, changes=changes)
    return unit


def _columns(data: UnitInput) -> dict[str, Any]:
    return data.model_dump(exclude={"version", "parent_id"})


def _shown_unit(source: UnitInput | Unit, parent: Unit | None, track: Track | None) -> dict[str, Any]:
    """Return the values that people compare, names instead of ids."""
    values = {name: getattr(source, name) for name in UNIT_LABELS if name not in ("parent", "track")}
    return values | {"parent": parent.name if parent else "", "track": track.name if track else ""}


def _check_unit(session: Session, actor: Actor, data: UnitInput, *, unit: Unit | None) -> None:
    namesake = queries.unit_by_code(session, actor, data.code)
    if namesake is not None and namesake is not unit:
        raise FieldError("code", "error.identity.code_taken")
    if data.valid_from and data.valid_to and data.valid_to < data.valid_from:
        raise FieldError("valid_to", "error.identity.ends_before_it_begins")


def _parent(session: Session, actor: Actor, data: UnitInput, *, unit: Unit | None, on: date) -> Unit | None:
    """Return the unit above. The root stays the root; nothing hangs below itself."""
    if unit is not None and unit.parent_id is None:
        if data.parent_id is not None:
            raise FieldError("parent_id", "error.identity.root_stays")
        return None
    if data.parent_id is None:
        if queries.root_unit(session, actor) is not None:
            raise FieldError("parent_id", "error.identity.parent_missing")
        return None
    if unit is not None and unit.parent_id == data.parent_id:
        return unit.parent
    parent = queries.choose_unit(session, actor, data.parent_id, on=on, field="parent_id")
    if unit is not None and covers(unit.path, parent.path):
        raise FieldError("parent_id", "error.identity.below_itself")
    return parent


def _track(session: Session, actor: Actor, data: UnitInput, *, keep: UUID | None = None) -> Track | None:
    if data.track_id is None:
        return None
    track = queries.get_track(session, actor, data.track_id)
    if track.archived_at is not None and track.id != keep:
        raise FieldError("track_id", "error.identity.track_archived")
    return track


def _path(parent: Unit | None, code: str) -> str:
    path = rules.path_of(parent.path if parent else "/", code)
    if len(path) > rules.MAXIMUM_PATH_LENGTH:
        raise FieldError("parent_id", "error.identity.too_deep")
    return path


def _check_end(session: Session, unit: Unit, valid_to: date | None) -> None:
    if valid_to is None or (unit.valid_to is not None and unit.valid_to <= valid_to):
        return
    if unit.parent_id is None:
        raise FieldError("valid_to", "error.identity.root_stays")
    if use := queries.use_of_unit(session, unit, after=valid_to):
        raise UnitInUse(children=use.children, people=use.people, users=use.users, programs=use.programs)


def _move(session: Session, unit: Unit, new_path: str) -> None:
    """Rewrite the paths of a part of the tree; rows below keep their versions, nothing of theirs was edited."""
    old = unit.path
    if queries.longest_path_below(session, unit) - len(old) + len(new_path) > rules.MAXIMUM_PATH_LENGTH:
        raise FieldError("parent_id", "error.identity.too_deep")
    below = Unit.path.startswith(old, autoescape=True)
    moved = literal(new_path) + func.substr(Unit.path, len(old) + 1)
    session.execute(
        update(Unit)
        .where(Unit.county_id == unit.county_id, below)
        .values(path=moved)
        .execution_options(synchronize_session=False)
    )
    unit.path = new_path


def create_track(session: Session, actor: Actor, data: TrackInput, *, at: datetime) -> Track:
    """Raises NotPermitted, or FieldError at `name`."""
    require(actor, Permission.MANAGE_UNITS)
    if queries.track_by_name(session, actor, data.name) is not None:
        raise FieldError("name", "error.identity.name_taken")
    track = Track(
        county_id=actor.county_id, name=data.name, position=data.position, created_at=at, updated_at=at
    )
    session.add(track)
    session.flush()
    changes = changed({}, _values(data, TRACK_LABELS))
    record(session, actor, "track.created", ("track", track.id), at=at, changes=changes)
    return track


def edit_track(session: Session, actor: Actor, track_id: UUID, data: TrackInput, *, at: datetime) -> Track:
    """Raises NotFound, Stale, or FieldError at `name`."""
    require(actor, Permission.MANAGE_UNITS)
    track = queries.get_track(session, actor, track_id, lock=True)
    before, after = _values(track, TRACK_LABELS), _values(data, TRACK_LABELS)
    expect(track, data.version, theirs=before, yours=after, labels=TRACK_LABELS)
    namesake = queries.track_by_name(session, actor, data.name)
    if namesake is not None and namesake is not track:
        raise FieldError("name", "error.identity.name_taken")
    if changes := changed(before, after):
        track.name, track.position = data.name, data.position
        track.touch(at)
        record(session, actor, "track.changed", ("track", track.id), at=at, changes=changes)
    return track


def archive_track(
    session: Session, actor: Actor, track_id: UUID, *, away: bool, expected_version: int, at: datetime
) -> Track:
    """Put a track away, or take it out again. Raises NotFound, Stale or TrackInUse."""
    require(actor, Permission.MANAGE_UNITS)
    track = queries.get_track(session, actor, track_id, lock=True)
    expect(track, expected_version, theirs=_values(track, TRACK_LABELS), labels=TRACK_LABELS)
    if (track.archived_at is not None) == away:
        return track
    if away and (many := queries.units_in_track(session, track, on=day_of(at))):
        raise TrackInUse(units=many)
    track.archived_at = at if away else None
    track.touch(at)
    record(session, actor, "track.archived" if away else "track.restored", ("track", track.id), at=at)
    return track


def _values(source: object, labels: dict[str, str]) -> dict[str, Any]:
    return {name: getattr(source, name) for name in labels}
