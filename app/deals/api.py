"""`/api/v1/deals`: the deals that a key's account may open."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from app.core.errors import NotFound
from app.deals.partners import queries
from app.deals.partners.schemas import DealListing, DealOut
from app.web.api import ApiContext, ListOf, scoped
from app.web.api_document import operation

router = APIRouter(prefix="/api/v1", tags=["deals"])

Reader = Annotated[ApiContext, scoped("deals:read")]


@router.get("/deals", response_model=ListOf[DealOut], summary="List deals", **operation())
def list_deals(ctx: Reader, wanted: Annotated[DealListing, Query()]) -> Response:
    """Deals of the units that the account reads; confidential ones that it may not open are left out."""
    with ctx.reading() as session:
        rows, position = queries.page_of_deals(session, ctx.actor, wanted, after=ctx.after(wanted))
        return ctx.page(rows, wanted, position=position)


@router.get("/deals/{deal_id}", response_model=DealOut, summary="Read a deal", **operation(tagged=True))
def read_deal(deal_id: Annotated[UUID, Path(description="The deal's id.")], ctx: Reader) -> Response:
    """Another's deal, and a confidential one that the account may not open, is a 404."""
    with ctx.reading() as session:
        deal = queries.one_deal(session, ctx.actor, deal_id)
        found = queries.shown(session, ctx.actor, [deal]) if deal else []
        if deal is None or not found:
            raise NotFound()
        return ctx.record(found[0], version=deal.version)
