"""Reads about the roster."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, select
from sqlalchemy.orm import Session, contains_eager

from app.core.actor import Actor, Role
from app.core.errors import NotFound
from app.core.permissions import STAFF
from app.identity.directory.queries import PAGE_SIZE, contains, in_order, total_of
from app.identity.models import Person, Unit, User
from app.identity.roster.schemas import PersonFilter


def visible_to(actor: Actor) -> Select[Person]:
    """Start every read of people here: staff and administrators know the roster, auditors and partners do not."""
    chosen = select(Person).join(Person.unit).where(Person.county_id == actor.county_id)
    return chosen if actor.has(*STAFF, Role.ADMIN) else chosen.where(false())


def page_of_people(
    session: Session, actor: Actor, wanted: PersonFilter, *, reach: ColumnElement[bool] | None = None
) -> tuple[Sequence[Person], int]:
    """Return one page of the roster with units, and how many people there are; `reach` narrows it to some units."""
    chosen = visible_to(actor)
    if reach is not None:
        chosen = chosen.where(reach)
    if wanted.q:
        chosen = chosen.where(contains(wanted.q, Person.name, Person.post, Unit.name))
    if wanted.unit is not None:
        chosen = chosen.where(Person.unit_id == wanted.unit)
    if wanted.leaders:
        chosen = chosen.where(Person.is_leader)
    if wanted.state != "all":
        archived = Person.archived_at.is_not(None)
        chosen = chosen.where(archived if wanted.state == "archived" else ~archived)
    columns = {"unit": Unit.path, "name": Person.name}
    rows = session.scalars(
        chosen.options(contains_eager(Person.unit))
        .order_by(in_order(columns, wanted.sort), Person.position, Person.name, Person.id)
        .limit(PAGE_SIZE)
        .offset((wanted.page - 1) * PAGE_SIZE)
    ).all()
    return rows, total_of(session, chosen)


def get_person(session: Session, actor: Actor, person_id: UUID, *, lock: bool = False) -> Person:
    """Return somebody of the roster with the unit. Raises NotFound."""
    chosen = visible_to(actor).where(Person.id == person_id)
    if lock:
        chosen = chosen.with_for_update(of=Person)
    person = session.scalar(chosen.options(contains_eager(Person.unit)))
    if person is None:
        raise NotFound()
    return person


def has_account(session: Session, person_id: UUID) -> bool:
    """Say whether a person has an account that is switched on."""
    live = select(User.id).where(User.person_id == person_id, User.disabled_at.is_(None))
    return session.scalar(live.limit(1)) is not None


def find_person(session: Session, actor: Actor, text: str) -> Person | None:
    """Return the person whose id was typed into a form, or None for anything else."""
    try:
        return get_person(session, actor, UUID(text))
    except (ValueError, NotFound):
        return None
