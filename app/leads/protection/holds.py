"""Who holds an investor: the facts on record, read as values and handed to the rule that replays them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    CompoundSelect,
    Date,
    Row,
    Select,
    String,
    bindparam,
    cast,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from app.core.db import Base
from app.core.options import get_option
from app.identity.models import Unit, shown_name
from app.investors.models import Investor
from app.leads.models import Adjudication, Claim, ContactReceipt, LeadJudgement
from app.leads.protection.queries import family
from app.leads.rules import (
    BlindMessage,
    Judgement,
    LeadProtection,
    ProtectionState,
    ProtectionTerms,
    Report,
    Ruling,
    RulingOutcome,
    Validity,
    VisitReceipt,
    blind_message,
    protection,
)


@dataclass(slots=True)
class _Happened:
    """What happened to a claim since it was made, each in the order of time."""

    judgements: list[Judgement] = field(default_factory=list)
    visits: list[VisitReceipt] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """A claim with the name of its unit, and the report that the rule is told of it."""

    id: UUID
    investor_id: UUID
    lead_id: UUID
    unit_id: UUID
    unit: str
    report: Report


@dataclass(frozen=True, slots=True)
class Hold:
    """Who holds an investor, worked out from all claims on it; the claims come in the order they were admitted.

    `asked` are the claims about which a decision between units is asked for and not given yet.
    """

    state: ProtectionState
    claims: Sequence[ClaimFacts]
    asked: frozenset[UUID]
    today: date
    terms: ProtectionTerms

    def plus(self, claim: Claim, unit: Unit) -> Hold:
        """Return how it stands once a unit's new claim is entered as well."""
        claims = [*self.claims, _facts(claim, unit.shown_name, _Happened())]
        return _worked_out(claims, asked=self.asked, today=self.today, terms=self.terms)

    def next_seq(self, investor_id: UUID) -> int:
        """Return the next place among the claims on an investor; true while its lock is held."""
        taken = (claim.report.order for claim in self.claims if claim.investor_id == investor_id)
        return 1 + max(taken, default=0)

    def claim_of(self, lead_id: UUID) -> ClaimFacts:
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
        return message, next(claim.unit for claim in self.claims if claim.unit_id == message.unit_id)


def hold_on(session: Session, county_id: UUID, investor_id: UUID, *, today: date) -> Hold:
    """Work out who holds an investor on a day; records merged into it count as the investor itself."""
    of, ask = {"investor_id": investor_id}, session.connection().execute
    found = ask(_CLAIMS_ON_ONE, of).all()
    happened, asked = _by_claim(found, ask(_HAPPENED_ON_ONE, of) if found else ())
    claims = [_facts(claim, claim.unit, happened[claim.id]) for claim in found]
    terms = protection_terms(session, county_id, today=today)
    return _worked_out(claims, asked=frozenset(asked), today=today, terms=terms)


def holds_on(
    session: Session, county_id: UUID, investor_ids: Collection[UUID], *, today: date
) -> dict[UUID, Hold]:
    """Work out who holds each of several live investors, in two questions however many they are."""
    claims: dict[UUID, list[ClaimFacts]] = {key: [] for key in investor_ids}
    asked: set[UUID] = set()
    if claims:
        found = session.execute(_CLAIMS, {"investor_ids": list(claims)}).all()
        keys = {"claim_ids": [claim.id for claim in found]}
        happened, asked = _by_claim(found, session.execute(_HAPPENED, keys) if found else ())
        for claim in found:
            stands_for = claim.investor_id if claim.investor_id in claims else claim.canonical_id
            claims[stands_for].append(_facts(claim, claim.unit, happened[claim.id]))
    terms = protection_terms(session, county_id, today=today)
    return {
        key: _worked_out(own, asked=frozenset(asked & {claim.id for claim in own}), today=today, terms=terms)
        for key, own in claims.items()
    }


def _by_claim(
    claims: Sequence[Row[*tuple[Any, ...]]], rows: Iterable[Row[*tuple[Any, ...]]]
) -> tuple[dict[UUID, _Happened], set[UUID]]:
    """Sort what happened by claim; gives with it the claims about which a decision is waited for."""
    happened: dict[UUID, _Happened] = {claim.id: _Happened() for claim in claims}
    asked: set[UUID] = set()
    for claim_id, kind, at, code, day, offline in rows:
        known = happened[claim_id]
        if kind == "judged":
            known.judgements.append(Judgement(Validity(code), at))
        elif kind == "visited":
            known.visits.append(VisitReceipt(day, at, offline))
        elif kind == "ruled":
            known.rulings.append(Ruling(RulingOutcome(code), at))
        else:
            asked.add(claim_id)
    return happened, asked


def unclaimed(session: Session, county_id: UUID, *, today: date) -> Hold:
    """Return how an investor stands whom nobody has reported."""
    return _worked_out(
        [], asked=frozenset(), today=today, terms=protection_terms(session, county_id, today=today)
    )


def _facts(claim: Claim | Row[*tuple[Any, ...]], unit: str, happened: _Happened) -> ClaimFacts:
    """State a claim's facts for the rule, which tells reports apart by id: a lead taken from the pool has a claim of
    each unit, so it is the claim's id that goes there."""
    report = Report(
        lead_id=claim.id,
        unit_id=claim.unit_id,
        reported_at=claim.reported_at,
        order=claim.seq,
        complete_at=claim.complete_at,
        judgements=tuple(happened.judgements),
        visits=tuple(happened.visits),
        rulings=tuple(happened.rulings),
        ended_at=claim.ended_at,
    )
    return ClaimFacts(claim.id, claim.investor_id, claim.lead_id, claim.unit_id, unit, report)


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


def _worked_out(
    claims: Sequence[ClaimFacts], *, asked: frozenset[UUID], today: date, terms: ProtectionTerms
) -> Hold:
    state = protection([claim.report for claim in claims], today=today, terms=terms)
    return Hold(state, claims, asked, today, terms)


# Made once, of tables, and read as values: each report, each edit and each page of a lead asks them. A list among the
# values is written into the statement anew each time, so that one investor has statements without one.
_CLAIM, _INVESTOR, _UNIT = Claim.__table__.c, Investor.__table__.c, Unit.__table__.c
_VISIT, _RULING = ContactReceipt.__table__.c, Adjudication.__table__.c
_Chosen = BindParameter[Any] | Select[UUID]


def _claims(investors: Select[UUID]) -> Select[Any]:
    return (
        select(
            _CLAIM.id,
            _CLAIM.investor_id,
            _INVESTOR.canonical_id,
            _CLAIM.seq,
            _CLAIM.lead_id,
            _CLAIM.unit_id,
            shown_name(_UNIT).label("unit"),
            _CLAIM.reported_at,
            _CLAIM.complete_at,
            _CLAIM.ended_at,
        )
        .join_from(Claim.__table__, Investor.__table__, _INVESTOR.id == _CLAIM.investor_id)
        .join(Unit.__table__, _UNIT.id == _CLAIM.unit_id)
        .where(_CLAIM.investor_id.in_(investors))
        .order_by(_CLAIM.reported_at, _CLAIM.seq, _CLAIM.id)
    )


def _happened(claims: _Chosen) -> CompoundSelect[Any]:
    """Choose what happened to claims, in the order of time."""
    judged = LeadJudgement.__table__.c.validity
    return union_all(
        _happening(claims, "judged", LeadJudgement, "at", code=judged),
        _happening(
            claims, "visited", ContactReceipt, "received_at", day=_VISIT.visited_on, offline=_VISIT.offline
        ),
        _happening(claims, "ruled", Adjudication, "decided_at", code=_RULING.outcome).where(
            _RULING.decided_at.is_not(None)
        ),
        _happening(claims, "asked", Adjudication, "asked_at").where(_RULING.decided_at.is_(None)),
    ).order_by("at")


def _happening(
    claims: _Chosen,
    kind: str,
    table: type[Base],
    at: str,
    *,
    code: ColumnElement[Any] = cast(null(), String),
    day: ColumnElement[Any] = cast(null(), Date),
    offline: ColumnElement[Any] = cast(null(), Boolean),
) -> Select[Any]:
    columns = table.__table__.c
    return select(
        columns.claim_id,
        literal(kind).label("kind"),
        columns[at].label("at"),
        type_coerce(code, String).label("code"),
        day.label("day"),
        offline.label("offline"),
    ).where(columns.claim_id.in_(claims))


_ONE = family([bindparam("investor_id", type_=_INVESTOR.id.type)])
_CLAIMS, _CLAIMS_ON_ONE = _claims(family(bindparam("investor_ids", expanding=True))), _claims(_ONE)
_HAPPENED = _happened(bindparam("claim_ids", expanding=True))
_OWN = select(_CLAIM.id).where(_CLAIM.investor_id.in_(_ONE)).cte("own")  # looked up once for the four parts
_HAPPENED_ON_ONE = _happened(select(_OWN.c.id))
