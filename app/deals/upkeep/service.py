"""Use cases around a deal: who may open it, on which lists it stands, who is responsible for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session, joinedload

from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.permissions import Permission, holds_over, require
from app.deals import queries
from app.deals.changes import index, put_on_record, require_change
from app.deals.following import queries as following
from app.deals.models import Deal, DealReader, ListedDeal, ProjectList
from app.deals.schemas import ConfidentialInput, ListsInput
from app.identity.versions import changed, expect

_READER_LABELS = {"confidential": N_("保密"), "readers": N_("知情人")}


def set_confidential(
    session: Session, actor: Actor, deal_id: UUID, data: ConfidentialInput, *, at: datetime
) -> Deal:
    """Keep a deal to its owner and the people named, or open it again. Raises NotFound, NotPermitted or Stale."""
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    require_change(actor, deal)
    named = queries.known_people(session, actor, data.readers) if data.confidential else []
    before = {
        "confidential": deal.confidential,
        "readers": "、".join(following.reader_names(session, deal)),
    }
    after = {"confidential": data.confidential, "readers": "、".join(sorted(each.name for each in named))}
    expect(deal, data.version, theirs=before, yours=after, labels=_READER_LABELS)
    session.refresh(deal, ["readers"])
    wanted = {person.id for person in named}
    kept = [reader for reader in deal.readers if reader.person_id in wanted]
    known = {reader.person_id for reader in kept}
    deal.readers = kept + [DealReader(person_id=key) for key in sorted(wanted - known)]
    deal.confidential = data.confidential
    changes = changed(before, after)
    if not changes:
        return deal
    deal.touch(at)
    put_on_record(session, actor, "deal.readers_changed", deal, at=at, changes=changes)
    index(session, deal, at=at)
    return deal


def set_lists(session: Session, actor: Actor, deal_id: UUID, data: ListsInput, *, at: datetime) -> Deal:
    """Say on which lists of key projects a deal stands. Raises NotFound, NotPermitted or Stale."""
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    require_change(actor, deal)
    before = list_words(queries.lists_of(session, deal))
    wanted = {each.id: each for each in queries.lists_offered(session, actor) if each.id in data.lists}
    after = list_words(wanted.values())
    labels = {"lists": N_("项目库")}
    expect(deal, data.version, theirs={"lists": before}, yours={"lists": after}, labels=labels)
    session.refresh(deal, ["lists"])
    kept = [row for row in deal.lists if row.list_id in wanted]
    known = {row.list_id for row in kept}
    deal.lists = kept + [ListedDeal(list_id=key, added_at=at) for key in wanted if key not in known]
    if before != after:
        deal.touch(at)
        put_on_record(session, actor, "deal.listed", deal, at=at, changes={"lists": (before, after)})
    return deal


def list_words(lists: Iterable[ProjectList]) -> str:
    """Name lists in one text: two of the same name differ by year and batch."""
    return "、".join(sorted(f"{each.name}（{each.year}{each.batch and ' ' + each.batch}）" for each in lists))


def reassign(
    session: Session, actor: Actor, *, from_person_id: UUID, to_person_id: UUID, at: datetime
) -> Sequence[Deal]:
    """Move every running deal that one person is responsible for to another; returns what was moved.

    Only deals of units over which the actor may hand over, and which the actor may open.
    Raises NotPermitted, or NotFound when the receiving person is not on the roster.
    """
    require(actor, Permission.HAND_OVER)
    people = {each.id: each for each in queries.known_people(session, actor, [from_person_id, to_person_id])}
    if to_person_id not in people:
        raise NotFound()
    giving = people.get(from_person_id)
    chosen = queries.open_of_person(actor, from_person_id).options(joinedload(Deal.owner_unit))
    moved = []
    for deal in session.scalars(chosen.order_by(Deal.id).with_for_update(of=Deal)):
        if not holds_over(actor, Permission.HAND_OVER, deal.owner_unit.path, deal.owner_unit_id):
            continue
        deal.responsible_person_id, deal.responsible_text = to_person_id, ""
        deal.touch(at)
        changes = {"responsible_person": (giving.name if giving else "", people[to_person_id].name)}
        put_on_record(session, actor, "deal.handed_over", deal, at=at, changes=changes)
        moved.append(deal)
    return moved
