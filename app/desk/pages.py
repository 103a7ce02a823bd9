"""The start page and handing over."""

from __future__ import annotations

from typing import Annotated, Any

from starlette.responses import Response

from app.core.actor import Role
from app.core.i18n import N_
from app.core.permissions import Permission
from app.desk import queries, service
from app.desk.schemas import HandOverInput
from app.identity.refused_forms import SHOWN, show_refusal
from app.web.access import allow, pages, signed_in
from app.web.context import Context
from app.web.forms import Form

router = pages()

# Who reads no records starts where his work is.
STARTS = ((Role.ADMIN, "/admin/users"), (Role.AUDITOR, "/admin/audit"))


@router.get("/")
def my_work(ctx: Annotated[Context, signed_in()]) -> Response:
    for role, start in STARTS:
        if ctx.actor.has(role):
            return ctx.redirect(start)
    with ctx.reading() as session:
        desk = queries.desk_of(session, ctx.actor, today=ctx.today)
        return ctx.render("desk/show.html", desk=desk)


@router.get("/desk/hand-over")
def hand_over_page(ctx: Annotated[Context, allow(Permission.HAND_OVER)]) -> Response:
    return _form(ctx, ctx.blank())


@router.post("/desk/hand-over")
def hand_over(ctx: Annotated[Context, allow(Permission.HAND_OVER)]) -> Response:
    form = ctx.parse(HandOverInput)
    if form.errors:
        return _form(ctx, form, status=422)
    if not form.data.was_shown:
        return _preview(ctx, form)
    try:
        with ctx.transaction() as session:
            moved = service.hand_over(
                session,
                ctx.actor,
                from_person_id=form.data.from_person,
                to_person_id=form.data.to_person,
                at=ctx.now,
            )
            return ctx.redirect("/", flash=N_("已移交 %(n)s 条记录"), n=moved.total)
    except SHOWN as refusal:
        return _form(ctx, form, status=show_refusal(ctx, form, refusal))


def _preview(ctx: Context, form: Form[HandOverInput]) -> Response:
    if form.data.from_person == form.data.to_person:
        form.errors["to_person"] = ctx.say("error.desk.same_person")
        return _form(ctx, form, status=422)
    with ctx.reading() as session:
        return _form(ctx, form, burden=queries.burden_of(session, ctx.actor, form.data.from_person))


def _form(
    ctx: Context, form: Form[Any], *, burden: queries.Burden | None = None, status: int = 200
) -> Response:
    with ctx.reading() as session:
        people = queries.people_offered(session, ctx.actor)
        return ctx.render(
            "desk/hand_over.html",
            status=status,
            form=form,
            people=[(each.id, f"{each.name}（{each.unit.shown_name}）") for each in people],
            burden=burden,
        )
