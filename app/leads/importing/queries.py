"""Read many leads at once as an import compares them and an export writes them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.core.actor import Actor
from app.core.regions import region_path
from app.core.text import fold, plain_number
from app.investors.rules import InvestorKind
from app.leads.changes import values_of
from app.leads.models import Claim, Lead
from app.leads.protection.holds import holds_on
from app.leads.queries import visible_to
from app.leads.rules import LeadStage


@dataclass(frozen=True, slots=True)
class KnownLead:
    """A lead as it stands. `facts` are the words that a ledger states."""

    id: UUID
    code: str
    version: int
    stage: LeadStage
    unit: str
    name_folded: str
    investor: str
    investor_folded: str
    is_person: bool
    home: str
    planned_min_fen: int | None
    planned_max_fen: int | None
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class HeldInvestor:
    """What another unit may learn of a protected investor: who holds it, until when."""

    unit: str
    until: date


def known_leads(session: Session, actor: Actor, *, unit_id: UUID | None = None) -> list[KnownLead]:
    """Return the leads that the actor may open, of one unit or of all, oldest code first."""
    chosen = visible_to(actor)
    if unit_id is not None:
        chosen = chosen.where(Lead.owner_unit_id == unit_id)
    rows = session.scalars(
        chosen.options(
            joinedload(Lead.investor), joinedload(Lead.owner_unit), joinedload(Lead.owner_person)
        ).order_by(Lead.code, Lead.id)
    )
    return [_known(lead) for lead in rows]


def held_by_others(
    session: Session, actor: Actor, investors: Collection[UUID], *, unit_id: UUID, today: date
) -> dict[UUID, HeldInvestor]:
    """Return those of the investors that another unit holds today, with all that may be said of it."""
    wanted = list(investors)
    claimed: set[UUID] = set()
    for begin in range(0, len(wanted), 500):
        some = wanted[begin : begin + 500]
        others = select(Claim.investor_id).where(
            Claim.investor_id.in_(some), Claim.unit_id != unit_id, Claim.ended_at.is_(None)
        )
        claimed.update(session.scalars(others))
    held = {}
    for investor_id, hold in holds_on(session, actor.county_id, claimed, today=today).items():
        blind = hold.blind(unit_id)
        if blind is not None:
            message, unit_name = blind
            held[investor_id] = HeldInvestor(unit_name, message.held_until)
    return held


def _known(lead: Lead) -> KnownLead:
    facts = {name: "" if value is None else str(value) for name, value in values_of(lead).items()}
    facts["land_mu"] = "" if lead.land_mu is None else plain_number(lead.land_mu)
    return KnownLead(
        id=lead.id,
        code=lead.code,
        version=lead.version,
        stage=lead.stage,
        unit=lead.owner_unit.name,
        name_folded=fold(lead.title)[:200],
        investor=lead.investor.name,
        investor_folded=lead.investor.name_folded,
        is_person=lead.investor.kind is InvestorKind.PERSON,
        home=region_path(lead.investor.home),
        planned_min_fen=lead.planned_min_fen,
        planned_max_fen=lead.planned_max_fen,
        facts=facts,
    )
