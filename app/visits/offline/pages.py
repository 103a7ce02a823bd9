"""What a phone without a network needs: a form that names nobody, and a door for the visits that waited on it.

See docs/decisions for why the device keeps only the visits of the person who typed them.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from starlette.responses import JSONResponse, Response

from app.core.permissions import Permission
from app.identity.choices import labelled
from app.visits.filling.values import KEPT_FOR_ANOTHER
from app.visits.pages import SHOWN_HERE, received_pictures, show_refusal_here
from app.visits.rules import NextStep, VisitKind
from app.visits.schemas import NewVisitInput
from app.visits.service import AlreadyLogged, log_visit
from app.web.access import allow, pages
from app.web.context import Context, Replayed
from app.web.forms import Form

router = pages()

Writer = Annotated[Context, allow(Permission.WRITE_RECORDS)]


@router.get("/visits/offline")
def form_without_network(ctx: Writer) -> Response:
    """The form as a device keeps it: the same for everybody, without names, records or a token."""
    return ctx.render(
        "visits/offline.html",
        form=ctx.blank(kind=VisitKind.OUTBOUND.value),
        kinds=labelled(ctx, VisitKind),
        next_steps=labelled(ctx, NextStep),
        kept_for_another=KEPT_FOR_ANOTHER,
    )


@router.post("/visits/outbox")
def take_in(ctx: Writer) -> Response:
    """Take in a visit that waited on a device; sent twice, even over two sign-ins, it is one: its id is the key."""
    form = ctx.parse(NewVisitInput)
    if form.errors:
        return _refused(form)
    try:
        pictures = received_pictures(ctx)
        with ctx.transaction() as session:
            visit = log_visit(session, ctx.actor, form.data, at=ctx.now, pictures=pictures)
            ctx.remember(f"/visits/{visit.id}")
            return _taken(visit.id)
    except Replayed:
        return _taken(form.data.id, again=True)
    except AlreadyLogged as known:
        return _taken(known.visit_id, again=True)
    except SHOWN_HERE as refusal:
        show_refusal_here(ctx, form, refusal)
        return _refused(form)


def _taken(visit_id: UUID | None, *, again: bool = False) -> Response:
    return JSONResponse({"href": f"/visits/{visit_id}" if visit_id else "/visits", "again": again})


def _refused(form: Form[Any]) -> Response:
    return JSONResponse({"errors": list(form.errors.values())}, status_code=422)
