"""Pages of freezes (封账): the bureau proposes which months to close, somebody else closes them or turns it down."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from starlette.responses import Response

from app.core.i18n import N_
from app.core.permissions import Permission
from app.identity.refused_forms import SHOWN, show_refusal
from app.targets.freezing import queries, service
from app.targets.freezing.rules import may_confirm
from app.targets.freezing.schemas import DecideFreezeInput, ProposeFreezeInput
from app.targets.managing.queries import get_target, list_targets
from app.targets.rules import FreezeState, counts_deals
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form

router = pages()

Proposer = Annotated[Context, allow(Permission.PROPOSE_FREEZE)]
Decider = Annotated[Context, allow(Permission.CONFIRM_FREEZE)]


@router.get("/progress/freezes")
def freezes(ctx: Decider) -> Response:
    with ctx.reading() as session:
        targets = list_targets(session, ctx.actor)
        listed = queries.recent_freezes(session, ctx.actor)
        states = queries.states_of(session, targets, today=ctx.today)
    return ctx.render(
        "targets/freezes.html",
        targets=targets,
        states=states,
        freezes=listed,
        names={target.id: target.name for target in targets},
    )


@router.get("/progress/freezes/new")
def new_freeze(ctx: Proposer, target: UUID) -> Response:
    return _new_form(ctx, target, ctx.blank())


@router.post("/progress/freezes/new")
def propose(ctx: Proposer, target: UUID) -> Response:
    form, status = ctx.parse(ProposeFreezeInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                freeze = service.propose_freeze(
                    session, ctx.actor, target, through=form.data.through, note=form.data.note, at=ctx.now
                )
                return ctx.redirect(f"/progress/freezes/{freeze.id}", flash=N_("封账申请已提交"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _new_form(ctx, target, form, status=status)


@router.get("/progress/freezes/{freeze_id}")
def freeze(freeze_id: UUID, ctx: Decider) -> Response:
    return _show(ctx, freeze_id, ctx.blank())


@router.post("/progress/freezes/{freeze_id}/confirmation")
def confirm(freeze_id: UUID, ctx: Decider) -> Response:
    form = ctx.parse(DecideFreezeInput)
    try:
        with ctx.transaction() as session:
            service.confirm_freeze(session, ctx.actor, freeze_id, at=ctx.now)
            return ctx.redirect(f"/progress/freezes/{freeze_id}", flash=N_("已封账"))
    except SHOWN as refusal:
        return _show(ctx, freeze_id, form, status=show_refusal(ctx, form, refusal))


@router.post("/progress/freezes/{freeze_id}/refusal")
def decline(freeze_id: UUID, ctx: Decider) -> Response:
    form, status = ctx.parse(DecideFreezeInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.decline_freeze(session, ctx.actor, freeze_id, note=form.data.note, at=ctx.now)
                return ctx.redirect(f"/progress/freezes/{freeze_id}", flash=N_("封账申请已退回"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _show(ctx, freeze_id, form, status=status)


def _new_form(ctx: Context, target_id: UUID, form: Form[Any], *, status: int = 200) -> Response:
    with ctx.reading() as session:
        target = get_target(session, ctx.actor, target_id)
        state = queries.states_of(session, [target], today=ctx.today)[target.id]
    if state.days:
        form.values.setdefault("through", state.days[-1].isoformat())
    return ctx.render("targets/freeze_new.html", status=status, form=form, target=target, state=state)


def _show(ctx: Context, freeze_id: UUID, form: Form[Any], *, status: int = 200) -> Response:
    with ctx.reading() as session:
        found = queries.get_freeze(session, ctx.actor, freeze_id)
        target = get_target(session, ctx.actor, found.target_id)
        total = queries.booked_in(session, found)
    waits = found.state is FreezeState.PROPOSED
    return ctx.render(
        "targets/freeze.html",
        status=status,
        form=form,
        freeze=found,
        target=target,
        total=total,
        counts=counts_deals(target.measure),
        waits=waits,
        is_own=not may_confirm(proposed_by=found.proposed_by, person_id=service.person_of(ctx.actor)),
    )
