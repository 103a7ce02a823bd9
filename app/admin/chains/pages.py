"""Pages of the county's industry chains."""

from __future__ import annotations

from typing import Annotated, Any

from starlette.responses import Response

from app.admin.chains import service
from app.admin.chains.schemas import ChainInput, NewChainInput
from app.core.i18n import N_
from app.core.options import Word
from app.core.permissions import Permission
from app.identity.refused_forms import SHOWN, show_refusal
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form

router = pages()

Manager = Annotated[Context, allow(Permission.MANAGE_SETTINGS)]


@router.get("/admin/chains")
def chains(ctx: Manager) -> Response:
    return _list(ctx, ctx.blank())


@router.post("/admin/chains")
def add(ctx: Manager) -> Response:
    form, status = ctx.parse(NewChainInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.add_chain(session, ctx.actor, form.data, at=ctx.now)
                return ctx.redirect("/admin/chains", flash=N_("产业链已新增"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _list(ctx, form, status=status)


@router.get("/admin/chains/{code}")
def chain(code: str, ctx: Manager) -> Response:
    with ctx.reading() as session:
        word = service.get_chain(session, ctx.actor, code)
    typed = {name: getattr(word, name) for name in ("zh", "en", "position", "version")}
    return _form(ctx, word, ctx.blank(**typed, active="true" if word.active else ""))


@router.post("/admin/chains/{code}")
def change(code: str, ctx: Manager) -> Response:
    form, status = ctx.parse(ChainInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.change_chain(session, ctx.actor, code, form.data, at=ctx.now)
                return ctx.redirect("/admin/chains", flash=N_("产业链已保存"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    with ctx.reading() as session:
        word = service.get_chain(session, ctx.actor, code)
    return _form(ctx, word, form, status=status)


def _list(ctx: Context, form: Form[Any], *, status: int = 200) -> Response:
    with ctx.reading() as session:
        rows = service.chains(session, ctx.actor)
    return ctx.render("admin/chains.html", status=status, form=form, rows=rows)


def _form(ctx: Context, word: Word, form: Form[Any], *, status: int = 200) -> Response:
    return ctx.render("admin/chain.html", status=status, form=form, word=word)
