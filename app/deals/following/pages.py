"""Pages of what happens to a deal by the day, and of what stands around it: one form for each action."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from app.core.i18n import N_
from app.core.permissions import Permission
from app.deals import service as deals
from app.deals.acting import act, ask
from app.deals.credit.service import set_credits
from app.deals.following import service
from app.deals.following.schemas import CreditsInput, NoteInput, PaidInInput, StageDaysInput, StageInput
from app.deals.schemas import ConfidentialInput, ListsInput, VersionInput
from app.web.access import allow, pages
from app.web.context import Context

router = pages()

Writer = Annotated[Context, allow(Permission.WRITE_RECORDS)]


@router.get("/deals/{deal_id}/stage")
def stage_form(deal_id: UUID, ctx: Writer) -> Response:
    return ask(ctx, deal_id, "stage")


@router.post("/deals/{deal_id}/stage")
def move_stage(deal_id: UUID, ctx: Writer) -> Response:
    return act(ctx, deal_id, "stage", StageInput, service.move_stage, done=N_("阶段已更新"))


@router.get("/deals/{deal_id}/stage-days")
def stage_days_form(deal_id: UUID, ctx: Writer) -> Response:
    return ask(ctx, deal_id, "stage-days")


@router.post("/deals/{deal_id}/stage-days")
def correct_stage_days(deal_id: UUID, ctx: Writer) -> Response:
    return act(ctx, deal_id, "stage-days", StageDaysInput, service.correct_days, done=N_("阶段日期已更正"))


@router.get("/deals/{deal_id}/note")
def note_form(deal_id: UUID, ctx: Writer) -> Response:
    return ask(ctx, deal_id, "note")


@router.post("/deals/{deal_id}/note")
def add_note(deal_id: UUID, ctx: Writer) -> Response:
    return act(ctx, deal_id, "note", NoteInput, service.add_note, done=N_("进展已保存"))


@router.get("/deals/{deal_id}/paid-in")
def paid_in_form(deal_id: UUID, ctx: Writer) -> Response:
    return ask(ctx, deal_id, "paid-in")


@router.post("/deals/{deal_id}/paid-in")
def state_paid_in(deal_id: UUID, ctx: Writer) -> Response:
    return act(ctx, deal_id, "paid-in", PaidInInput, service.state_paid_in, done=N_("到位资金已保存"))


@router.get("/deals/{deal_id}/credits")
def credits_form(deal_id: UUID, ctx: Writer) -> Response:
    return ask(ctx, deal_id, "credits")


@router.post("/deals/{deal_id}/credits")
def change_credits(deal_id: UUID, ctx: Writer) -> Response:
    return act(ctx, deal_id, "credits", CreditsInput, set_credits, done=N_("引资责任已保存"))


@router.get("/deals/{deal_id}/lists")
def lists_form(deal_id: UUID, ctx: Writer) -> Response:
    return ask(ctx, deal_id, "lists")


@router.post("/deals/{deal_id}/lists")
def change_lists(deal_id: UUID, ctx: Writer) -> Response:
    return act(ctx, deal_id, "lists", ListsInput, deals.set_lists, done=N_("项目库已保存"))


@router.get("/deals/{deal_id}/readers")
def readers_form(deal_id: UUID, ctx: Writer) -> Response:
    return ask(ctx, deal_id, "readers")


@router.post("/deals/{deal_id}/readers")
def change_readers(deal_id: UUID, ctx: Writer) -> Response:
    return act(ctx, deal_id, "readers", ConfidentialInput, deals.set_confidential, done=N_("保密设置已保存"))


@router.post("/deals/{deal_id}/region")
def settle_region(deal_id: UUID, ctx: Writer) -> Response:
    form = ctx.parse(VersionInput)
    version = 0 if form.errors else form.data.version
    with ctx.transaction() as session:
        service.settle_region(session, ctx.actor, deal_id, version=version, at=ctx.now)
        return ctx.redirect(f"/deals/{deal_id}", flash=N_("来源地已核对"))
