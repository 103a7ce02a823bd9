"""Use cases of contacts. Names and numbers are personal: in the history they stand where they can be erased."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor, Role
from app.core.events import erase_private, record
from app.core.i18n import N_
from app.core.ids import new_id
from app.core.permissions import Permission, require, require_over
from app.core.text import clean_text, fold, mask_phone
from app.identity.models import Unit
from app.identity.versions import changed, expect
from app.investors.contacts import queries
from app.investors.contacts.schemas import EditContactInput, RevealInput
from app.investors.models import Contact

# Whoever writes records does so for the own unit; a partner's program writes for none.
_WRITERS = (Role.MEMBER, Role.UNIT_HEAD, Role.VERIFIER)
ERASED = "已清除"
PERSONAL = frozenset({"name", "phone", "wechat"})
LABELS = {
    "name": N_("姓名"),
    "post": N_("职务"),
    "phone": N_("电话"),
    "wechat": N_("微信"),
    "consent": N_("本人同意"),
}


@dataclass(frozen=True, slots=True)
class NewContact:
    """Somebody who is to be added, and the event that will say so."""

    contact: Contact
    event: dict[str, Any]


def add_contact(
    session: Session,
    actor: Actor,
    *,
    investor_id: UUID,
    unit_id: UUID,
    name: str,
    post: str = "",
    phone: str = "",
    wechat: str = "",
    consent: bool = False,
    at: datetime,
) -> Contact:
    """Write down somebody at an investor as a contact of a unit; the same person and number is kept once.

    A partner's referral gives its contact to the unit that receives it. Raises NotFound, or NotPermitted for a unit
    that the actor does not write for.
    """
    unit = queries.unit_of(session, actor, unit_id)
    known = queries.contacts_at(session, [investor_id]).get(investor_id, [])
    said = {"name": name, "post": post, "phone": phone, "wechat": wechat, "consent": consent}
    made = new_contact(actor, unit, investor_id, said, known=known, at=at)
    if isinstance(made, Contact):
        return made
    session.add(made.contact)
    session.flush()
    record(session, actor, **made.event)
    return made.contact


def new_contact(
    actor: Actor,
    unit: Unit,
    investor_id: UUID,
    said: Mapping[str, Any],
    *,
    known: Sequence[Contact],
    at: datetime,
) -> NewContact | Contact:
    """Make a unit's contact of what was said (`LABELS`), or return the one that is the same among those known at the
    investor. Nothing is written yet. Raises NotPermitted for a unit that the actor does not write for."""
    _require_writing(actor, unit)
    longest = {"name": 60, "post": 80, "phone": 40, "wechat": 60}
    texts = {
        field: clean_text(said.get(field, ""), multiline=False)[:most] for field, most in longest.items()
    }
    same = queries.same_contact(known, unit.id, name=texts["name"], phone=texts["phone"])
    if same is not None:
        return same
    contact = Contact(
        id=new_id(),
        county_id=actor.county_id,
        investor_id=investor_id,
        unit_id=unit.id,
        consent=bool(said.get("consent")),
        created_at=at,
        updated_at=at,
        **texts,
    )
    values = {field: value for field, value in _values(contact).items() if value}
    return NewContact(contact, _event("contact.added", contact, changed({}, values), at=at))


def edit_contact(
    session: Session, actor: Actor, contact_id: UUID, data: EditContactInput, *, at: datetime
) -> Contact:
    """Correct a contact of a unit that the actor writes for. Raises NotFound, NotPermitted or Stale."""
    row = queries.get_contact(session, actor, contact_id, lock=True)
    _require_writing(actor, row.unit)
    contact, before = row.contact, _values(row.contact)
    after = {field: getattr(data, field) for field in LABELS}
    for field in ("phone", "wechat"):
        # The form never shows a number, so an empty field means: as it was.
        if not after[field]:
            after[field] = "" if data.forget_numbers else before[field]
    expect(contact, data.version, theirs=_masked(before), yours=_masked(after), labels=LABELS)
    if not (changes := changed(before, after)):
        return contact
    for field, value in after.items():
        setattr(contact, field, value)
    contact.touch(at)
    _record(session, actor, "contact.changed", contact, changes, at=at)
    return contact


def remove_contact(
    session: Session, actor: Actor, contact_id: UUID, *, expected_version: int, at: datetime
) -> Contact:
    """Take a contact away from all pages. Raises NotFound, NotPermitted or Stale."""
    row = queries.get_contact(session, actor, contact_id, lock=True)
    _require_writing(actor, row.unit)
    expect(row.contact, expected_version, theirs=_masked(_values(row.contact)), labels=LABELS)
    row.contact.archived_at = at
    row.contact.touch(at)
    _record(session, actor, "contact.removed", row.contact, {}, at=at)
    return row.contact


def reveal_contact(
    session: Session, actor: Actor, contact_id: UUID, data: RevealInput, *, at: datetime
) -> Contact:
    """Give a contact with its number, and write down who looked and why (domain §10). Raises NotFound."""
    require(actor, Permission.READ_RECORDS)
    contact = queries.get_contact(session, actor, contact_id).contact
    purpose = {"purpose": (None, data.purpose.value)}
    _record(session, actor, "contact.revealed", contact, purpose, at=at, note=data.reason)
    return contact


def erase_contact(session: Session, actor: Actor, contact: Contact, *, reason: str, at: datetime) -> int:
    """Erase a contact's person, here and in the history; returns in how many events (law on personal data).

    The row stays without a person, so that what points to it still does.
    """
    require(actor, Permission.MANAGE_USERS)
    erased = erase_private(session, actor, ("contact", contact.id), reason=reason, at=at)
    contact.name, contact.post, contact.phone, contact.wechat = ERASED, "", "", ""
    contact.consent = False
    contact.archived_at = contact.archived_at or at
    contact.touch(at)
    return erased


def _require_writing(actor: Actor, unit: Unit) -> None:
    require(actor, Permission.REFER_LEADS)
    if actor.has(*_WRITERS):
        require_over(actor, Permission.WRITE_RECORDS, unit.path, unit.id)


def _values(contact: Contact) -> dict[str, Any]:
    return {field: getattr(contact, field) for field in LABELS}


def _masked(values: dict[str, Any]) -> dict[str, Any]:
    return values | {"phone": mask_phone(values["phone"]), "wechat": mask_wechat(values["wechat"])}


def mask_wechat(account: str) -> str:
    """Hide a chat account but for its first two characters."""
    return f"{fold(account)[:2]}****" if account else ""


def _record(
    session: Session,
    actor: Actor,
    kind: str,
    contact: Contact,
    changes: dict[str, tuple[Any, Any]],
    *,
    at: datetime,
    note: str = "",
) -> None:
    record(session, actor, **_event(kind, contact, changes, at=at, note=note))


def _event(
    kind: str, contact: Contact, changes: dict[str, tuple[Any, Any]], *, at: datetime, note: str = ""
) -> dict[str, Any]:
    return {
        "kind": kind,
        "subject": ("contact", contact.id),
        "at": at,
        "unit_id": contact.unit_id,
        "changes": {field: pair for field, pair in changes.items() if field not in PERSONAL},
        "private": {field: pair for field, pair in changes.items() if field in PERSONAL},
        "note": note,
        "also": [("investor", contact.investor_id)],
    }
