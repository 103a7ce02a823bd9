"""One page for one action on a lead: the form, what was refused, and back to the lead when it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from starlette.responses import Response

from app.core.i18n import N_
from app.identity.choices import labelled
from app.identity.refused_forms import SHOWN, show_refusal
from app.leads import queries
from app.leads.models import Lead
from app.leads.protection.holds import protection_terms
from app.leads.rules import OPEN_STAGES, LeadStage, LostReason, RulingOutcome, Validity, allowed_moves
from app.leads.schemas import VersionInput
from app.web.context import Context
from app.web.forms import Form

TITLES = {
    "stage": N_("调整阶段"),
    "loss": N_("终止洽谈"),
    "reopening": N_("重新启动"),
    "note": N_("记进展"),
    "answer": N_("答复引荐人"),
    "readers": N_("保密设置"),
    "judgement": N_("研判"),
    "ruling": N_("申请裁定"),
    "decision": N_("作出裁定"),
    "taking": N_("从公海认领"),
}


def ask(ctx: Context, lead_id: UUID, action: str, *, address: str = "", **typed: Any) -> Response:
    """Show the form of an action for the first time."""
    with ctx.reading() as session:
        lead = queries.get_lead(session, ctx.actor, lead_id)
        form = ctx.blank(version=lead.version, **{**_standing(lead, action), **typed})
        return _page(ctx, lead, action, form, address=address)


def act(
    ctx: Context,
    lead_id: UUID,
    action: str,
    model: type[VersionInput],
    do: Callable[..., object],
    *,
    done: str,
    subject_id: UUID | None = None,
    address: str = "",
) -> Response:
    """Carry an action out and go back to the lead, or show its form again with what was typed."""
    form: Form[Any] = ctx.parse(model)
    status = 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                do(session, ctx.actor, subject_id or lead_id, form.data, at=ctx.now)
                return ctx.redirect(f"/leads/{lead_id}", flash=done)
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    with ctx.reading() as session:
        lead = queries.get_lead(session, ctx.actor, lead_id)
        return _page(ctx, lead, action, form, status=status, address=address)


def _page(
    ctx: Context, lead: Lead, action: str, form: Form[Any], *, status: int = 200, address: str = ""
) -> Response:
    return ctx.render(
        "leads/action.html",
        status=status,
        action=action,
        heading=TITLES[action],
        address=address or f"/leads/{lead.id}/{action}",
        lead=lead,
        form=form,
        **_choices(ctx, lead, action),
    )


def _choices(ctx: Context, lead: Lead, action: str) -> dict[str, Any]:
    """Return what the form of an action offers."""
    if action == "stage":
        return {
            "stages": labelled(ctx, [stage for stage in allowed_moves(lead.stage) if stage in OPEN_STAGES])
        }
    if action == "reopening":
        return {"stages": labelled(ctx, OPEN_STAGES)}
    if action == "loss":
        return {"reasons": labelled(ctx, LostReason)}
    if action == "judgement":
        with ctx.reading() as session:
            terms = protection_terms(session, ctx.actor.county_id, today=ctx.today)
        return {"validities": labelled(ctx, (Validity.VALID, Validity.INVALID)), "terms": terms}
    if action == "answer":
        with ctx.reading() as session:
            limits = queries.response_limits(session, ctx.actor.county_id, today=ctx.today)
        return {"answered": limits.answered}
    if action == "decision":
        return {"outcomes": labelled(ctx, RulingOutcome)}
    if action == "taking":
        with ctx.reading() as session:
            people = queries.people_offered(session, ctx.actor)
        return {"people": [(person.id, f"{person.name} · {person.unit.shown_name}") for person in people]}
    return {}


def _standing(lead: Lead, action: str) -> dict[str, Any]:
    """Return the values that an action's form begins with."""
    if action == "note":
        return {"next_step": lead.next_step, "next_follow_up_on": lead.next_follow_up_on}
    if action == "readers":
        people = [each.person for each in lead.readers]
        names = "\n".join(f"{person.name} {person.unit.shown_name}" for person in people)
        return {"confidential": lead.confidential, "readers": names}
    if action == "answer":
        return {"reply": lead.reply}
    if action == "reopening":
        return {"stage": LeadStage.CONTACTED.value}
    return {}
