"""`/api/v1/events`: what happened, in order, to whatever a key may read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.desk.feed import queries
from app.desk.feed.schemas import EventListing, EventOut
from app.web.api import ApiContext, ListOf, scoped
from app.web.api_document import operation

router = APIRouter(prefix="/api/v1", tags=["events"])

Reader = Annotated[ApiContext, scoped("events:read")]


@router.get("/events", response_model=ListOf[EventOut], summary="Follow what happens", **operation())
def list_events(ctx: Reader, wanted: Annotated[EventListing, Query()]) -> Response:
    """Events by position; nothing is skipped. The cursor stands also at the end: keep it and ask again later. An event
    says which record changed, not how: read the record. Besides `events:read` a key needs the scope of the records."""
    position = ctx.after(wanted)
    with ctx.reading() as session:
        rows, go_on, more = queries.page_of_events(
            session, ctx.actor, wanted, after=int(position[0]) if position else 0
        )
        return ctx.listing(rows, next_cursor=ctx.cursor(wanted, [go_on]), as_of=ctx.now, has_more=more)
