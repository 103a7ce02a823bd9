"""Report leads: what the reports ask of the database is asked once for all, each is decided on its own, and those that
are accepted are written together. One report is the shortest list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.actor import Actor, Role
from app.core.clock import day_of
from app.core.errors import AppError, Conflict, FieldError, NotFound
from app.core.ids import is_uuid7
from app.core.permissions import Permission, require
from app.identity.models import Person, Unit
from app.investors.contacts.queries import contacts_at
from app.investors.models import Investor
from app.investors.resolving.service import find_investors
from app.leads import queries
from app.leads.models import Lead
from app.leads.protection.holds import Hold, holds_on, unclaimed
from app.leads.protection.queries import lock_investors
from app.leads.protection.service import AlreadyHeld, refuse_if_held
from app.leads.reporting.entering import Accepted, Report, enter
from app.leads.reporting.queries import externals_in_use, ids_in_use
from app.leads.rules import Filing, filing
from app.leads.schemas import ReportLeadInput
from app.leads.writing import check, people_by_id, person_among, unit_written_for

Done = dict[int, Lead | AppError]
TRIES = 2


class DuplicateLead(Conflict):
    """The unit follows an open lead of the same investor. `candidates` are those that the actor may open."""

    code = "leads.duplicate"


class SentAtOnce(Conflict):
    """Another request put the same record on record in the same instant."""

    code = "leads.sent_at_once"


def report_lead(session: Session, actor: Actor, data: ReportLeadInput, *, at: datetime) -> Lead:
    """Report a lead. The first complete report holds the investor; a referral goes to the unit that takes them in.

    Raises NotPermitted, NotFound, FieldError, Conflict for an id in use, AlreadyHeld when another unit holds the
    investor and no adjudication is asked for, DuplicateLead when the own unit follows it already and it is not said to
    be a second project, SentAtOnce (or NotFound, for one kept from the actor) when another lead has its external id.
    """
    (reported,) = report_leads(session, actor, [data], at=at)
    if isinstance(reported, AppError):
        raise reported
    return reported


def report_leads(
    session: Session, actor: Actor, reports: Sequence[ReportLeadInput], *, at: datetime
) -> list[Lead | AppError]:
    """Report several leads as if one after another; returns the lead or the refusal of each, in their order.

    Codes are given in the order of entering: a second report on one investor is entered after the first of each.
    Raises NotPermitted.
    """
    require(actor, Permission.REFER_LEADS)
    done: Done = {}
    waiting: list[Report] = []
    intake = cache(lambda: queries.intake_unit(session, actor, today=day_of(at)))
    ids = [key for data in reports for key in (data.owner_person_id, data.on_behalf_of)]
    people = people_by_id(session, actor, ids)
    for index, data in enumerate(reports):
        with _refusing(done, index):
            waiting.append(_checked(session, actor, index, data, people=people, intake=intake, at=at))
    while waiting:
        entered, waiting = _behind_savepoint(session, actor, waiting, at=at)
        done |= entered
    return [done[index] for index in range(len(reports))]


@contextmanager
def _refusing(done: Done, index: int) -> Iterator[None]:
    try:
        yield
    except AppError as refused:
        done[index] = refused


def _checked(
    session: Session,
    actor: Actor,
    index: int,
    data: ReportLeadInput,
    *,
    people: Mapping[UUID, Person],
    intake: Callable[[], Unit],
    at: datetime,
) -> Report:
    partner = next((held.unit_id for held in actor.memberships if held.role is Role.PARTNER), None)
    unit = intake() if partner is not None else unit_written_for(session, actor, data.unit_id)
    check(data, today=day_of(at))
    if data.id is not None and not is_uuid7(data.id):
        raise FieldError("id", "error.field.invalid")
    return Report(
        index=index,
        data=data,
        unit=unit,
        referred_by=partner,
        owner=person_among(people, data.owner_person_id, field="owner_person_id"),
        typed_for=person_among(people, data.on_behalf_of, field="on_behalf_of"),
    )


def _behind_savepoint(
    session: Session, actor: Actor, reports: Sequence[Report], *, at: datetime
) -> tuple[Done, list[Report]]:
    """Enter what can be entered together; returns what became of it, and the reports that wait for it."""
    for _ in range(TRIES):
        # Somebody else may enter the same investor, or a lead of the same id, in the same instant: then it can be seen.
        with suppress(IntegrityError), session.begin_nested():
            return _together(session, actor, reports, at=at)
    if len(reports) == 1:
        return {reports[0].index: SentAtOnce()}, []
    done: Done = {}
    for report in reports:
        done |= _behind_savepoint(session, actor, [report], at=at)[0]
    return done, []


def _together(
    session: Session, actor: Actor, reports: Sequence[Report], *, at: datetime
) -> tuple[Done, list[Report]]:
    done, now, later = _first_of_each(session, actor, reports)
    known = [investor.id for _report, investor in now if investor is not None]
    lock_investors(session, known)
    holds = holds_on(session, actor.county_id, known, today=day_of(at))
    nobody = unclaimed(session, actor.county_id, today=day_of(at))
    contacts = contacts_at(session, known)
    taken = ids_in_use(session, [report.data.id for report, _ in now if report.data.id is not None])
    externals = [report.external for report, _ in now if report.external is not None]
    known_outside = externals_in_use(session, actor, externals)
    accepted: list[Accepted] = []
    for report, investor in now:
        with _refusing(done, report.index):
            if report.data.id in taken:
                raise Conflict()
            if report.external in known_outside:
                raise SentAtOnce() if known_outside[report.external] else NotFound()
            hold = nobody if investor is None else holds[investor.id]
            asks = _asks_ruling(session, actor, report, investor, hold)
            found = contacts.get(investor.id, []) if investor is not None else []
            accepted.append(Accepted(report, investor, hold, found, asks))
    if accepted:
        done |= enter(session, actor, accepted, at=at)
    return done, later


def _first_of_each(
    session: Session, actor: Actor, reports: Sequence[Report]
) -> tuple[Done, list[tuple[Report, Investor | None]], list[Report]]:
    """Return the refused, those that may be decided now with their investors, and those that must see one of these."""
    done: Done = {}
    now: list[tuple[Report, Investor | None]] = []
    later: list[Report] = []
    seen: set[Any] = set()
    found = find_investors(session, actor, [report.meant for report in reports])
    for report, investor in zip(reports, found, strict=True):
        if isinstance(investor, AppError):
            done[report.index] = investor
            continue
        about = investor.id if investor is not None else report.meant.key
        marks = {mark for mark in (about, report.data.id, report.external) if mark is not None}
        if seen.isdisjoint(marks):
            now.append((report, investor))
        else:
            later.append(report)
        seen |= marks
    return done, now, later


def _asks_ruling(
    session: Session, actor: Actor, report: Report, investor: Investor | None, hold: Hold
) -> bool:
    """Say whether the report asks for a decision between units. Raises AlreadyHeld or DuplicateLead."""
    data, unit = report.data, report.unit
    met = filing(hold.state, unit_id=unit.id, second_project=data.second_project)
    asks = met in (Filing.HELD, Filing.ADJUDICATION)
    if asks and not data.ruling_reason:
        refuse_if_held(hold, unit_id=unit.id)
    if investor is not None and not data.second_project:
        _refuse_duplicate(session, actor, hold, investor, unit)
    return asks


def _refuse_duplicate(session: Session, actor: Actor, hold: Hold, investor: Investor, unit: Unit) -> None:
    """A partner whose investor the intake unit holds by somebody else's report learns that, and no more."""
    if all(claim.unit_id != unit.id for claim in hold.claims):
        return
    found = queries.open_of_unit(session, actor, investor_id=investor.id, unit_id=unit.id)
    if found:
        candidates = [{"id": str(each.id), "code": each.code, "title": each.title} for each in found]
        raise DuplicateLead(lead=found[0].code, title=found[0].title, candidates=candidates)
    if actor.has(Role.PARTNER) and hold.state.is_held:
        raise AlreadyHeld(held_by_unit=unit.shown_name, held_until=hold.state.held_until)
