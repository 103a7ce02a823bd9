"""`/api/v1/investors`: who invests. Contacts are never among it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from app.investors.partners import queries
from app.investors.partners.schemas import InvestorListing, InvestorOut
from app.investors.queries import get_investor
from app.web.api import ApiContext, ListOf, scoped
from app.web.api_document import operation

router = APIRouter(prefix="/api/v1", tags=["investors"])

Reader = Annotated[ApiContext, scoped("investors:read")]


@router.get("/investors", response_model=ListOf[InvestorOut], summary="List investors", **operation())
def list_investors(ctx: Reader, wanted: Annotated[InvestorListing, Query()]) -> Response:
    """The county's investors, without contacts."""
    with ctx.reading() as session:
        rows, position = queries.page_of_investors(session, ctx.actor, wanted, after=ctx.after(wanted))
        return ctx.page(rows, wanted, position=position)


@router.get(
    "/investors/{investor_id}",
    response_model=InvestorOut,
    summary="Read an investor",
    **operation(tagged=True),
)
def read_investor(
    investor_id: Annotated[UUID, Path(description="The investor's id.")], ctx: Reader
) -> Response:
    """A merged one stays readable and says into which it was merged."""
    with ctx.reading() as session:
        investor = get_investor(session, ctx.actor, investor_id)
        return ctx.record(queries.shown(investor), version=investor.version)
