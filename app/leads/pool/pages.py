"""The page on which a unit takes a lead from the pool."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from app.core.i18n import N_
from app.core.permissions import Permission
from app.leads.acting import act, ask
from app.leads.pool import service
from app.leads.pool.schemas import TakeInput
from app.web.access import allow, pages
from app.web.context import Context

router = pages()

Writer = Annotated[Context, allow(Permission.WRITE_RECORDS)]


@router.get("/leads/{lead_id}/taking")
def taking_form(lead_id: UUID, ctx: Writer) -> Response:
    return ask(ctx, lead_id, "taking", owner_person_id=ctx.actor.person_id)


@router.post("/leads/{lead_id}/taking")
def taking(lead_id: UUID, ctx: Writer) -> Response:
    return act(ctx, lead_id, "taking", TakeInput, service.take_from_pool, done=N_("线索已认领"))
