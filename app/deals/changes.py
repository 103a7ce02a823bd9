"""What every change of a deal has in common: its words, its event, its place in the search index, what it derives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import search
from app.core.actor import Actor
from app.core.errors import NotPermitted
from app.core.events import Event, record
from app.core.i18n import N_
from app.core.ids import new_id
from app.core.permissions import Permission, holds_over
from app.deals import rules
from app.deals.facts import ledger_facts, versions_of
from app.deals.models import Deal, DealStageChange, DealTerms, PaidIn
from app.deals.rules import DealStage
from app.targets import service as targets
from app.targets.rules import Cause

LABELS = {
    "name": N_("项目名称"),
    "content": N_("建设内容"),
    "occasion": N_("签约活动"),
    "responsible_unit": N_("责任单位"),
    "responsible_person": N_("责任人"),
    "leader_in_charge": N_("挂点领导"),
    "line": N_("口"),
    "project_company": N_("项目公司"),
    "place": N_("落户地点"),
    "land_mu": N_("用地（亩）"),
    "planned_start_on": N_("约定开工日期"),
    "industry": N_("行业"),
    "chain": N_("产业链"),
    "platform_accepted_on": N_("省平台入库日期"),
    "statistics_entered_on": N_("入统日期"),
}
_BY_NAME = ("occasion", "responsible_unit", "responsible_person", "leader_in_charge")


def values_of(deal: Deal) -> dict[str, Any]:
    """Return the values that people compare and change, people and units by name; they must be loaded."""
    plain = {name: getattr(deal, name) for name in LABELS if name not in _BY_NAME}
    return plain | {
        "occasion": deal.occasion.name if deal.occasion else "",
        "responsible_unit": deal.responsible_unit.shown_name if deal.responsible_unit else "",
        "responsible_person": deal.responsible_person.name
        if deal.responsible_person
        else deal.responsible_text,
        "leader_in_charge": deal.leader_in_charge.name if deal.leader_in_charge else "",
    }


def may_change(actor: Actor, deal: Deal) -> bool:
    """Tell whether somebody who may open a deal may also change it: for its owner unit or from above."""
    unit = deal.owner_unit
    return holds_over(actor, Permission.WRITE_RECORDS, unit.path, unit.id)


def require_change(actor: Actor, deal: Deal) -> None:
    """Raises NotPermitted unless the actor may change the deal."""
    if not may_change(actor, deal):
        raise NotPermitted()


def put_on_record(
    session: Session,
    actor: Actor,
    kind: str,
    deal: Deal,
    *,
    at: datetime,
    changes: Mapping[str, Sequence[Any]] | None = None,
    note: str = "",
    first: bool = False,
) -> Event:
    """Append the event of one change. It shows on the deal's own timeline only: a deal may be confidential later, and
    what stands on another record's timeline cannot be taken back."""
    return record(
        session,
        actor,
        kind,
        ("deal", deal.id),
        at=at,
        unit_id=deal.owner_unit_id,
        changes=changes,
        note=note,
        confidential=deal.confidential,
        on_behalf_of=deal.on_behalf_of if first else None,
    )


def index(session: Session, deal: Deal, *, at: datetime) -> None:
    """Keep the words by which a deal is found; its terms and investors must be loaded."""
    investors = {row.investor.name for terms in deal.terms for row in terms.investors}
    texts = [*sorted(investors), deal.code, deal.place, deal.project_company, deal.content]
    search.put(
        session,
        ("deal", deal.id),
        county_id=deal.county_id,
        title=deal.name,
        texts=[text for text in texts if text],
        unit_id=deal.owner_unit_id,
        confidential=deal.confidential,
        at=at,
    )


def after_change(
    session: Session,
    actor: Actor,
    deal: Deal,
    *,
    at: datetime,
    event: Event | None = None,
    cause: Cause | None = None,
    verified: DealTerms | None = None,
    posts: bool = True,
) -> None:
    """Derive what the deal shows from its versions and post what it contributes now: the one place that every change
    of terms, credit, stage or funds passes, in its transaction. `posts` is False where only words changed that
    were never verified, or evidence: no number can be another.

    Terms, credits and evidence must be loaded. A pending amendment takes nothing out: the verified version stands.
    `cause` None names entries by their terms; `verified` are the terms that were let count just now.
    """
    derived = rules.verification_of(versions_of(deal))
    by_no = {terms.no: terms for terms in deal.terms}
    standing = by_no[derived.standing_no] if derived.standing_no is not None else None
    newest = max(deal.terms, key=lambda terms: terms.no)
    counted_before = deal.verified_terms_id is not None
    deal.terms_state = derived.state
    deal.pending_amendment = derived.pending_amendment
    deal.verified_terms_id = standing.id if standing else None
    deal.newest_terms_id = newest.id
    deal.contract_pending = deal.opening and rules.contract_outstanding(
        {row.kind for row in deal.evidence if row.archived_at is None}
    )
    deal.updated_at = at
    session.flush()
    # Terms that were never verified contribute nothing, so nothing can change.
    if posts and (counted_before or standing is not None):
        paid_ins = session.scalars(
            select(PaidIn).where(PaidIn.deal_id == deal.id).order_by(PaidIn.as_of)
        ).all()
        facts = ledger_facts(deal, paid_ins=paid_ins)
        terms_id = verified.id if verified else None
        targets.post(session, actor, facts, cause=cause, verified=terms_id, event=event, at=at)


def enter_stage(
    session: Session,
    actor: Actor,
    deal: Deal,
    stage: DealStage,
    on_day: date,
    *,
    note: str = "",
    at: datetime,
) -> None:
    """Let a deal be in a stage from a day on, and keep who said so."""
    deal.stage, deal.stage_since = stage, on_day
    session.add(
        DealStageChange(
            id=new_id(),
            deal_id=deal.id,
            stage=stage,
            on_day=on_day,
            note=note,
            by=actor.id,
            by_name=actor.name[:60],
            recorded_at=at,
        )
    )
