"""Small answers for the forms in which an investor is typed."""

from __future__ import annotations

from typing import Annotated

from starlette.responses import JSONResponse, Response

from app.core.i18n import label
from app.core.permissions import Permission
from app.core.regions import region_path
from app.investors import rules
from app.investors.schemas import HomeInput, SimilarInput
from app.investors.suggesting import queries
from app.web.access import allow, pages
from app.web.context import Context

router = pages()

Reader = Annotated[Context, allow(Permission.READ_RECORDS)]


@router.get("/investors/suggest")
def suggest(ctx: Reader, q: str = "") -> Response:
    """Answer the box of leads', visits' and deals' forms: name, id, and where it lies and why it is offered."""
    with ctx.reading() as session:
        found = queries.offered(session, ctx.actor, q.strip()[:100])
    answer = [
        {"value": each.investor.name, "id": str(each.investor.id), "note": _note(ctx, each)} for each in found
    ]
    return ctx.finish(JSONResponse(answer, headers={"Cache-Control": "no-store"}))


@router.get("/investors/similar")
def similar(ctx: Reader) -> Response:
    """Answer the form of an investor: which records may be the same, and why."""
    form = ctx.query(SimilarInput)
    with ctx.reading() as session:
        found = [] if form.errors else queries.similar(session, ctx.actor, form.data)
        return ctx.render("investors/_similar.html", similar=found)


@router.get("/investors/homes")
def homes(ctx: Reader) -> Response:
    """Answer the form of an investor: which places the words may mean."""
    form = ctx.query(HomeInput)
    found = [] if form.errors else rules.propose_homes(form.data.home, name=form.data.name)
    return ctx.render("investors/_homes.html", homes=found, chosen=form.get("home_code"))


def _note(ctx: Context, each: queries.Suggestion) -> str:
    place = region_path(each.investor.home, lang=ctx.locale)
    reason = label(ctx.locale, each.reason) if each.reason is not None else ""
    return " · ".join(part for part in (place, reason) if part)
