"""What the timelines of the demo tell: every deal's way, and the newest leads and visits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.events import record_many
from app.deals.models import Deal, DealStageChange, DealTerms
from app.deals.rules import DealStage, TermsKind, TermsState
from app.demo.county import Demo, DemoPerson
from app.leads.models import Lead
from app.leads.rules import LeadStage, Validity
from app.visits.models import Visit

# How far back leads and visits have their events: enough for pages to look at, few enough to load quickly.
DAYS_TOLD = 45
_DECIDED = {TermsState.VERIFIED: "deal.terms_verified", TermsState.REFUSED: "deal.terms_refused"}
Told = tuple[DemoPerson, dict[str, Any]]


def make_traces(session: Session, demo: Demo) -> None:
    """Write the events, those of one person together."""
    by_hand: dict[DemoPerson, list[Mapping[str, Any]]] = {}
    told = [*_of_deals(session, demo), *_of_leads(session, demo), *_of_visits(session, demo)]
    for person, event in sorted(told, key=lambda one: one[1]["at"]):
        by_hand.setdefault(person, []).append(event)
    for person, events in by_hand.items():
        record_many(session, demo.actor(person), events)


def _of_deals(session: Session, demo: Demo) -> Iterator[Told]:
    people = {person.id: person for person in demo.people}
    units = {unit.id: unit.code for unit in demo.units.values()}
    moves: dict[Any, list[DealStageChange]] = {}
    for change in session.scalars(select(DealStageChange).where(DealStageChange.stage != DealStage.SIGNED)):
        moves.setdefault(change.deal_id, []).append(change)
    rows = session.execute(select(Deal, DealTerms).join(DealTerms, DealTerms.deal_id == Deal.id))
    for deal, terms in rows:
        whole = {
            "subject": ("deal", deal.id),
            "unit_id": deal.owner_unit_id,
            "confidential": deal.confidential,
        }
        drafter = people[terms.drafted_by]
        first = terms.kind is TermsKind.ORIGINAL
        said: dict[str, Any] = {"total": (None, terms.amount_text), "agreement": (None, terms.agreement)}
        if first:
            filed: dict[str, Any] = {"name": (None, deal.name), "chain": (None, deal.chain), **said}
            yield drafter, whole | {"kind": "deal.filed", "at": terms.created_at, "changes": filed}
            clerk = demo.clerk(units[deal.owner_unit_id])
            for change in moves.get(deal.id, []):
                changes: dict[str, Any] = {"stage": (None, change.stage), "on_day": (None, change.on_day)}
                yield clerk, whole | {"kind": "deal.moved", "at": change.recorded_at, "changes": changes}
        else:
            drafted = {"terms_kind": (None, terms.kind), **said}
            yield drafter, whole | {"kind": "deal.terms_drafted", "at": terms.created_at, "changes": drafted}
        if terms.submitted_at is not None and terms.submitted_by is not None:
            changes = {"terms_state": (TermsState.DRAFT, TermsState.SUBMITTED)}
            sender = people[terms.submitted_by]
            yield (
                sender,
                whole | {"kind": "deal.terms_submitted", "at": terms.submitted_at, "changes": changes},
            )
        if terms.decided_at is not None and terms.decided_by is not None:
            changes = {"terms_state": (TermsState.SUBMITTED, terms.state)}
            if terms.state is TermsState.REFUSED:
                changes |= {"refusal_reasons": ([], terms.refusal_reasons)}
            made = {"kind": _DECIDED[terms.state], "at": terms.decided_at, "changes": changes}
            yield people[terms.decided_by], whole | made | {"note": terms.decision_note}


def _of_leads(session: Session, demo: Demo) -> Iterator[Told]:
    names = {investor.id: investor.name for investor in demo.investors}
    owners = {person.id: person.name for person in demo.people}
    units = {unit.id: unit.code for unit in demo.units.values()}
    since = demo.instant(demo.today - timedelta(days=DAYS_TOLD))
    for lead in session.scalars(select(Lead).where(Lead.updated_at >= since)):
        whole = {
            "subject": ("lead", lead.id),
            "unit_id": lead.owner_unit_id,
            "confidential": lead.confidential,
        }
        clerk = demo.clerk(units[lead.owner_unit_id])
        shown = {
            "code": lead.code,
            "title": lead.title,
            "investor": names[lead.investor_id],
            "chain": lead.chain,
            "owner_person": owners.get(lead.owner_person_id, "") if lead.owner_person_id else "",
        }
        reported = {name: (None, value) for name, value in shown.items()}
        yield clerk, whole | {"kind": "lead.reported", "at": lead.reported_at, "changes": reported}
        if lead.judged_at is not None:
            changes = {"validity": (Validity.PENDING, lead.validity)}
            made = {"kind": "lead.judged", "at": lead.judged_at, "changes": changes}
            yield demo.holders["bureau"], whole | made | {"note": lead.judgement_note}
        if lead.stage is LeadStage.NEW:
            continue
        at = max(demo.instant(lead.stage_since, 18), lead.reported_at)
        kind = {LeadStage.SIGNED: "lead.signed", LeadStage.LOST: "lead.lost"}.get(lead.stage, "lead.moved")
        changed: dict[str, Any] = {"stage": (None, lead.stage)}
        if lead.lost_reason is not None:
            changed |= {"lost_reason": (None, lead.lost_reason), "lost_to": (None, lead.lost_to)}
        yield clerk, whole | {"kind": kind, "at": at, "changes": changed}


def _of_visits(session: Session, demo: Demo) -> Iterator[Told]:
    people = {person.id: person for person in demo.people}
    closed = {lead.id for lead in demo.leads if lead.confidential}
    since = demo.instant(demo.today - timedelta(days=DAYS_TOLD))
    for visit in session.scalars(select(Visit).where(Visit.received_at >= since)):
        places = (("investor", visit.investor_id), ("lead", visit.lead_id), ("deal", visit.deal_id))
        shown = {"kind": visit.kind, "place": visit.place, "summary": visit.summary}
        yield (
            people[visit.entered_by],
            {
                "kind": "visit.logged",
                "subject": ("visit", visit.id),
                "unit_id": visit.owner_unit_id,
                "at": visit.received_at,
                "changes": {name: (None, value) for name, value in shown.items() if value},
                "also": [(kind, key) for kind, key in places if key is not None],
                "confidential": visit.lead_id in closed,
                "on_behalf_of": visit.on_behalf_of,
            },
        )
