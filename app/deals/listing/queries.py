"""The list of deals: filtered, sorted, paged and summed in the database; confidential rows say no more than that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import paging
from app.core.actor import Actor
from app.core.money import AmountQualifier
from app.core.regions import OriginLevel
from app.deals.listing.clauses import clauses
from app.deals.listing.schemas import DealFilter
from app.deals.models import Deal, DealTerms, ProjectList, TermsInvestor
from app.deals.queries import MOST_OFFERED, SHOWN_TERMS, in_scope, lists_offered, may_open
from app.deals.rules import AgreementKind, DealStage, TermsState
from app.identity.models import Person, Unit

PAGE_SIZE = 50
MOST_EXPORTED = 50_000
_STAGE_ORDER = case({stage.value: place for place, stage in enumerate(DealStage)}, value=Deal.stage)


@dataclass(frozen=True, slots=True)
class DealRow:
    """One deal as a list shows it. A confidential one that the actor may not open has no id, name, people, days or
    amount: 某项目（保密）."""

    id: UUID | None
    code: str
    name: str
    stage: DealStage
    unit: str
    state: TermsState
    investors: str = ""
    origins: tuple[OriginLevel, ...] = ()
    agreement: AgreementKind | None = None
    total_fen: int | None = None
    qualifier: AmountQualifier | None = None
    signed_from: date | None = None
    signed_on: date | None = None
    leader: str = ""
    responsible: str = ""
    chain: str = ""
    place: str = ""
    updated_at: Any = None
    pending_amendment: bool = False
    own_unit: bool = False
    contract_pending: bool = False
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    """What the whole list comes to: `fen` sums the known amounts, `unknown` counts the deals that it leaves out,
    `verified_fen` the part whose terms stand as verified."""

    count: int
    fen: int
    unknown: int
    verified_count: int
    verified_fen: int


@dataclass(frozen=True, slots=True)
class Names:
    """What the filter offers by name."""

    units: Sequence[Unit]
    leaders: Sequence[Person]
    lists: Sequence[ProjectList]

    def all(self) -> list[tuple[UUID, str]]:
        """Return (id, name) of everything, to say which filter an export had."""
        units = [(each.id, each.name) for each in self.units]
        people = [(each.id, each.name) for each in self.leaders]
        return units + people + [(each.id, each.name) for each in self.lists]


def totals(session: Session, actor: Actor, wanted: DealFilter) -> Totals:
    """Count and sum what a filter finds, confidential deals included."""
    verified = Deal.terms_state == TermsState.VERIFIED
    chosen = _chosen(session, actor, wanted).with_only_columns(
        func.count(),
        func.coalesce(func.sum(DealTerms.total_fen), 0),
        func.coalesce(func.sum(case((DealTerms.total_fen.is_(None), 1), else_=0)), 0),
        func.coalesce(func.sum(case((verified, 1), else_=0)), 0),
        func.coalesce(func.sum(case((verified, DealTerms.total_fen))), 0),
    )
    count, fen, unknown, verified_count, verified_fen = session.execute(chosen).one()
    return Totals(count, int(fen), int(unknown), int(verified_count), int(verified_fen))


def rows_of_page(session: Session, actor: Actor, wanted: DealFilter) -> list[DealRow]:
    """Return one page of the list."""
    return list(_rows(session, actor, wanted, first=(wanted.page - 1) * PAGE_SIZE, most=PAGE_SIZE))


def rows_to_export(session: Session, actor: Actor, wanted: DealFilter) -> list[DealRow]:
    """Return everything that a filter shows, up to 50,000 rows."""
    return list(_rows(session, actor, wanted, first=0, most=MOST_EXPORTED))


def neighbours(
    session: Session, actor: Actor, wanted: DealFilter, deal_id: UUID
) -> tuple[UUID | None, UUID | None]:
    """Return the ids before and after a deal that the actor may open, in the list that a filter gives."""
    ordered = (
        _chosen(session, actor, wanted)
        .where(may_open(actor))
        .with_only_columns(
            Deal.id.label("id"),
            func.lag(Deal.id, type_=Uuid()).over(order_by=_order(actor, wanted)).label("before"),
            func.lead(Deal.id, type_=Uuid()).over(order_by=_order(actor, wanted)).label("after"),
        )
        .subquery()
    )
    found = session.execute(select(ordered.c.before, ordered.c.after).where(ordered.c.id == deal_id)).first()
    return (found.before, found.after) if found else (None, None)


def names_offered(session: Session, actor: Actor) -> Names:
    """Return the county's units, leaders and lists for the filter: three statements, however long the list is."""
    units = session.scalars(
        select(Unit).where(Unit.county_id == actor.county_id).order_by(Unit.path, Unit.id).limit(MOST_OFFERED)
    ).all()
    leaders = session.scalars(
        select(Person)
        .where(Person.county_id == actor.county_id, Person.is_leader, Person.archived_at.is_(None))
        .order_by(Person.position, Person.name, Person.id)
        .limit(MOST_OFFERED)
    ).all()
    return Names(units, leaders, lists_offered(session, actor))


def _chosen(session: Session, actor: Actor, wanted: DealFilter) -> Select[Deal]:
    chosen = select(Deal).join(DealTerms, DealTerms.id == SHOWN_TERMS).where(in_scope(actor))
    return chosen.where(*clauses(session, actor, wanted))


def _order(actor: Actor, wanted: DealFilter) -> list[Any]:
    column: Any = {
        "updated": Deal.updated_at,
        "code": Deal.code,
        "stage": _STAGE_ORDER,
        # A confidential deal's place in the list must not tell its amount or day.
        "signed": case((may_open(actor), DealTerms.signed_on)),
        "amount": case((may_open(actor), DealTerms.total_fen)),
    }[wanted.sort.removeprefix("-")]
    return [paging.in_order(column, descending=wanted.sort.startswith("-")), Deal.id.desc()]


def _rows(session: Session, actor: Actor, wanted: DealFilter, *, first: int, most: int) -> Iterator[DealRow]:
    chosen = (
        _chosen(session, actor, wanted)
        .add_columns(DealTerms, may_open(actor).label("open"))
        .options(
            joinedload(Deal.owner_unit),
            joinedload(Deal.leader_in_charge),
            joinedload(Deal.responsible_person),
            selectinload(DealTerms.investors).joinedload(TermsInvestor.investor),
        )
        .order_by(*_order(actor, wanted))
        .limit(most)
        .offset(first)
    )
    for deal, terms, opened in session.execute(chosen):
        yield row_of(deal, terms) if opened else masked(deal)


def masked(deal: Deal) -> DealRow:
    """Return what a list says of a deal that is kept from the reader."""
    return DealRow(
        id=None,
        code="",
        name="",
        stage=deal.stage,
        unit=deal.owner_unit.shown_name,
        state=deal.terms_state,
        confidential=True,
    )


def row_of(deal: Deal, terms: DealTerms) -> DealRow:
    """Return a deal as a list shows it, with the terms that it shows."""
    person = deal.responsible_person
    return DealRow(
        id=deal.id,
        code=deal.code,
        name=deal.name,
        stage=deal.stage,
        unit=deal.owner_unit.shown_name,
        state=deal.terms_state,
        investors="、".join(row.investor.name for row in terms.investors),
        origins=tuple(dict.fromkeys(row.origin_level for row in terms.investors)),
        agreement=terms.agreement,
        total_fen=terms.total_fen,
        qualifier=terms.qualifier,
        signed_from=terms.signed_from,
        signed_on=terms.signed_on,
        leader=deal.leader_in_charge.name if deal.leader_in_charge else "",
        responsible=person.name if person else deal.responsible_text,
        chain=deal.chain,
        place=deal.place,
        updated_at=deal.updated_at,
        pending_amendment=deal.pending_amendment,
        own_unit=terms.own_unit,
        contract_pending=deal.contract_pending,
        confidential=deal.confidential,
    )
