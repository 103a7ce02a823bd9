"""Reads about claims on an investor: its lock, the leads that a change may reach, requests for a decision."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import BindParameter, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from app.core.actor import Actor
from app.core.errors import NotFound
from app.investors.models import Investor
from app.leads.models import Adjudication, Claim, Lead
from app.leads.queries import visible_to
from app.leads.rules import OPEN_STAGES


def lock_investors(session: Session, investor_ids: Collection[UUID]) -> None:
    """Let claims on an investor take turns: of two reports in the same instant exactly one comes first. Several are
    locked in one order, so that two who lock them never wait for each other."""
    if investor_ids:
        some = select(Investor.id).where(Investor.id.in_(investor_ids))
        session.scalars(some.order_by(Investor.id).with_for_update()).all()


def current_claim(session: Session, lead_id: UUID) -> Claim:
    """Return a lead's present claim. Raises NotFound."""
    claim = session.scalar(
        select(Claim)
        .where(Claim.lead_id == lead_id)
        .order_by(Claim.reported_at.desc(), Claim.seq.desc())
        .limit(1)
    )
    if claim is None:
        raise NotFound()
    return claim


def leads_of(session: Session, investor_id: UUID) -> Sequence[Lead]:
    """Return every open lead of an investor, whoever's it is: what a change of protection may reach."""
    return session.scalars(
        select(Lead).where(
            Lead.investor_id.in_(family([investor_id])),
            Lead.archived_at.is_(None),
            or_(
                Lead.stage.in_(OPEN_STAGES),
                Lead.protected_until.is_not(None),
                Lead.in_pool_since.is_not(None),
            ),
        )
    ).all()


def open_rulings(actor: Actor) -> Select[UUID]:
    """Choose the leads about which a decision between units is asked for and not given yet."""
    return (
        select(Claim.lead_id)
        .join(Adjudication, Adjudication.claim_id == Claim.id)
        .where(Adjudication.county_id == actor.county_id, Adjudication.decided_at.is_(None))
    )


def get_adjudication(session: Session, actor: Actor, adjudication_id: UUID) -> Adjudication:
    """Return a request with its claim, if the actor may open the lead. Raises NotFound."""
    row = session.scalar(
        select(Adjudication)
        .join(Adjudication.claim)
        .where(
            Adjudication.id == adjudication_id,
            Adjudication.county_id == actor.county_id,
            Claim.lead_id.in_(visible_to(actor).with_only_columns(Lead.id)),
        )
        .options(joinedload(Adjudication.claim))
        .with_for_update(of=Adjudication)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound()
    return row


def may_have_lapsed(session: Session, *, today: date) -> Sequence[tuple[UUID, UUID]]:
    """Return (county, investor) of the open leads that no longer hold, or never did, and wait in no pool yet."""
    rows = session.execute(
        select(Lead.county_id, Lead.investor_id)
        .where(
            Lead.stage.in_(OPEN_STAGES),
            Lead.archived_at.is_(None),
            Lead.in_pool_since.is_(None),
            or_(Lead.protected_until.is_(None), Lead.protected_until < today),
        )
        .distinct()
        .order_by(Lead.county_id, Lead.investor_id)
    )
    return [(county_id, investor_id) for county_id, investor_id in rows]


def with_open_leads(session: Session, county_id: UUID) -> Sequence[tuple[UUID, UUID]]:
    """Return (county, investor) of every open lead of a county."""
    rows = session.execute(
        select(Lead.county_id, Lead.investor_id)
        .where(Lead.county_id == county_id, Lead.stage.in_(OPEN_STAGES), Lead.archived_at.is_(None))
        .distinct()
        .order_by(Lead.investor_id)
    )
    return [(county, investor_id) for county, investor_id in rows]


def requests_open(session: Session, claim_id: UUID) -> Sequence[Adjudication]:
    """Return the requests for a decision about a claim that wait for it."""
    return session.scalars(
        select(Adjudication)
        .where(Adjudication.claim_id == claim_id, Adjudication.decided_at.is_(None))
        .order_by(Adjudication.asked_at)
    ).all()


def family(
    investor_ids: Collection[UUID] | Collection[BindParameter[UUID]] | BindParameter[Collection[UUID]],
) -> Select[UUID]:
    """Choose investors and the records merged into them."""
    columns = Investor.__table__.c
    return select(columns.id).where(or_(columns.id.in_(investor_ids), columns.canonical_id.in_(investor_ids)))
