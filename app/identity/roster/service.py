"""Use cases of the roster: one change, one event. Names and phones are personal: they go where they can be erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import Conflict
from app.core.events import erase_private, record
from app.core.i18n import N_
from app.core.permissions import Permission, require
from app.identity.directory import queries as directory_queries
from app.identity.models import Person, Unit
from app.identity.roster import queries
from app.identity.roster.schemas import PersonInput
from app.identity.versions import changed, expect

PERSONAL = frozenset({"name", "phone"})
PERSON_LABELS = {
    "name": N_("姓名"),
    "unit": N_("单位"),
    "post": N_("职务"),
    "phone": N_("电话"),
    "is_leader": N_("领导"),
    "line": N_("分管口"),
    "position": N_("排序"),
}


class PersonHasAccount(Conflict):
    """Somebody with a live account stays on the roster until the account is switched off."""

    code = "identity.person_has_account"


def add_person(session: Session, actor: Actor, data: PersonInput, *, at: datetime) -> Person:
    """Put somebody on the roster. Raises NotPermitted, or FieldError at `unit_id`."""
    require(actor, Permission.MANAGE_USERS)
    unit = directory_queries.choose_unit(session, actor, data.unit_id, on=day_of(at))
    person = Person(
        county_id=actor.county_id, created_at=at, updated_at=at, **data.model_dump(exclude={"version"})
    )
    session.add(person)
    session.flush()
    _record(session, actor, "person.added", person, changed({}, _shown(data, unit)), at=at)
    return person


def edit_person(
    session: Session, actor: Actor, person_id: UUID, data: PersonInput, *, at: datetime
) -> Person:
    """Change somebody's post, unit or line. Raises NotFound, Stale, or FieldError at `unit_id`."""
    require(actor, Permission.MANAGE_USERS)
    person = queries.get_person(session, actor, person_id, lock=True)
    unit = person.unit
    if data.unit_id != person.unit_id:
        unit = directory_queries.choose_unit(session, actor, data.unit_id, on=day_of(at))
    before, after = _shown(person, person.unit), _shown(data, unit)
    expect(person, data.version, theirs=before, yours=after, labels=PERSON_LABELS)
    if not (changes := changed(before, after)):
        return person
    for name, value in data.model_dump(exclude={"version"}).items():
        setattr(person, name, value)
    person.touch(at)
    _record(session, actor, "person.changed", person, changes, at=at)
    return person


def archive_person(
    session: Session, actor: Actor, person_id: UUID, *, away: bool, expected_version: int, at: datetime
) -> Person:
    """Take somebody off the roster, or put them back. Raises NotFound, Stale or PersonHasAccount."""
    require(actor, Permission.MANAGE_USERS)
    person = queries.get_person(session, actor, person_id, lock=True)
    expect(person, expected_version, theirs=_shown(person, person.unit), labels=PERSON_LABELS)
    if (person.archived_at is not None) == away:
        return person
    if away and queries.has_account(session, person.id):
        raise PersonHasAccount()
    person.archived_at = at if away else None
    person.touch(at)
    _record(session, actor, "person.archived" if away else "person.restored", person, {}, at=at)
    return person


def erase_person(session: Session, actor: Actor, person_id: UUID, *, reason: str, at: datetime) -> int:
    """Erase somebody's telephone, here and in the history; returns in how many events (law on personal data).

    The name stays on what the person did in office. Raises NotFound.
    """
    require(actor, Permission.MANAGE_USERS)
    person = queries.get_person(session, actor, person_id, lock=True)
    erased = erase_private(session, actor, ("person", person.id), reason=reason, at=at)
    person.phone = ""
    person.touch(at)
    return erased


def _shown(source: PersonInput | Person, unit: Unit) -> dict[str, Any]:
    """Return the values that people compare, the unit by its name."""
    return {name: getattr(source, name) for name in PERSON_LABELS if name != "unit"} | {"unit": unit.name}


def _record(
    session: Session,
    actor: Actor,
    kind: str,
    person: Person,
    changes: dict[str, tuple[Any, Any]],
    *,
    at: datetime,
) -> None:
    record(
        session,
        actor,
        kind,
        ("person", person.id),
        at=at,
        unit_id=person.unit_id,
        changes={name: pair for name, pair in changes.items() if name not in PERSONAL},
        private={name: pair for name, pair in changes.items() if name in PERSONAL},
    )
