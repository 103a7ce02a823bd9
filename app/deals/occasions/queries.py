"""Reads about occasions (签约活动) and lists of key projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import Session, joinedload

from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.paging import Page, paginate
from app.core.permissions import STAFF
from app.deals.models import Deal, DealTerms, ListedDeal, Occasion, ProjectList
from app.deals.queries import SHOWN_TERMS, in_scope, visible_to

MOST_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Tally:
    """How many deals, what their known amounts sum to, and how many amounts are unknown."""

    count: int
    fen: int
    unknown: int


def visible_occasions(actor: Actor) -> Select[Occasion]:
    """Start every read of occasions here: staff know all of the county's."""
    chosen = select(Occasion).where(Occasion.county_id == actor.county_id, Occasion.archived_at.is_(None))
    return chosen if actor.has(*STAFF) else chosen.where(false())


def page_of_occasions(session: Session, actor: Actor, *, page: int) -> Page[Occasion]:
    """Return a page of occasions, the newest first."""
    ordered = visible_occasions(actor).order_by(Occasion.first_on.desc(), Occasion.id)
    return paginate(session, ordered, page=page)


def get_occasion(session: Session, actor: Actor, occasion_id: UUID, *, lock: bool = False) -> Occasion:
    """Return an occasion. Raises NotFound."""
    chosen = visible_occasions(actor).where(Occasion.id == occasion_id)
    occasion = session.scalar(chosen.with_for_update() if lock else chosen)
    if occasion is None:
        raise NotFound()
    return occasion


def deals_at(session: Session, actor: Actor, occasion: Occasion) -> Sequence[tuple[Deal, DealTerms]]:
    """Return the deals signed at an occasion that the actor may open, with the terms that they show."""
    chosen = (
        visible_to(actor)
        .join(DealTerms, DealTerms.id == SHOWN_TERMS)
        .where(Deal.occasion_id == occasion.id)
        .add_columns(DealTerms)
        .options(joinedload(Deal.owner_unit))
        .order_by(DealTerms.total_fen.desc().nulls_last(), Deal.id)
        .limit(MOST_SHOWN)
    )
    return [(deal, terms) for deal, terms in session.execute(chosen)]


def tally_of(session: Session, actor: Actor, occasion: Occasion) -> Tally:
    """Count and sum all deals of an occasion that the actor's lists count, confidential ones included."""
    chosen = (
        select(func.count(), func.sum(DealTerms.total_fen), func.count(DealTerms.total_fen))
        .select_from(Deal)
        .join(DealTerms, DealTerms.id == SHOWN_TERMS)
        .where(in_scope(actor), Deal.occasion_id == occasion.id)
    )
    count, fen, known = session.execute(chosen).one()
    return Tally(count, int(fen or 0), count - known)


def get_list(session: Session, actor: Actor, list_id: UUID, *, lock: bool = False) -> ProjectList:
    """Return a list of key projects. Raises NotFound."""
    chosen = select(ProjectList).where(
        ProjectList.id == list_id,
        ProjectList.county_id == actor.county_id,
        ProjectList.archived_at.is_(None),
    )
    found = session.scalar(chosen.with_for_update() if lock else chosen)
    if found is None:
        raise NotFound()
    return found


def same_list(session: Session, actor: Actor, values: Mapping[str, str | int]) -> UUID | None:
    """Return the id of the county's list of that name, level, year and batch."""
    same = select(ProjectList.id).where(ProjectList.county_id == actor.county_id)
    return session.scalar(same.filter_by(**values))


def lists_with_counts(session: Session, actor: Actor) -> Sequence[tuple[ProjectList, int]]:
    """Return the county's lists with how many deals of those that the actor opens stand on each, as the list of deals
    shows them; lists are never added up."""
    standing = (
        visible_to(actor)
        .join(ListedDeal, ListedDeal.deal_id == Deal.id)
        .with_only_columns(ListedDeal.list_id, func.count().label("deals"))
        .group_by(ListedDeal.list_id)
        .subquery()
    )
    chosen = (
        select(ProjectList, func.coalesce(standing.c.deals, 0))
        .join(standing, standing.c.list_id == ProjectList.id, isouter=True)
        .where(ProjectList.county_id == actor.county_id, ProjectList.archived_at.is_(None))
        .order_by(ProjectList.year.desc(), ProjectList.level, ProjectList.name, ProjectList.id)
        .limit(MOST_SHOWN)
    )
    return [(row, count) for row, count in session.execute(chosen)]
