"""Use cases around a deal: who may open it, on which lists it stands, who is responsible for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session, joinedload

from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.permissions import Permission, holds_over, require
from app.deals import queries
from app.deals.changes import index, put_on_record, require_change
from app.deals.models import Deal, DealReader, ListedDeal
from app.deals.schemas import ConfidentialInput, ListsInput
from app.identity.versions import expect


def set_confidential(
    session: Session, actor: Actor, deal_id: UUID, data: ConfidentialInput, *, at: datetime
) -> Deal:
    """Keep a deal to its owner and the people named, or open it again. Raises NotFound, NotPermitted or Stale."""
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    require_change(actor, deal)
    expect(deal, data.version, theirs={}, labels={})
    named = queries.known_people(session, actor, data.readers) if data.confidential else []
    session.refresh(deal, ["readers"])
    wanted = {person.id for person in named}
    kept = [reader for reader in deal.readers if reader.person_id in wanted]
    known = {reader.person_id for reader in kept}
    before = len(deal.readers)
    deal.readers = kept + [DealReader(person_id=key) for key in sorted(wanted - known)]
    pairs = {
        "confidential": (deal.confidential, data.confidential),
        "readers": (before, "、".join(person.name for person in named)),
    }
    deal.confidential = data.confidential
    deal.touch(at)
    changes = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    put_on_record(session, actor, "deal.readers_changed", deal, at=at, changes=changes)
    index(session, deal, at=at)
    return deal


def set_lists(session: Session, actor: Actor, deal_id: UUID, data: ListsInput, *, at: datetime) -> Deal:
    """Say on which lists of key projects a deal stands. Raises NotFound, NotPermitted or Stale."""
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    require_change(actor, deal)
    expect(deal, data.version, theirs={}, labels={})
    before = "、".join(each.name for each in queries.lists_of(session, deal))
    wanted = {each.id: each for each in queries.lists_offered(session, actor) if each.id in data.lists}
    session.refresh(deal, ["lists"])
    kept = [row for row in deal.lists if row.list_id in wanted]
    known = {row.list_id for row in kept}
    deal.lists = kept + [ListedDeal(list_id=key, added_at=at) for key in wanted if key not in known]
    session.flush()
    after = "、".join(each.name for each in queries.lists_of(session, deal))
    if before != after:
        deal.touch(at)
        put_on_record(session, actor, "deal.listed", deal, at=at, changes={"lists": (before, after)})
    return deal


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
