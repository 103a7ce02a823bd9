"""Use cases of visits: log, correct, close a follow-up, hand over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import files, search
from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import Conflict, NotFound
from app.core.events import record
from app.core.i18n import N_
from app.core.ids import new_id
from app.core.options import short_code
from app.core.permissions import Permission, holds_over, require, require_over
from app.deals.models import Deal
from app.identity.versions import changed, expect
from app.investors.models import Investor
from app.leads import service as leads
from app.leads.models import Lead
from app.visits import queries, rules
from app.visits.checks import checked_values, own_unit
from app.visits.following.queries import open_of_person
from app.visits.models import Visit, VisitPerson, VisitPhoto, VisitUnit
from app.visits.schemas import EditVisitInput, NewVisitInput

LABELS = {
    "kind": N_("方式"),
    "from_on": N_("开始日期"),
    "to_on": N_("结束日期"),
    "investor_id": N_("客商"),
    "summary": N_("洽谈要点"),
    "outcome": N_("成果"),
    "needs_leader": N_("需领导推进事项"),
    "next_step": N_("下步打算"),
    "next_follow_up_on": N_("下次跟进"),
    "no_follow_up": N_("暂不跟进"),
    "place": N_("地点"),
    "their_people": N_("对方人员"),
    "our_other_people": N_("我方其他人员"),
    "lead_id": N_("线索"),
    "deal_id": N_("签约项目"),
    "trip_id": N_("出行"),
    "occasion_id": N_("活动"),
    "units": N_("参加单位"),
    "people": N_("参加人员"),
    "on_behalf_of": N_("代谁填写"),
}


class AlreadyLogged(Conflict):
    """A visit with this id is on record: the same one, sent again."""

    code = "visits.already_logged"

    def __init__(self, visit_id: UUID) -> None:
        super().__init__()
        self.visit_id = visit_id


def log_visit(
    session: Session,
    actor: Actor,
    data: NewVisitInput,
    *,
    at: datetime,
    pictures: Sequence[files.Received] = (),
) -> Visit:
    """Put a visit on record for the actor's unit; the server's clock decides whether it is late.

    A client-made id makes the same visit sent twice one visit. A visit of a lead keeps its protection.
    Raises NotPermitted, NotFound, NoOwnUnit, AlreadyLogged, or InvalidInput by field.
    """
    require(actor, Permission.WRITE_RECORDS)
    _refuse_twice(session, actor, data.id)
    unit = own_unit(session, actor, data.unit_id)
    today = day_of(at)
    values, _held = checked_values(session, actor, data, unit=unit, today=today, at=at)
    visit = Visit(
        id=data.id or new_id(),
        county_id=actor.county_id,
        code=short_code(session, actor.county_id, "V", data.from_on.year),
        owner_unit_id=unit.id,
        received_at=at,
        entered_by=_who(actor),
        entered_by_name=actor.name[:60],
        created_at=at,
        updated_at=at,
        units=[],
        people=[],
        photos=[],
    )
    _apply(visit, values)
    session.add(visit)
    session.flush()
    _record_logged(session, actor, visit, values, at=at)
    put_in_search(session, visit, at=at)
    _tell_lead(session, actor, visit)
    for picture in pictures:
        add_photo(session, actor, visit.id, files.keep(session, picture, actor=actor, at=at).id, at=at)
    return visit


def _record_logged(
    session: Session, actor: Actor, visit: Visit, values: Mapping[str, Any], *, at: datetime
) -> None:
    shown = {name: value for name, value in stored(session, values).items() if value}
    record(
        session,
        actor,
        "visit.logged",
        ("visit", visit.id),
        at=at,
        unit_id=visit.owner_unit_id,
        changes=changed({}, shown),
        also=_shown_on(visit),
        on_behalf_of=visit.on_behalf_of,
        confidential=_is_closed(session, visit),
    )


def _refuse_twice(session: Session, actor: Actor, visit_id: UUID | None) -> None:
    """Raises AlreadyLogged for the actor's own visit, Conflict where the id is somebody else's."""
    known = session.get(Visit, visit_id) if visit_id is not None else None
    if known is not None:
        raise AlreadyLogged(known.id) if known.entered_by == _who(actor) else Conflict()


def edit_visit(
    session: Session, actor: Actor, visit_id: UUID, data: EditVisitInput, *, at: datetime
) -> Visit:
    """Correct a visit. Raises NotFound, NotPermitted, Stale, or InvalidInput by field."""
    visit = writable_visit(session, actor, visit_id)
    unit = visit.owner_unit
    before = values_of(visit)
    after, _held = checked_values(session, actor, data, unit=unit, today=day_of(at), at=at)
    theirs, yours = stored(session, before), stored(session, after)
    expect(visit, data.version, theirs=theirs, yours=yours, labels=LABELS)
    changes = changed(theirs, yours)
    if not changes:
        return visit
    _apply(visit, after)
    visit.touch(at)
    record_change(session, actor, visit, "visit.edited", at=at, changes=changes)
    put_in_search(session, visit, at=at)
    if "lead_id" in changes:
        _tell_lead(session, actor, visit)
    return visit


def close_follow_up(session: Session, actor: Actor, visit_id: UUID, *, at: datetime) -> Visit:
    """Note that the promised follow-up was done. Raises NotFound or NotPermitted."""
    visit = writable_visit(session, actor, visit_id)
    if visit.followed_up_at is None and visit.next_follow_up_on is not None:
        visit.followed_up_at = at
        visit.touch(at)
        record_change(session, actor, visit, "visit.followed_up", at=at)
    return visit


def add_photo(session: Session, actor: Actor, visit_id: UUID, file_id: UUID, *, at: datetime) -> None:
    """Attach a stored picture. Raises NotFound or NotPermitted."""
    visit = writable_visit(session, actor, visit_id)
    visit.photos.append(VisitPhoto(file_id=file_id))
    visit.touch(at)
    record_change(session, actor, visit, "visit.photo_added", at=at)


def reassign(
    session: Session, actor: Actor, *, from_person_id: UUID, to_person_id: UUID, at: datetime
) -> Sequence[Visit]:
    """Move the follow-ups that one person has open to another; returns what was moved, each with its event.

    Only visits of units over which the actor may hand over. Raises NotPermitted, or NotFound for a stranger.
    """
    require(actor, Permission.HAND_OVER)
    names = queries.names_of(session, [from_person_id, to_person_id])
    if to_person_id not in names:
        raise NotFound()
    moved = []
    for visit in session.scalars(open_of_person(actor, from_person_id).with_for_update(of=Visit)):
        if not holds_over(actor, Permission.HAND_OVER, visit.owner_unit.path, visit.owner_unit_id):
            continue
        visit.entered_by = to_person_id
        visit.touch(at)
        changes = {"entered_by": (names.get(from_person_id, ""), names[to_person_id])}
        record_change(session, actor, visit, "visit.handed_over", at=at, changes=changes)
        moved.append(visit)
    return moved


def values_of(visit: Visit) -> dict[str, Any]:
    """Return the values that people compare and change, as they are stored."""
    plain = {name: getattr(visit, name) for name in LABELS if name not in ("units", "people")}
    return plain | {
        "units": sorted((each.unit_id for each in visit.units), key=str),
        "people": sorted((each.person_id for each in visit.people), key=str),
        "days_late": visit.days_late,
    }


def writable_visit(session: Session, actor: Actor, visit_id: UUID) -> Visit:
    """Load and lock a visit of a unit for which the actor writes. Raises NotFound or NotPermitted."""
    visit = queries.get_visit(session, actor, visit_id, lock=True)
    require_over(actor, Permission.WRITE_RECORDS, visit.owner_unit.path, visit.owner_unit_id)
    return visit


def _apply(visit: Visit, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name not in ("units", "people"):
            setattr(visit, name, value)
    kept = {each.unit_id: each for each in visit.units}
    visit.units = [kept.get(each) or VisitUnit(unit_id=each) for each in values["units"]]
    known = {each.person_id: each for each in visit.people}
    visit.people = [known.get(each) or VisitPerson(person_id=each) for each in values["people"]]


def stored(session: Session, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what people compare and change as events and stale pages show it."""
    return queries.in_words(session, {name: value for name, value in values.items() if name in LABELS})


def _shown_on(visit: Visit) -> list[tuple[str, UUID]]:
    places = [("investor", visit.investor_id), ("lead", visit.lead_id), ("deal", visit.deal_id)]
    return [(kind, key) for kind, key in places if key is not None]


def _is_closed(session: Session, visit: Visit) -> bool:
    """Say whether the visit belongs to a confidential record."""
    lead = session.get(Lead, visit.lead_id) if visit.lead_id else None
    deal = session.get(Deal, visit.deal_id) if visit.deal_id else None
    return bool((lead and lead.confidential) or (deal and deal.confidential))


def record_change(
    session: Session, actor: Actor, visit: Visit, kind: str, *, at: datetime, **more: Any
) -> None:
    """Record an event of a visit, shown also on its investor, lead and deal."""
    also = [*_shown_on(visit), *more.pop("also", [])]
    record(
        session,
        actor,
        kind,
        ("visit", visit.id),
        at=at,
        unit_id=visit.owner_unit_id,
        also=also,
        confidential=_is_closed(session, visit),
        **more,
    )


def put_in_search(session: Session, visit: Visit, *, at: datetime) -> None:
    """Write what a search finds of a visit: its investor, code and place."""
    session.flush()
    investor = session.get_one(Investor, visit.investor_id)
    search.put(
        session,
        ("visit", visit.id),
        county_id=visit.county_id,
        title=investor.name,
        texts=[visit.code, visit.place],
        unit_id=visit.owner_unit_id,
        confidential=_is_closed(session, visit),
        at=at,
    )


def _tell_lead(session: Session, actor: Actor, visit: Visit) -> None:
    """Tell the lead of the contact: a visit may keep its protection."""
    if visit.lead_id is not None:
        leads.note_contact(
            session,
            actor,
            visit.lead_id,
            visited_on=visit.to_on,
            received_at=visit.received_at,
            offline=rules.is_offline(visit.kind),
        )


def _who(actor: Actor) -> UUID:
    return actor.person_id or actor.id
