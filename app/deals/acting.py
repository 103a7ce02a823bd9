"""One page for one action on a deal: the form, what was refused, and back to the deal when it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.i18n import N_
from app.core.inputs import Input
from app.core.text import plain_number
from app.deals import queries
from app.deals.following.queries import paid_ins_of
from app.deals.following.schemas import FIRST
from app.deals.following.service import DAY_LABELS
from app.deals.models import Deal
from app.deals.rules import (
    DATED_STAGES,
    WORKING_STAGES,
    CreditRole,
    DealStage,
    EvidenceKind,
    StageMove,
    SupportNeed,
    stage_move,
)
from app.deals.upkeep.service import list_words
from app.identity.choices import labelled, units_offered
from app.identity.refused_forms import SHOWN, show_refusal
from app.web.context import Context
from app.web.forms import Form

TITLES = {
    "stage": N_("更新阶段"),
    "stage-days": N_("更正阶段日期"),
    "note": N_("记进展"),
    "paid-in": N_("填报到位资金"),
    "credits": N_("引资责任"),
    "lists": N_("项目库"),
    "readers": N_("保密设置"),
    "evidence": N_("上传材料"),
}


def ask(ctx: Context, deal_id: UUID, action: str, **typed: Any) -> Response:
    """Show the form of an action for the first time."""
    with ctx.reading() as session:
        deal = queries.get_deal(session, ctx.actor, deal_id)
        form = ctx.blank(version=deal.version, **{**_standing(ctx, session, deal, action), **typed})
        return page(ctx, session, deal, action, form)


def act(
    ctx: Context, deal_id: UUID, action: str, model: type[Input], do: Callable[..., object], *, done: str
) -> Response:
    """Carry an action out and go back to the deal, or show its form again with what was typed."""
    form: Form[Any] = ctx.parse(model)
    status = 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                do(session, ctx.actor, deal_id, form.data, at=ctx.now)
                return ctx.redirect(f"/deals/{deal_id}", flash=done)
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    with ctx.reading() as session:
        deal = queries.get_deal(session, ctx.actor, deal_id)
        return page(ctx, session, deal, action, form, status=status)


def page(
    ctx: Context, session: Session, deal: Deal, action: str, form: Form[Any], *, status: int = 200
) -> Response:
    """Render the form of an action."""
    return ctx.render(
        "deals/action.html",
        status=status,
        action=action,
        heading=TITLES[action],
        deal=deal,
        form=form,
        **_choices(ctx, session, deal, action, form),
    )


def _choices(ctx: Context, session: Session, deal: Deal, action: str, form: Form[Any]) -> dict[str, Any]:
    if action == "stage":
        moves = {stage: stage_move(deal.stage, stage) for stage in DealStage}
        possible = [stage for stage, move in moves.items() if move not in (None, StageMove.TERMINATION)]
        return {"stages": labelled(ctx, possible)}
    if action == "stage-days":
        return {"reached": _reached(deal)}
    if action == "paid-in":
        return {"stated": paid_ins_of(session, deal)[:6]}
    if action == "note":
        return {"needs": labelled(ctx, SupportNeed)}
    if action == "credits":
        units = queries.units_offered(session, ctx.actor, today=ctx.today)
        roles = [(FIRST, ctx.say(N_("引荐（第一引荐人）"))), *labelled(ctx, CreditRole)]
        return {"units": units_offered(units), "roles": roles, "rows": _credit_rows(form)}
    if action == "lists":
        offered = queries.lists_offered(session, ctx.actor)
        return {"lists": [(each.id, list_words([each])) for each in offered]}
    if action == "readers":
        people = queries.people_offered(session, ctx.actor)
        return {"people": [(person.id, f"{person.name}（{person.unit.shown_name}）") for person in people]}
    if action == "evidence":
        versions = [(terms.id, ctx.say(N_("第 %(n)s 版条款"), n=terms.no)) for terms in deal.terms]
        return {"kinds": labelled(ctx, EvidenceKind), "versions": versions}
    return {}


def _reached(deal: Deal) -> list[tuple[str, str]]:
    """Return (field, label) of the days that may be set right: those of the stages that the deal has reached."""
    ended = deal.stage is DealStage.TERMINATED
    last = len(WORKING_STAGES) if ended else WORKING_STAGES.index(deal.stage)
    columns = zip(DATED_STAGES, DAY_LABELS.items(), strict=True)
    return [field for stage, field in columns if WORKING_STAGES.index(stage) <= last]


def _standing(ctx: Context, session: Session, deal: Deal, action: str) -> dict[str, Any]:
    """Return the values that an action's form begins with."""
    if action in ("stage", "note"):
        return {"on_day": ctx.today}
    if action == "stage-days":
        return {name: getattr(deal, name) for name in DAY_LABELS}
    if action == "paid-in":
        return {"as_of": ctx.today}
    if action == "credits":
        return {
            "credit_unit": [str(row.unit_id) for row in deal.credits],
            "credit_role": [FIRST if row.first else row.role.value for row in deal.credits],
            "credit_share": [plain_number(row.share_percent) for row in deal.credits],
        }
    if action == "lists":
        return {"lists": [str(each.id) for each in queries.lists_of(session, deal)]}
    if action == "readers":
        return {"confidential": deal.confidential, "readers": queries.reader_ids(session, deal)}
    return {}


def _credit_rows(form: Form[Any]) -> list[dict[str, str]]:
    names = ("credit_unit", "credit_role", "credit_share")
    columns = [form.get(name, []) for name in names]
    lists = [[value] if isinstance(value, str) else list(value) for value in columns]
    rows = [
        {
            name: values[place] if place < len(values) else ""
            for name, values in zip(names, lists, strict=True)
        }
        for place in range(len(lists[0]))
    ]
    spare = {"credit_unit": "", "credit_role": CreditRole.INTRODUCER.value, "credit_share": ""}
    return [*[row for row in rows if row["credit_unit"]], dict(spare), dict(spare)]
