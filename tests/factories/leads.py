"""Leads that tests begin with.

lead = make_lead(session, unit=town, owner=user.person_id)            reported, complete, holding
lead = make_lead(session, unit=town, complete=False)                  without contact and first contact
lead = make_lead(session, stage=LeadStage.NEGOTIATING, confidential=True, readers=[person.id])
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.actor import Actor, ActorKind
from app.core.clock import day_of
from app.core.ids import new_id
from app.core.money import AmountQualifier
from app.identity.models import Unit
from app.investors.models import Investor
from app.leads.changes import index
from app.leads.models import Claim, Lead, LeadJudgement, LeadReader
from app.leads.protection.service import refresh
from app.leads.rules import LeadSource, LeadStage, Validity, is_open
from tests.factories.identity import make_unit
from tests.factories.investors import make_investor

NOW = datetime(2022, 11, 22, 2, 30, tzinfo=UTC)
_numbers = count(1)


def make_lead(
    session: Session,
    *,
    unit: Unit | None = None,
    investor: Investor | None = None,
    owner: UUID | None = None,
    title: str = "",
    stage: LeadStage = LeadStage.CONTACTED,
    reported_at: datetime = NOW,
    complete: bool = True,
    validity: Validity = Validity.PENDING,
    readers: Sequence[UUID] = (),
    settle: datetime | None = None,
    **values: Any,
) -> Lead:
    """Make a lead with its claim, and let the rule say who holds at `settle` (the report itself where None)."""
    number = next(_numbers)
    home = unit or make_unit(session)
    found = investor or make_investor(session, name=f"青枫{number}号制造有限公司", unit=home)
    day = day_of(reported_at)
    given: dict[str, Any] = {
        "county_id": home.county_id,
        "code": f"L{day.year}-T{number:05}",
        "entered_by": new_id(),
        "stage_since": day,
        "source": LeadSource.OUTBOUND_VISIT,
        "content": "年产二十万套模组" if complete else "",
        "planned_min_fen": 5_000_000_000,
        "planned_max_fen": 5_000_000_000,
        "planned_qualifier": AmountQualifier.EXACT,
        "first_contact_on": day if complete else None,
        "last_contact_on": day if complete else None,
        "last_activity_on": day,
        "created_at": reported_at,
        "updated_at": reported_at,
    } | values
    lead = Lead(
        id=new_id(),
        investor_id=found.id,
        investor=found,
        owner_unit_id=home.id,
        owner_unit=home,
        reported_by_unit_id=home.id,
        owner_person_id=owner,
        title=title or f"模组项目{number}",
        stage=stage,
        validity=validity,
        reported_at=reported_at,
        readers=[LeadReader(person_id=key) for key in readers],
        **given,
    )
    session.add(lead)
    session.flush()
    _claim(session, lead, complete=complete, validity=validity)
    index(session, lead, investor_name=found.name, at=reported_at)
    refresh(session, system(lead.county_id), found.id, at=settle or reported_at)
    return lead


def _claim(session: Session, lead: Lead, *, complete: bool, validity: Validity) -> None:
    last = session.scalar(select(func.max(Claim.seq)).where(Claim.investor_id == lead.investor_id)) or 0
    claim = Claim(
        county_id=lead.county_id,
        investor_id=lead.investor_id,
        seq=last + 1,
        lead_id=lead.id,
        unit_id=lead.owner_unit_id,
        reported_at=lead.reported_at,
        complete_at=lead.reported_at if complete else None,
        ended_at=None if is_open(lead.stage) else lead.reported_at,
    )
    session.add(claim)
    session.flush()
    if validity is not Validity.PENDING:
        judgement = LeadJudgement(claim_id=claim.id, validity=validity, at=lead.reported_at, by=new_id())
        session.add(judgement)


def system(county_id: UUID) -> Actor:
    return Actor(kind=ActorKind.SYSTEM, id=county_id, name="Luodi", county_id=county_id)
