"""Reads about contacts: by the unit that added them and by roles that read all (domain §5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, or_, select, true
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.permissions import Permission, allowed, require
from app.core.text import fold, normal_phone
from app.identity.models import Unit
from app.identity.queries import in_readable_units
from app.investors.models import Contact, Investor


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact with the unit whose contact it is."""

    contact: Contact
    unit: Unit


def visible_to(actor: Actor) -> Select[Contact]:
    """Start every read of contacts here."""
    seen = true() if allowed(actor, Permission.READ_CONTACTS) else in_readable_units(Contact.unit_id, actor)
    return select(Contact).where(Contact.county_id == actor.county_id, Contact.archived_at.is_(None), seen)


def contacts_of(session: Session, actor: Actor, investor: Investor) -> list[ContactRow]:
    """Return the contacts at an investor, and at the records that stand behind it, that the actor may see."""
    behind = select(Investor.id).where(Investor.canonical_id == investor.id)
    rows = session.execute(
        visible_to(actor)
        .add_columns(Unit)
        .join(Unit, Unit.id == Contact.unit_id)
        .where(or_(Contact.investor_id == investor.id, Contact.investor_id.in_(behind)))
        .order_by(Contact.created_at, Contact.id)
        .limit(200)
    )
    return [ContactRow(contact, unit) for contact, unit in rows]


def get_contact(session: Session, actor: Actor, contact_id: UUID, *, lock: bool = False) -> ContactRow:
    """Return a contact that the actor may see. Raises NotFound."""
    chosen = visible_to(actor).add_columns(Unit).join(Unit, Unit.id == Contact.unit_id)
    if lock:
        chosen = chosen.with_for_update(of=Contact)
    row = session.execute(chosen.where(Contact.id == contact_id)).first()
    if row is None:
        raise NotFound()
    return ContactRow(*row)


def contact_to_erase(session: Session, actor: Actor, contact_id: UUID) -> ContactRow:
    """Return any unit's contact, removed or not, with its unit, for the terminal. Raises NotFound."""
    require(actor, Permission.MANAGE_USERS)
    chosen = select(Contact, Unit).join(Unit, Unit.id == Contact.unit_id).with_for_update(of=Contact)
    row = session.execute(
        chosen.where(Contact.id == contact_id, Contact.county_id == actor.county_id)
    ).first()
    if row is None:
        raise NotFound()
    return ContactRow(*row)


def contacts_at(session: Session, investor_ids: Collection[UUID]) -> dict[UUID, list[Contact]]:
    """Return the contacts of every unit at each of these investors, for comparing; nobody is shown them."""
    found: dict[UUID, list[Contact]] = {}
    if not investor_ids:
        return found
    chosen = select(Contact).where(Contact.investor_id.in_(investor_ids), Contact.archived_at.is_(None))
    for each in session.scalars(chosen.order_by(Contact.created_at, Contact.id)):
        found.setdefault(each.investor_id, []).append(each)
    return found


def same_contact(known: Iterable[Contact], unit_id: UUID, *, name: str, phone: str) -> Contact | None:
    """Return the unit's contact of that name and number among an investor's, or None.

    A number is the same however it is written: with spaces, hyphens or the country's code.
    """
    return next(
        (
            each
            for each in known
            if each.unit_id == unit_id and fold(each.name) == fold(name) and _same_number(each.phone, phone)
        ),
        None,
    )


def _same_number(known: str, given: str) -> bool:
    if known == given or not (known and given):
        return known == given
    number = normal_phone(given)
    return number is not None and number == normal_phone(known)


def unit_of(session: Session, actor: Actor, unit_id: UUID) -> Unit:
    """Return a unit of the actor's county. Raises NotFound."""
    unit = session.get(Unit, unit_id)
    if unit is None or unit.county_id != actor.county_id:
        raise NotFound()
    return unit
