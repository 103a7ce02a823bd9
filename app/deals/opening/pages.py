"""Pages of the opening batch: what the selection will bring, then one basis for all of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from starlette.responses import Response

from app.core import files
from app.core.errors import AppError
from app.core.i18n import N_, label
from app.core.permissions import Permission
from app.deals.choosing import ChosenDeal
from app.deals.facts import verifier_of
from app.deals.opening import queries, service
from app.deals.opening.schemas import OpeningBatchInput, SelectionInput
from app.deals.record import exclusion_labels
from app.deals.rules import OpeningBasis
from app.identity.choices import labelled
from app.identity.refused_forms import show_refusal
from app.targets.rules import Reason
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form

router = pages()

Verifier = Annotated[Context, allow(Permission.VERIFY_TERMS)]


@router.post("/deals/verification/opening/preview")
def preview(ctx: Verifier) -> Response:
    form: Form[Any] = ctx.parse(SelectionInput)
    if form.errors or not form.data.chosen:
        return ctx.redirect("/deals/verification?opening=true", flash=N_("先勾选要认定的项目"))
    return _page(ctx, ctx.blank(), form.data.chosen)


@router.post("/deals/verification/opening")
def verify_opening(ctx: Verifier) -> Response:
    form: Form[Any] = ctx.parse(OpeningBatchInput)
    status = 422
    if not form.errors:
        try:
            uploads = ctx.files("file")
            received = (
                files.receive(ctx.settings, uploads[0].file, filename=uploads[0].filename or "")
                if uploads
                else None
            )
            with ctx.transaction() as session:
                kept = files.keep(session, received, actor=ctx.actor, at=ctx.now) if received else None
                done = service.verify_opening(session, ctx.actor, form.data, file=kept, at=ctx.now)
                return ctx.redirect(
                    "/deals/verification?opening=true", flash=N_("已认定 %(n)s 个期初项目"), n=len(done)
                )
        except AppError as refusal:
            if refusal.status in (403, 404):
                raise
            status = show_refusal(ctx, form, refusal)
    again: Form[Any] = ctx.parse(SelectionInput)
    if again.errors or not again.data.deals:
        return ctx.redirect("/deals/verification?opening=true", flash=N_("先勾选要认定的项目"))
    return _page(ctx, form, again.data.deals, status=status)


def _page(ctx: Context, form: Form[Any], asked: Iterable[ChosenDeal], *, status: int = 200) -> Response:
    ids = {each.deal_id for each in asked}
    with ctx.reading() as session:
        found = queries.chosen(session, ctx.actor, ids)
        shown = queries.preview(session, ctx.actor, found, verifier_of(ctx.actor))
        reasons = exclusion_labels(session, ctx.actor.county_id, locale=ctx.locale)
        reasons |= {reason.value: label(ctx.locale, reason) for reason in Reason}
        return ctx.render(
            "deals/opening.html",
            status=status,
            form=form,
            it=shown,
            reasons=reasons,
            gone=len(ids) - len(shown.rows),
            bases=labelled(ctx, OpeningBasis),
        )
