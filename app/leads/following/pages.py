"""Pages on which a lead is moved on: stage, loss, reopening, news, the referrer's answer, who may open it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from app.core.i18n import N_
from app.core.permissions import Permission
from app.leads.acting import act, ask
from app.leads.following import service
from app.leads.following.schemas import (
    AnswerInput,
    ConfidentialInput,
    LossInput,
    MoveInput,
    NoteInput,
    ReopenInput,
)
from app.web.access import allow, pages
from app.web.context import Context

router = pages()

Writer = Annotated[Context, allow(Permission.WRITE_RECORDS)]


@router.get("/leads/{lead_id}/stage")
def stage_form(lead_id: UUID, ctx: Writer) -> Response:
    return ask(ctx, lead_id, "stage")


@router.post("/leads/{lead_id}/stage")
def stage(lead_id: UUID, ctx: Writer) -> Response:
    return act(ctx, lead_id, "stage", MoveInput, service.move_stage, done=N_("阶段已调整"))


@router.get("/leads/{lead_id}/loss")
def loss_form(lead_id: UUID, ctx: Writer) -> Response:
    return ask(ctx, lead_id, "loss")


@router.post("/leads/{lead_id}/loss")
def loss(lead_id: UUID, ctx: Writer) -> Response:
    return act(ctx, lead_id, "loss", LossInput, service.lose, done=N_("已终止洽谈"))


@router.get("/leads/{lead_id}/reopening")
def reopening_form(lead_id: UUID, ctx: Writer) -> Response:
    return ask(ctx, lead_id, "reopening")


@router.post("/leads/{lead_id}/reopening")
def reopening(lead_id: UUID, ctx: Writer) -> Response:
    return act(ctx, lead_id, "reopening", ReopenInput, service.reopen, done=N_("线索已重新启动"))


@router.get("/leads/{lead_id}/note")
def note_form(lead_id: UUID, ctx: Writer) -> Response:
    return ask(ctx, lead_id, "note")


@router.post("/leads/{lead_id}/note")
def note(lead_id: UUID, ctx: Writer) -> Response:
    return act(ctx, lead_id, "note", NoteInput, service.note, done=N_("进展已记下"))


@router.get("/leads/{lead_id}/answer")
def answer_form(lead_id: UUID, ctx: Writer) -> Response:
    return ask(ctx, lead_id, "answer")


@router.post("/leads/{lead_id}/answer")
def answer(lead_id: UUID, ctx: Writer) -> Response:
    return act(ctx, lead_id, "answer", AnswerInput, service.answer_referrer, done=N_("答复已记下"))


@router.get("/leads/{lead_id}/readers")
def readers_form(lead_id: UUID, ctx: Writer) -> Response:
    return ask(ctx, lead_id, "readers")


@router.post("/leads/{lead_id}/readers")
def readers(lead_id: UUID, ctx: Writer) -> Response:
    return act(
        ctx, lead_id, "readers", ConfidentialInput, service.set_confidential, done=N_("保密设置已保存")
    )
