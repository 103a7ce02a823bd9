"""Reads about who holds an investor: the facts on record, handed to the rule that replays them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import BindParameter, Select, Uuid, bindparam, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.options import get_option
from app.investors.models import Investor
from app.leads.models import Adjudication, Claim, Lead
from app.leads.queries import visible_to
from app.leads.rules import (
    OPEN_STAGES,
    BlindMessage,
    Judgement,
    LeadProtection,
    ProtectionState,
    ProtectionTerms,
    Report,
    Ruling,
    VisitReceipt,
    blind_message,
    protection,
)


@dataclass(frozen=True, slots=True)
class Hold:
    """Who holds an investor, worked out from all claims on it; the claims come in the order they were admitted."""

    state: ProtectionState
    claims: Sequence[Claim]
    today: date
    terms: ProtectionTerms

    def plus(self, claim: Claim) -> Hold:
        """Return how it stands once a new claim is entered as well."""
        return _worked_out([*self.claims, claim], today=self.today, terms=self.terms)

    def again(self) -> Hold:
        """Return how it stands once something was added to one of the claims."""
        return _worked_out(self.claims, today=self.today, terms=self.terms)

    def next_seq(self, investor_id: UUID) -> int:
        """Return the next place among the claims on an investor; true while its lock is held."""
        return 1 + max((claim.seq for claim in self.claims if claim.investor_id == investor_id), default=0)

    def claim_of(self, lead_id: UUID) -> Claim:
        """Return the lead's present claim: the last one, since taking it from the pool makes a new one."""
        return [claim for claim in self.claims if claim.lead_id == lead_id][-1]

    def of(self, lead_id: UUID) -> LeadProtection | None:
        """Return how a lead stands; None before its report."""
        return self.state.leads.get(self.claim_of(lead_id).id)

    def blind(self, unit_id: UUID) -> tuple[BlindMessage, str] | None:
        """Return all that another unit may learn, with the holding unit's name; None where nobody else holds."""
        message = blind_message(self.state, unit_id=unit_id)
        if message is None:
            return None
        return message, next(
            claim.unit.shown_name for claim in self.claims if claim.unit_id == message.unit_id
        )


def hold_on(session: Session, county_id: UUID, investor_id: UUID, *, today: date) -> Hold:
    """Work out who holds an investor on a day; records merged into it count as the investor itself."""
    claims = session.scalars(_CLAIMS, {"investor_id": investor_id}).unique().all()
    return _worked_out(claims, today=today, terms=protection_terms(session, county_id, today=today))


def report_of(claim: Claim) -> Report:
    """State a claim's facts for the rule, which tells reports apart by id: a lead taken from the pool has a claim of
    each unit, so it is the claim's id that goes there."""
    return Report(
        lead_id=claim.id,
        unit_id=claim.unit_id,
        reported_at=claim.reported_at,
        order=claim.seq,
        complete_at=claim.complete_at,
        judgements=tuple(Judgement(each.validity, each.at) for each in claim.judgements),
        visits=tuple(
            VisitReceipt(each.visited_on, each.received_at, each.offline) for each in claim.receipts
        ),
        rulings=tuple(
            Ruling(each.outcome, each.decided_at)
            for each in claim.adjudications
            if each.outcome is not None and each.decided_at is not None
        ),
        ended_at=claim.ended_at,
    )


def protection_terms(session: Session, county_id: UUID, *, today: date) -> ProtectionTerms:
    """Return the county's days of protection."""

    def days(name: str) -> int:
        return int(get_option(session, county_id, f"leads.{name}", today))

    return ProtectionTerms(
        first_days=days("protection_lapse_days"),
        valid_days=days("protection_days"),
        renewed_days=days("protection_renewed_days"),
        grace_days=days("protection_grace_days"),
    )


def lock_investor(session: Session, investor_id: UUID) -> None:
    """Let claims on one investor take turns: of two reports in the same instant exactly one comes first."""
    session.scalar(select(Investor.id).where(Investor.id == investor_id).with_for_update())


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
            Lead.investor_id.in_(_family(investor_id)),
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


def _worked_out(claims: Sequence[Claim], *, today: date, terms: ProtectionTerms) -> Hold:
    reports = [report_of(claim) for claim in claims]
    return Hold(protection(reports, today=today, terms=terms), claims, today, terms)


def _family(investor_id: UUID | BindParameter[UUID]) -> Select[UUID]:
    return select(Investor.id).where(or_(Investor.id == investor_id, Investor.canonical_id == investor_id))


# Made once: each report, each edit and each page of a lead asks it.
_CLAIMS = (
    select(Claim)
    .where(Claim.investor_id.in_(_family(bindparam("investor_id", type_=Uuid()))))
    .options(
        joinedload(Claim.unit),
        joinedload(Claim.judgements),
        selectinload(Claim.receipts),
        selectinload(Claim.adjudications),
    )
    .order_by(Claim.reported_at, Claim.seq, Claim.id)
    .execution_options(populate_existing=True)
)
