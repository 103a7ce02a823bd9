"""Pages of first-report protection: judging a lead, asking for a decision between units, giving one."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from app.core.i18n import N_
from app.core.permissions import Permission
from app.leads.acting import act, ask
from app.leads.protection import service
from app.leads.protection.schemas import AskRulingInput, JudgeInput, RulingInput
from app.web.access import allow, pages
from app.web.context import Context

router = pages()

Writer = Annotated[Context, allow(Permission.WRITE_RECORDS)]
Judge = Annotated[Context, allow(Permission.JUDGE_LEADS)]
Arbiter = Annotated[Context, allow(Permission.ADJUDICATE_LEADS)]


@router.get("/leads/{lead_id}/judgement")
def judgement_form(lead_id: UUID, ctx: Judge) -> Response:
    return ask(ctx, lead_id, "judgement")


@router.post("/leads/{lead_id}/judgement")
def judgement(lead_id: UUID, ctx: Judge) -> Response:
    return act(ctx, lead_id, "judgement", JudgeInput, service.judge, done=N_("研判已记下"))


@router.get("/leads/{lead_id}/ruling")
def ruling_form(lead_id: UUID, ctx: Writer) -> Response:
    return ask(ctx, lead_id, "ruling")


@router.post("/leads/{lead_id}/ruling")
def ruling(lead_id: UUID, ctx: Writer) -> Response:
    return act(ctx, lead_id, "ruling", AskRulingInput, service.ask_ruling, done=N_("裁定申请已提交"))


@router.get("/leads/{lead_id}/rulings/{request_id}")
def decision_form(lead_id: UUID, request_id: UUID, ctx: Arbiter) -> Response:
    return ask(ctx, lead_id, "decision", address=f"/leads/{lead_id}/rulings/{request_id}")


@router.post("/leads/{lead_id}/rulings/{request_id}")
def decision(lead_id: UUID, request_id: UUID, ctx: Arbiter) -> Response:
    return act(
        ctx,
        lead_id,
        "decision",
        RulingInput,
        service.adjudicate,
        done=N_("裁定已记下"),
        subject_id=request_id,
        address=f"/leads/{lead_id}/rulings/{request_id}",
    )
