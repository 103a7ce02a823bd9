"""How an import ends: the page that waits for a long one, with a bar that fills, and the result."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from app.transfers import queries
from app.transfers.pages import kinds_of, steps_of
from app.transfers.queued.meter import Meter
from app.transfers.queued.queries import IMPORTED, REFUSED, course_of
from app.transfers.rules import Kind
from app.web.access import pages, signed_in
from app.web.context import Context

router = pages()

Anybody = Annotated[Context, signed_in()]
# A worker begins within a second; after so long there is none.
LONG_S = 60


@router.get("/transfers/import/{file_id}/progress")
def progress(file_id: UUID, ctx: Anybody) -> Response:
    kinds_of(ctx)
    with ctx.reading() as session:
        file = queries.own_file(session, ctx.actor, file_id)
        course = course_of(session, file)
        if course is None:
            return ctx.redirect("/transfers/import")
        if course.kind == IMPORTED:
            return _on(ctx, f"/transfers/import/{file_id}/done")
        told = {name: after for name, (_before, after) in course.changes.items()}
        refused = course.kind == REFUSED
        why = ctx.say(told["message"], **told["params"]) if refused else ""
        meter = None if refused else Meter(ctx.settings.data_dir, file_id).read()
        return ctx.render(
            "transfers/_progress.html" if ctx.is_fragment else "transfers/progress.html",
            steps=steps_of(ctx, 3),
            file=file,
            here=f"/transfers/import/{file_id}",
            plan=told["plan"],
            why=why,
            meter=meter,
            percent=100 * meter.done // max(meter.of, 1) if meter else 0,
            waits_long=meter is None and (ctx.now - course.at).total_seconds() > LONG_S,
        )


@router.get("/transfers/import/{file_id}/done")
def done(file_id: UUID, ctx: Anybody) -> Response:
    kinds_of(ctx)
    with ctx.reading() as session:
        file = queries.own_file(session, ctx.actor, file_id)
        event = queries.imported(session, file)
        if event is None:
            return ctx.redirect("/transfers/import")
        told = {name: after for name, (_before, after) in event.changes.items()}
        return ctx.render(
            "transfers/done.html",
            steps=steps_of(ctx, 4),
            file=file,
            told=told,
            kind=Kind(told["import_kind"]),
        )


def _on(ctx: Context, location: str) -> Response:
    """Go on to another page, also when only a part of this one was asked for."""
    if not ctx.is_fragment:
        return ctx.redirect(location)
    return ctx.finish(Response(status_code=204, headers={"HX-Redirect": location}))
