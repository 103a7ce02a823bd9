"""How a change of a lead is put on record: its event, and the words by which it is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core import search
from app.core.actor import Actor, Role
from app.core.errors import NotPermitted
from app.core.events import Event, record
from app.core.i18n import N_
from app.core.permissions import Permission, holds_over
from app.identity.models import Unit
from app.leads.models import Lead
from app.leads.rules import Planned, partner_may_edit, planned_text

LABELS = {
    "title": N_("项目名称"),
    "source": N_("线索来源"),
    "chain": N_("产业链"),
    "content": N_("项目内容"),
    "planned": N_("拟投资额"),
    "expected_signing_on": N_("预计签约日期"),
    "place": N_("拟建地点"),
    "land_mu": N_("用地（亩）"),
    "referrer_text": N_("引荐人"),
    "owner_person": N_("跟踪人"),
    "first_contact_on": N_("首次接触日期"),
    "next_step": N_("下步打算"),
    "next_follow_up_on": N_("下次跟进日期"),
}


def values_of(lead: Lead) -> dict[str, Any]:
    """Return the values that people compare and change, as texts or codes; the owner's person must be loaded."""
    plain = {name: getattr(lead, name) for name in LABELS if name not in ("planned", "owner_person")}
    return plain | {"planned": planned_words(lead), "owner_person": lead.owner_name}


def planned_words(lead: Lead) -> str:
    """Return the planned amount as people type it; empty when it is unknown."""
    return planned_text(Planned(lead.planned_min_fen, lead.planned_max_fen, lead.planned_qualifier))


def put_on_record(
    session: Session,
    actor: Actor,
    kind: str,
    lead: Lead,
    *,
    at: datetime,
    changes: Mapping[str, Sequence[Any]] | None = None,
    note: str = "",
) -> Event:
    """Append the event of one change."""
    return record(session, actor, **event_of(kind, lead, at=at, changes=changes, note=note))


def event_of(
    kind: str,
    lead: Lead,
    *,
    at: datetime,
    changes: Mapping[str, Sequence[Any]] | None = None,
    note: str = "",
    first: bool = False,
) -> dict[str, Any]:
    """State the event of one change. It shows on the lead's own timeline only: a lead may be confidential later, and
    what stands on another record's timeline cannot be taken back."""
    return {
        "kind": kind,
        "subject": ("lead", lead.id),
        "at": at,
        "unit_id": lead.owner_unit_id,
        "changes": changes,
        "note": note,
        "confidential": lead.confidential,
        "on_behalf_of": lead.on_behalf_of if first else None,
    }


def index(session: Session, lead: Lead, *, investor_name: str, at: datetime) -> None:
    """Keep the words by which a lead is found."""
    search.put_many(session, [entry_of(lead, investor_name=investor_name)], at=at)


def entry_of(lead: Lead, *, investor_name: str) -> search.Entry:
    """Return a lead as the search index holds it."""
    return search.Entry(
        ("lead", lead.id),
        county_id=lead.county_id,
        title=lead.title,
        texts=[text for text in (investor_name, lead.code, lead.place, lead.content) if text],
        unit_id=lead.owner_unit_id,
        confidential=lead.confidential,
    )


def may_change(actor: Actor, lead: Lead, unit: Unit) -> bool:
    """Tell whether somebody who may open a lead may also change it: for its unit, or as the partner who referred it
    and whose lead is not judged yet."""
    if holds_over(actor, Permission.WRITE_RECORDS, unit.path, unit.id):
        return True
    return is_own_referral(actor, lead) and partner_may_edit(lead.validity)


def require_change(actor: Actor, lead: Lead, unit: Unit) -> None:
    """Raises NotPermitted unless the actor may change the lead."""
    if not may_change(actor, lead, unit):
        raise NotPermitted()


def is_own_referral(actor: Actor, lead: Lead) -> bool:
    """Tell whether the actor is the partner that referred the lead."""
    return any(
        held.role is Role.PARTNER and held.unit_id == lead.referred_by_unit_id for held in actor.memberships
    )
