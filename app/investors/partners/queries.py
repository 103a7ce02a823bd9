"""The investors that a program reads, by key and cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session, selectinload

from app.core.actor import Actor
from app.core.paging import Key, keyset_page
from app.investors.models import Investor
from app.investors.partners.schemas import InvestorListing, InvestorOut
from app.investors.queries import live, name_matches, visible_to


def page_of_investors(
    session: Session, actor: Actor, wanted: InvestorListing, *, after: Sequence[Any] | None
) -> tuple[list[InvestorOut], tuple[Any, ...] | None]:
    """Return a page of live investors and the position of its last row where more follow."""
    chosen = visible_to(actor).where(live(actor.county_id))
    if wanted.name:
        chosen = chosen.where(Investor.id.in_(name_matches(session, actor.county_id, wanted.name)))
    if wanted.kind is not None:
        chosen = chosen.where(Investor.kind == wanted.kind)
    if wanted.uscc is not None:
        chosen = chosen.where(Investor.uscc == wanted.uscc)
    if wanted.region is not None:
        chosen = chosen.where(Investor.region_code.startswith(wanted.region))
    if wanted.updated_since is not None:
        chosen = chosen.where(Investor.updated_at >= wanted.updated_since)
    found = keyset_page(
        session,
        chosen.options(selectinload(Investor.names), selectinload(Investor.tags)),
        (Key(Investor.updated_at, descending=wanted.sort.startswith("-")), Key(Investor.id)),
        limit=wanted.limit,
        after=after,
        position_of=lambda investor: (investor.updated_at, investor.id),
    )
    return [shown(investor) for investor in found.items], found.position


def shown(investor: Investor) -> InvestorOut:
    """Return an investor as programs read it; its names and tags must be loaded."""
    return InvestorOut(
        id=investor.id,
        kind=investor.kind,
        name=investor.name,
        former_names=[each.name for each in investor.names if each.merged_id is None],
        uscc=investor.uscc,
        region=investor.region_code,
        country=investor.country,
        group=investor.group_name,
        industry=investor.industry,
        returning_native=investor.returning_native,
        tags=[each.tag for each in investor.tags],
        merged_into=investor.canonical_id,
        version=investor.version,
        created_at=investor.created_at,
        updated_at=investor.updated_at,
    )
