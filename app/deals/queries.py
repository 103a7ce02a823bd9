"""Reads about deals. A confidential one is opened by its owner and the people named on it, by nobody else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, exists, false, func, or_, select, type_coerce
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.actor import Actor, Role
from app.core.errors import NotFound
from app.core.permissions import STAFF
from app.deals.models import (
    Credit,
    Deal,
    DealReader,
    DealTerms,
    Evidence,
    ListedDeal,
    Occasion,
    ProjectList,
    TermsInvestor,
)
from app.deals.rules import OPEN_STATES, DealStage, TermsState
from app.identity.models import MembershipRow, Person, Unit, User
from app.identity.queries import in_readable_units, in_writable_units

MOST_OFFERED = 400
MOST_TO_DO = 50

# What a deal shows: its last verified terms, else its newest.
SHOWN_TERMS = func.coalesce(Deal.verified_terms_id, Deal.newest_terms_id)


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """Clause: the deal belongs to a unit that the actor reads, credits one or makes it responsible, or names him."""
    credited = exists().where(Credit.deal_id == Deal.id, in_readable_units(Credit.unit_id, actor))
    reach = [
        in_readable_units(Deal.owner_unit_id, actor),
        credited,
        and_(
            Deal.responsible_unit_id.is_not(None),
            in_readable_units(type_coerce(Deal.responsible_unit_id, Uuid()), actor),
        ),
        is_named(actor),
    ]
    staff = Deal.county_id == actor.county_id if actor.has(*STAFF) else false()
    return and_(staff, Deal.archived_at.is_(None), or_(*reach))


def may_open(actor: Actor) -> ColumnElement[bool]:
    """Clause: the deal is not confidential, or the actor owns it, entered it or is named on it."""
    known = [Deal.confidential.is_(False), Deal.entered_by == actor.id, is_named(actor)]
    if actor.person_id is not None:
        # Null-safe: its negation counts what is kept from the actor.
        known.append(Deal.responsible_person_id.is_not_distinct_from(actor.person_id))
    return or_(*known)


def is_named(actor: Actor) -> ColumnElement[bool]:
    """Clause: the actor is one of the people who may open this confidential deal."""
    if actor.person_id is None:
        return false()
    return exists().where(DealReader.deal_id == Deal.id, DealReader.person_id == actor.person_id)


def visible_to(actor: Actor) -> Select[Deal]:
    """Start every read for a person here: the deals that the actor may open."""
    return select(Deal).where(in_scope(actor), may_open(actor))


def get_deal(session: Session, actor: Actor, deal_id: UUID, *, lock: bool = False) -> Deal:
    """Return a deal with all that its rules ask: unit, terms, investors, exclusions, credits and evidence.

    Raises NotFound, also for one that is kept from the actor.
    """
    chosen = visible_to(actor).where(Deal.id == deal_id)
    if lock:
        chosen = chosen.with_for_update(of=Deal).execution_options(populate_existing=True)
    # Credits, files, investors and exclusions come joined: they are few, and a write has a budget of statements.
    deal = (
        session.scalars(
            chosen.options(
                joinedload(Deal.owner_unit),
                joinedload(Deal.responsible_unit),
                joinedload(Deal.responsible_person),
                joinedload(Deal.leader_in_charge),
                joinedload(Deal.occasion),
                selectinload(Deal.terms).options(
                    joinedload(DealTerms.investors).joinedload(TermsInvestor.investor),
                    joinedload(DealTerms.exclusions),
                ),
                joinedload(Deal.credits).joinedload(Credit.unit),
                joinedload(Deal.evidence).joinedload(Evidence.file),
            )
        )
        .unique()
        .one_or_none()
    )
    if deal is None:
        raise NotFound()
    return deal


def terms_of(deal: Deal, terms_id: UUID) -> DealTerms:
    """Return one version of a deal's loaded terms. Raises NotFound."""
    found = next((terms for terms in deal.terms if terms.id == terms_id), None)
    if found is None:
        raise NotFound()
    return found


def standing_terms(deal: Deal) -> DealTerms | None:
    """Return the last verified version of a deal's loaded terms."""
    return next((terms for terms in deal.terms if terms.id == deal.verified_terms_id), None)


def shown_terms(deal: Deal) -> DealTerms | None:
    """Return what a deal shows: its last verified terms, else its newest."""
    return standing_terms(deal) or next((t for t in deal.terms if t.id == deal.newest_terms_id), None)


def open_terms(deal: Deal) -> DealTerms | None:
    """Return the version that is being worked on: a draft, submitted or refused one."""
    return next((terms for terms in reversed(deal.terms) if terms.state in OPEN_STATES), None)


def get_unit(session: Session, actor: Actor, unit_id: UUID) -> Unit:
    """Return a unit of the county. Raises NotFound."""
    unit = session.scalar(select(Unit).where(Unit.id == unit_id, Unit.county_id == actor.county_id))
    if unit is None:
        raise NotFound()
    return unit


def known_units(session: Session, actor: Actor, units: Iterable[UUID]) -> dict[UUID, Unit]:
    """Return those of the ids that are units of the county, with the unit."""
    wanted = set(units)
    chosen = select(Unit).where(Unit.county_id == actor.county_id, Unit.id.in_(wanted))
    return {unit.id: unit for unit in session.scalars(chosen)} if wanted else {}


def known_people(session: Session, actor: Actor, people: Iterable[UUID]) -> Sequence[Person]:
    """Return those of the ids that are people of the county's roster."""
    wanted = set(people)
    if not wanted:
        return []
    chosen = select(Person).where(Person.county_id == actor.county_id, Person.id.in_(wanted))
    return session.scalars(chosen.where(Person.archived_at.is_(None)).order_by(Person.name, Person.id)).all()


def units_offered(session: Session, actor: Actor, *, today: date) -> Sequence[Unit]:
    """Return the county's units as the tree stands, for credit and responsibility."""
    valid = or_(Unit.valid_to.is_(None), Unit.valid_to >= today)
    chosen = select(Unit).where(Unit.county_id == actor.county_id, valid)
    return session.scalars(chosen.order_by(Unit.path, Unit.id).limit(MOST_OFFERED)).all()


def people_offered(session: Session, actor: Actor, *, leaders: bool = False) -> Sequence[Person]:
    """Return the roster with units; `leaders` only those who may be in charge."""
    chosen = (
        select(Person)
        .join(Person.unit)
        .where(Person.county_id == actor.county_id, Person.archived_at.is_(None))
    )
    if leaders:
        chosen = chosen.where(Person.is_leader)
    return session.scalars(
        chosen.options(joinedload(Person.unit))
        .order_by(Unit.path, Person.position, Person.name, Person.id)
        .limit(MOST_OFFERED)
    ).all()


def occasions_offered(session: Session, actor: Actor) -> Sequence[Occasion]:
    """Return the newest occasions of the county."""
    chosen = select(Occasion).where(Occasion.county_id == actor.county_id, Occasion.archived_at.is_(None))
    return session.scalars(chosen.order_by(Occasion.first_on.desc(), Occasion.id).limit(100)).all()


def lists_offered(session: Session, actor: Actor) -> Sequence[ProjectList]:
    """Return the county's lists of key projects, the newest first."""
    chosen = select(ProjectList).where(
        ProjectList.county_id == actor.county_id, ProjectList.archived_at.is_(None)
    )
    return session.scalars(
        chosen.order_by(ProjectList.year.desc(), ProjectList.level, ProjectList.name, ProjectList.id).limit(
            100
        )
    ).all()


def lists_of(session: Session, deal: Deal) -> Sequence[ProjectList]:
    """Return the lists that a deal stands on."""
    return session.scalars(
        select(ProjectList)
        .join(ListedDeal, ListedDeal.list_id == ProjectList.id)
        .where(ListedDeal.deal_id == deal.id)
        .order_by(ProjectList.year.desc(), ProjectList.name, ProjectList.id)
    ).all()


def verifier_people(session: Session, county_id: UUID, *, today: date) -> set[UUID]:
    """Return the people who hold the role of a verifier today, for the standing warning."""
    holds = (
        select(User.person_id)
        .join(MembershipRow, MembershipRow.user_id == User.id)
        .where(
            User.county_id == county_id,
            User.disabled_at.is_(None),
            MembershipRow.role == Role.VERIFIER,
            or_(MembershipRow.valid_from.is_(None), MembershipRow.valid_from <= today),
            or_(MembershipRow.valid_to.is_(None), MembershipRow.valid_to >= today),
        )
    )
    return set(session.scalars(holds))


def units_on(session: Session, person_id: UUID, *, day: date) -> set[UUID]:
    """Return the units to which somebody belonged on a day."""
    belongs = (
        select(MembershipRow.unit_id)
        .join(User, User.id == MembershipRow.user_id)
        .where(
            User.person_id == person_id,
            or_(MembershipRow.valid_from.is_(None), MembershipRow.valid_from <= day),
            or_(MembershipRow.valid_to.is_(None), MembershipRow.valid_to >= day),
        )
    )
    return set(session.scalars(belongs))


def refused_of(session: Session, actor: Actor) -> Sequence[Deal]:
    """Return deals of the units for which the actor writes whose newest terms were refused, the newest first."""
    return _to_do(session, actor, DealTerms.state == TermsState.REFUSED)


def drafts_of(session: Session, actor: Actor) -> Sequence[Deal]:
    """Return deals of the units for which the actor writes whose newest terms are a draft, the newest first."""
    return _to_do(session, actor, DealTerms.state == TermsState.DRAFT)


def open_of_person(actor: Actor, person_id: UUID) -> Select[Deal]:
    """Choose the running deals that somebody is responsible for and the actor may open, for handing them over."""
    running = Deal.stage.not_in([DealStage.TERMINATED, DealStage.AT_CAPACITY])
    return visible_to(actor).where(Deal.responsible_person_id == person_id, running)


def _to_do(session: Session, actor: Actor, state: ColumnElement[bool]) -> Sequence[Deal]:
    chosen = visible_to(actor).where(in_writable_units(Deal.owner_unit_id, actor))
    return session.scalars(
        chosen.join(DealTerms, DealTerms.id == Deal.newest_terms_id)
        .where(state)
        .options(joinedload(Deal.owner_unit))
        .order_by(Deal.updated_at.desc(), Deal.id)
        .limit(MOST_TO_DO)
    ).all()


def reader_ids(session: Session, deal: Deal) -> list[str]:
    """Return the people named on a deal, as its form ticks them."""
    named = select(DealReader.person_id).where(DealReader.deal_id == deal.id)
    return [str(key) for key in session.scalars(named)]
