"""Enter accepted reports: leads with their claims, contacts and new investors, and what is said of it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import search
from app.core.actor import Actor
from app.core.clock import day_of
from app.core.events import record_many
from app.core.options import reserve_codes
from app.identity.models import Person, Unit
from app.identity.versions import changed
from app.investors.contacts.service import NewContact, new_contact
from app.investors.models import Contact, Investor
from app.investors.resolving.service import Meant, made_of
from app.investors.writing import NewInvestor
from app.investors.writing import entry_of as entry_of_investor
from app.leads.changes import entry_of, event_of, values_of
from app.leads.models import Claim, Lead
from app.leads.protection.holds import Hold
from app.leads.protection.queries import leads_of
from app.leads.protection.service import enter_request, make_claim, settle
from app.leads.rules import is_complete
from app.leads.schemas import ReportLeadInput
from app.leads.writing import new_lead, said_of_contact


@dataclass(frozen=True, slots=True)
class Report:
    """A report that is sound in itself; `index` is its place among those that came with it."""

    index: int
    data: ReportLeadInput
    unit: Unit
    referred_by: UUID | None
    owner: Person | None
    typed_for: Person | None

    @property
    def meant(self) -> Meant:
        data = self.data
        return Meant(data.investor_id, data.investor_name, data.investor_kind, data.investor_home)

    @property
    def external(self) -> tuple[str, str] | None:
        return (self.data.source_system, self.data.external_id) if self.data.external_id else None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A report that may be entered, with its investor (None: not on record yet), who holds it and whom it knows."""

    report: Report
    investor: Investor | None
    hold: Hold
    contacts: Sequence[Contact]
    asks_ruling: bool


def enter(session: Session, actor: Actor, accepted: Sequence[Accepted], *, at: datetime) -> dict[int, Lead]:
    """Write accepted reports, each on another investor, in about as many statements as one of them takes.

    Returns the leads by the reports' places.
    """
    made = {
        each.report.index: _new_investor(actor, each, at=at) for each in accepted if each.investor is None
    }
    if made:
        # In one order, so that two who enter the same companies wait for each other in one direction only; and before
        # the contacts, which name their investor by id.
        investors = [new.investor for new in made.values()]
        investors.sort(key=lambda investor: investor.name_folded)
        session.add_all(investors)
        session.flush()
    events = [new.event for new in made.values()]
    entries = [entry_of_investor(new.investor) for new in made.values()]
    leads: dict[int, Lead] = {}
    asking: list[tuple[Claim, ReportLeadInput]] = []
    codes = reserve_codes(session, actor.county_id, "L", day_of(at).year, len(accepted))
    for each, code in zip(accepted, codes, strict=True):
        index, data = each.report.index, each.report.data
        investor = each.investor or made[index].investor
        lead, claim = _new_lead(session, actor, each, investor, code=code, at=at)
        leads[index] = lead
        events += [contact.event for contact in _contacts(session, actor, each, investor, at=at)]
        events.append(event_of("lead.reported", lead, at=at, changes=_said(actor, lead), first=True))
        if each.asks_ruling:
            asking.append((claim, data))
            events.append(event_of("lead.ruling_asked", lead, at=at, note=data.ruling_reason))
        entries.append(entry_of(lead, investor_name=investor.name))
    session.flush()
    for claim, data in asking:
        second, reason = data.second_project, data.ruling_reason
        enter_request(session, actor, claim.id, second_project=second, reason=reason, at=at)
    record_many(session, actor, events)
    search.put_many(session, entries, at=at)
    return leads


def _new_investor(actor: Actor, accepted: Accepted, *, at: datetime) -> NewInvestor:
    return made_of(actor, accepted.report.meant, unit_id=accepted.report.unit.id, at=at)


def _new_lead(
    session: Session, actor: Actor, accepted: Accepted, investor: Investor, *, code: str, at: datetime
) -> tuple[Lead, Claim]:
    """Enter a lead with its claim behind those that stand, and write what the rule now says onto all of them."""
    report, hold = accepted.report, accepted.hold
    lead = new_lead(
        actor,
        report.data,
        investor=investor,
        unit=report.unit,
        referred_by=report.referred_by,
        owner=report.owner,
        typed_for=report.typed_for,
        code=code,
        at=at,
    )
    session.add(lead)
    claim = make_claim(session, hold, lead, unit=report.unit, complete=_is_complete(accepted), at=at)
    others = leads_of(session, investor.id) if hold.claims else []
    settle(session, actor, hold.plus(claim, report.unit), {lead, *others}, at=at)
    return lead, claim


def _is_complete(accepted: Accepted) -> bool:
    report, data = accepted.report, accepted.report.data
    known = any(contact.unit_id == report.unit.id for contact in accepted.contacts)
    return is_complete(
        has_contact=bool(data.contact_name) or known, content=data.content, contacted_on=data.first_contact_on
    )


def _contacts(
    session: Session, actor: Actor, accepted: Accepted, investor: Investor, *, at: datetime
) -> list[NewContact]:
    """Keep the contact that came with the report at the investor, as the owner unit's; return it where it is new."""
    data = accepted.report.data
    if not data.contact_name:
        return []
    kept = new_contact(
        actor, accepted.report.unit, investor.id, said_of_contact(data), known=accepted.contacts, at=at
    )
    if isinstance(kept, Contact):
        return []
    session.add(kept.contact)
    return [kept]


def _said(actor: Actor, lead: Lead) -> dict[str, tuple[Any, Any]]:
    """Return what the report's event says of the lead."""
    shown = {name: value for name, value in values_of(lead).items() if value not in (None, "")}
    shown |= {"investor": lead.investor.name, "code": lead.code}
    if lead.owner_person_id is not None and lead.owner_person_id == actor.person_id:
        shown["owner_person"] = actor.name
    return changed({}, shown)
