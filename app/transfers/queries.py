"""The county's units and people by the names that ledgers give them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.events import PastEvent, timeline
from app.core.files import get_file
from app.core.models.files import File
from app.core.text import fold
from app.identity.models import Person, Track, Unit


@dataclass(slots=True)
class Directory:
    """Units and people, found by folded names; a name that several bear finds nobody without the unit."""

    units: dict[str, list[Unit]] = field(default_factory=lambda: defaultdict(list))
    people: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))

    def unit(self, name: str) -> Unit | None:
        """Find a unit by name, short name or code."""
        found = self.units.get(fold(name), [])
        return found[0] if len(found) == 1 else None

    def person(self, name: str, *, near: tuple[UUID | None, ...] = (), leader: bool = False) -> Person | None:
        """Find somebody of the roster: the only one of the name, else the only one in a unit that is near."""
        found = [each for each in self.people.get(fold(name), []) if each.is_leader or not leader]
        if len(found) > 1:
            found = [each for each in found if each.unit_id in near]
        return found[0] if len(found) == 1 else None


def directory(session: Session, actor: Actor) -> Directory:
    """Read all units and people of the county in two queries."""
    found = Directory()
    for unit in session.scalars(select(Unit).where(Unit.county_id == actor.county_id).order_by(Unit.id)):
        for name in {fold(unit.name), fold(unit.short_name), fold(unit.code)} - {""}:
            found.units[name].append(unit)
    alive = select(Person).where(Person.county_id == actor.county_id, Person.archived_at.is_(None))
    for person in session.scalars(alive.order_by(Person.id)):
        found.people[fold(person.name)].append(person)
    return found


def lock_unit(session: Session, unit_id: UUID) -> Unit:
    """Hold a unit until the transaction ends, so that two imports into it check and write one after the other."""
    return session.scalars(select(Unit).where(Unit.id == unit_id).with_for_update()).one()


def own_file(session: Session, actor: Actor, file_id: UUID) -> File:
    """Return a ledger that the actor brought. Raises NotFound for anybody else's."""
    file = get_file(session, file_id)
    if file.uploaded_by != actor.id or file.county_id != actor.county_id:
        raise NotFound()
    return file


def imported(session: Session, file: File) -> PastEvent | None:
    """Return the event of the newest import of a file."""
    events = timeline(session, ("file", file.id), limit=20)
    return next((event for event in events if event.kind == "transfer.imported"), None)


def all_units(session: Session, actor: Actor) -> Sequence[Unit]:
    """Return the county's units in the order of the tree: whatever stands above comes first."""
    return session.scalars(
        select(Unit).where(Unit.county_id == actor.county_id).order_by(Unit.path, Unit.id)
    ).all()


def track_names(session: Session, actor: Actor) -> dict[UUID, str]:
    """Return the names of all tracks, put away or not."""
    rows = session.execute(select(Track.id, Track.name).where(Track.county_id == actor.county_id))
    return {row.id: row.name for row in rows}


def roster(session: Session, actor: Actor) -> list[tuple[Person, str]]:
    """Return everybody on the roster with the unit's name, unit by unit."""
    chosen = (
        select(Person, Unit.name)
        .join(Unit, Unit.id == Person.unit_id)
        .where(Person.county_id == actor.county_id, Person.archived_at.is_(None))
        .order_by(Unit.path, Person.position, Person.name, Person.id)
    )
    return [(person, unit) for person, unit in session.execute(chosen)]
