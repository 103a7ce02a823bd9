"""A page for heads: the drafts of their units, handed to the verifiers together."""

from __future__ import annotations

from typing import Annotated, Any

from starlette.responses import Response

from app.core.i18n import N_
from app.core.permissions import Permission
from app.deals import queries as deals
from app.deals.choosing import mark
from app.deals.submission import queries, service
from app.deals.submission.schemas import DraftsFilter, SubmitManyInput
from app.deals.terms.service import submission_blockers
from app.identity.refused_forms import SHOWN, show_refusal
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form
from app.web.lists import pages_of

router = pages()

Head = Annotated[Context, allow(Permission.SUBMIT_TERMS)]


@router.get("/deals/submission")
def drafts(ctx: Head) -> Response:
    return _page(ctx, ctx.blank())


@router.post("/deals/submission")
def submit(ctx: Head) -> Response:
    form: Form[Any] = ctx.parse(SubmitManyInput)
    status = 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                done = service.submit_many(session, ctx.actor, form.data, at=ctx.now)
                return ctx.redirect("/deals/submission", flash=N_("已报请认定 %(n)s 个项目"), n=len(done))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _page(ctx, form, status=status)


def _page(ctx: Context, form: Form[Any], *, status: int = 200) -> Response:
    asked: Form[Any] = ctx.query(DraftsFilter)
    number = 1 if asked.errors else asked.data.page
    with ctx.reading() as session:
        page = queries.drafts(session, ctx.actor, page=number)
        rows = [
            {
                "deal": deal,
                "terms": terms,
                "mark": mark(deal, terms),
                "blockers": submission_blockers(deal, terms, today=ctx.today),
            }
            for deal in page.items
            if (terms := deals.open_terms(deal)) is not None
        ]
        return ctx.render(
            "deals/submission.html",
            status=status,
            form=form,
            rows=rows,
            ready=sum(1 for row in rows if not row["blockers"]),
            pages=pages_of(
                ctx.request, total=page.total, page=page.page, size=page.per_page, shown=len(page.items)
            ),
        )
