"""Pages of merging two records, and of taking them apart again."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from starlette.responses import Response

from app.core.i18n import N_
from app.core.permissions import Permission
from app.identity.refused_forms import SHOWN, show_refusal
from app.investors import queries
from app.investors.merging import service
from app.investors.schemas import MergeInput, SimilarInput, UnmergeInput
from app.investors.suggesting.queries import similar
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form

router = pages()

Merger = Annotated[Context, allow(Permission.ADJUDICATE_LEADS)]


@router.get("/investors/{investor_id}/merge")
def ask_merge(investor_id: UUID, ctx: Merger) -> Response:
    return _page(ctx, investor_id, ctx.blank())


@router.post("/investors/{investor_id}/merge")
def merge(investor_id: UUID, ctx: Merger) -> Response:
    form, status = ctx.parse(MergeInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                into = service.merge_investor(session, ctx.actor, investor_id, form.data, at=ctx.now)
                return ctx.redirect(f"/investors/{into.id}", flash=N_("已合并，两边的历史都保留"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _page(ctx, investor_id, form, status=status)


@router.post("/investors/{investor_id}/unmerge")
def unmerge(investor_id: UUID, ctx: Merger) -> Response:
    form, status = ctx.parse(UnmergeInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.unmerge_investor(session, ctx.actor, investor_id, form.data, at=ctx.now)
                return ctx.redirect(f"/investors/{investor_id}", flash=N_("已撤销合并"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _page(ctx, investor_id, form, status=status)


def _page(ctx: Context, investor_id: UUID, form: Form[Any], *, status: int = 200) -> Response:
    with ctx.reading() as session:
        found = queries.get_investor(session, ctx.actor, investor_id)
        typed = SimilarInput(name=found.name, kind=found.kind, uscc=found.uscc, itself=found.id)
        form.values.setdefault("version", found.version)
        return ctx.render(
            "investors/merge.html",
            status=status,
            form=form,
            investor=found,
            canonical=queries.canonical(session, found),
            similar=similar(session, ctx.actor, typed) if found.is_live else [],
        )
