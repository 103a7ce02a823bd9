"""Reads about units and tracks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from app.core.actor import Actor, Role
from app.core.errors import FieldError, NotFound
from app.core.permissions import Permission
from app.identity.directory import rules
from app.identity.directory.schemas import UnitFilter
from app.identity.models import MembershipRow, Person, ServiceAccount, Track, Unit, User

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit in a list, with how many people and accounts it has."""

    unit: Unit
    depth: int
    people: int
    users: int


@dataclass(frozen=True, slots=True)
class UnitUse:
    """What still hangs on a unit after a day."""

    children: int
    people: int
    users: int
    programs: int

    def __bool__(self) -> bool:
        return bool(self.children or self.people or self.users or self.programs)


def visible_to(actor: Actor) -> Select[Unit]:
    """Start every read of units here: names of units are known to everybody in the county."""
    return select(Unit).where(Unit.county_id == actor.county_id)


def within_reach(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Return the condition on `Unit` that it lies where the actor may use a permission of the unit's head."""
    paths = actor.paths(Role.UNIT_HEAD) if permission is Permission.MANAGE_UNIT_USERS else ()
    return or_(false(), *(Unit.path.startswith(path, autoescape=True) for path in paths))


def valid_on(day: date) -> ColumnElement[bool]:
    """Return the condition that a unit holds on a day."""
    return and_(
        or_(Unit.valid_from.is_(None), Unit.valid_from <= day),
        or_(Unit.valid_to.is_(None), Unit.valid_to >= day),
    )


def page_of_units(
    session: Session, actor: Actor, wanted: UnitFilter, *, on: date
) -> tuple[list[UnitRow], int]:
    """Return one page of the tree with counts, and how many units there are in all."""
    chosen = visible_to(actor)
    if wanted.q:
        chosen = chosen.where(contains(wanted.q, Unit.name, Unit.short_name, Unit.code))
    if wanted.kind is not None:
        chosen = chosen.where(Unit.kind == wanted.kind)
    if wanted.track is not None:
        chosen = chosen.where(Unit.track_id == wanted.track)
    if wanted.state == "valid":
        chosen = chosen.where(valid_on(on))
    if wanted.state == "ended":
        chosen = chosen.where(Unit.valid_to < on)
    people = _count(select(func.count()).where(Person.unit_id == Unit.id, Person.archived_at.is_(None)))
    users = _count(
        select(func.count(func.distinct(MembershipRow.user_id))).where(
            MembershipRow.unit_id == Unit.id, _membership_after(on)
        )
    )
    columns = {"path": Unit.path, "name": Unit.name, "code": Unit.code, "kind": Unit.kind}
    rows = session.execute(
        chosen.add_columns(people, users)
        .options(joinedload(Unit.track))
        .order_by(in_order(columns, wanted.sort), Unit.id)
        .limit(PAGE_SIZE)
        .offset((wanted.page - 1) * PAGE_SIZE)
    ).all()
    found = [UnitRow(unit, rules.depth(unit.path), many, accounts) for unit, many, accounts in rows]
    return found, total_of(session, chosen)


def get_unit(session: Session, actor: Actor, unit_id: UUID, *, lock: bool = False) -> Unit:
    """Return a unit with its track and the unit above. Raises NotFound."""
    chosen = visible_to(actor).where(Unit.id == unit_id)
    if lock:
        chosen = chosen.with_for_update(of=Unit)
    unit = session.scalar(chosen.options(joinedload(Unit.track), joinedload(Unit.parent)))
    if unit is None:
        raise NotFound()
    return unit


def unit_by_code(session: Session, actor: Actor, code: str) -> Unit | None:
    """Return the county's unit of that code, or None."""
    return session.scalar(visible_to(actor).where(Unit.code == code))


def root_unit(session: Session, actor: Actor) -> Unit | None:
    """Return the unit at the top of the tree, or None in an empty county."""
    return session.scalar(visible_to(actor).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1))


def choose_unit(session: Session, actor: Actor, unit_id: UUID, *, on: date, field: str = "unit_id") -> Unit:
    """Return a unit that a form chose. Raises FieldError when it is unknown or has ended."""
    unit = session.scalar(visible_to(actor).where(Unit.id == unit_id))
    if unit is None:
        raise FieldError(field, "error.identity.unit_unknown")
    if unit.valid_to is not None and unit.valid_to < on:
        raise FieldError(field, "error.identity.unit_ended")
    return unit


def unit_choices(session: Session, actor: Actor, *, on: date, keep: UUID | None = None) -> Sequence[Unit]:
    """Return the units that a form may offer, in the order of the tree; `keep` stays though it has ended."""
    offered = or_(valid_on(on), Unit.valid_from > on)
    if keep is not None:
        offered = or_(offered, Unit.id == keep)
    return session.scalars(visible_to(actor).where(offered).order_by(Unit.path, Unit.id)).all()


def use_of_unit(session: Session, unit: Unit, *, after: date) -> UnitUse:
    """Count what would be left without a unit if this one ended that day."""
    children = select(func.count()).where(
        Unit.parent_id == unit.id, or_(Unit.valid_to.is_(None), Unit.valid_to > after)
    )
    people = select(func.count()).where(Person.unit_id == unit.id, Person.archived_at.is_(None))
    users = (
        select(func.count(func.distinct(MembershipRow.user_id)))
        .join(User, User.id == MembershipRow.user_id)
        .where(
            MembershipRow.unit_id == unit.id,
            User.disabled_at.is_(None),
            or_(MembershipRow.valid_to.is_(None), MembershipRow.valid_to > after),
        )
    )
    programs = select(func.count()).where(
        ServiceAccount.unit_id == unit.id, ServiceAccount.disabled_at.is_(None)
    )
    counts = session.execute(select(_count(children), _count(people), _count(users), _count(programs))).one()
    return UnitUse(children=counts[0], people=counts[1], users=counts[2], programs=counts[3])


def longest_path_below(session: Session, unit: Unit) -> int:
    """Return the length of the longest path in a unit's part of the tree, its own included."""
    below = Unit.path.startswith(unit.path, autoescape=True)
    longest = select(func.max(func.length(Unit.path))).where(Unit.county_id == unit.county_id, below)
    return session.scalar(longest) or 0


def tracks(session: Session, actor: Actor, *, archived: bool = False) -> Sequence[tuple[Track, int]]:
    """Return every track with its number of units; a county has a dozen at most."""
    units = _count(select(func.count()).where(Unit.track_id == Track.id))
    chosen = select(Track, units).where(Track.county_id == actor.county_id)
    if not archived:
        chosen = chosen.where(Track.archived_at.is_(None))
    rows = session.execute(chosen.order_by(Track.position, Track.name, Track.id).limit(500))
    return [(track, many) for track, many in rows]


def get_track(session: Session, actor: Actor, track_id: UUID, *, lock: bool = False) -> Track:
    """Raises NotFound."""
    chosen = select(Track).where(Track.county_id == actor.county_id, Track.id == track_id)
    track = session.scalar(chosen.with_for_update() if lock else chosen)
    if track is None:
        raise NotFound()
    return track


def track_by_name(session: Session, actor: Actor, name: str) -> Track | None:
    """Return the county's track of that name, archived or not, or None."""
    return session.scalar(select(Track).where(Track.county_id == actor.county_id, Track.name == name))


def units_in_track(session: Session, track: Track, *, on: date) -> int:
    """Count the units that are ranked in a track on a day."""
    counting = select(func.count()).where(Unit.track_id == track.id, valid_on(on))
    return session.scalar(counting) or 0


def _membership_after(day: date) -> ColumnElement[bool]:
    return or_(MembershipRow.valid_to.is_(None), MembershipRow.valid_to >= day)


def _count(counting: Select[int]) -> ColumnElement[int]:
    return counting.scalar_subquery()


def contains(text: str, *columns: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Return the condition that one of the columns has the text in it."""
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def in_order(columns: dict[str, InstrumentedAttribute[str]], sort: str) -> ColumnElement[str]:
    """Return the order that a list's `sort` names; a minus turns it round."""
    column = columns[sort.removeprefix("-")]
    return column.desc() if sort.startswith("-") else column.asc()


def total_of(session: Session, chosen: Select[Any]) -> int:
    """Count the rows that a list would have without its pages."""
    return session.scalar(select(func.count()).select_from(chosen.order_by(None).subquery())) or 0
