"""The audit trail as a page."""

from __future__ import annotations

from typing import Annotated

from starlette.responses import Response

from app.audit import queries, words
from app.audit.schemas import PAGE_SIZE, AuditFilter
from app.core.permissions import Permission
from app.web.access import allow, pages
from app.web.context import Context
from app.web.lists import pages_of

router = pages()


@router.get("/admin/audit")
def trail(ctx: Annotated[Context, allow(Permission.READ_AUDIT)]) -> Response:
    form = ctx.query(AuditFilter)
    chosen = AuditFilter() if form.errors else form.data
    with ctx.reading() as session:
        events, total = queries.list_events(session, ctx.actor, chosen, zone=ctx.settings.zone)
        rows = [words.row(ctx.locale, event) for event in events]
        return ctx.render(
            "audit/trail.html",
            status=422 if form.errors else 200,
            form=form,
            rows=rows,
            kinds=words.kinds(ctx.locale),
            seal=queries.last_seal(session),
            pages=pages_of(ctx.request, total=total, page=chosen.page, size=PAGE_SIZE, shown=len(events)),
        )
