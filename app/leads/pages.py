"""Pages of one lead: reporting it, its record, correcting it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from starlette.responses import Response

from app.core.errors import AppError, FieldError
from app.core.i18n import N_
from app.core.options import chain_wording, words
from app.core.permissions import Permission, holds_over
from app.identity.choices import labelled, units_offered
from app.identity.queries import writable_units
from app.identity.refused_forms import SHOWN, show_refusal
from app.investors.rules import InvestorKind
from app.leads import queries, service
from app.leads.changes import may_change, values_of
from app.leads.lists import queries as lists
from app.leads.lists.pages import list_query
from app.leads.lists.schemas import LeadFilter
from app.leads.models import Lead
from app.leads.record.queries import record_of
from app.leads.rules import LeadSource, LeadStage, is_open
from app.leads.schemas import EditLeadInput, ReportLeadInput
from app.leads.story import told
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form

router = pages()

Reader = Annotated[Context, allow(Permission.READ_RECORDS)]
Writer = Annotated[Context, allow(Permission.WRITE_RECORDS)]


@router.get("/leads/new")
def new_lead(ctx: Writer, investor_name: str = "", investor_id: UUID | None = None) -> Response:
    given = {"investor_name": investor_name[:200], "investor_id": investor_id}
    return _form(ctx, ctx.blank(owner_person_id=ctx.actor.person_id, investor_kind="company", **given))


@router.post("/leads/new")
def report(ctx: Writer) -> Response:
    form, status = ctx.parse(ReportLeadInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                lead = service.report_lead(session, ctx.actor, form.data, at=ctx.now)
                return ctx.redirect(f"/leads/{lead.id}", flash=N_("线索已报送"))
        except SHOWN as refusal:
            status = _show(ctx, form, refusal)
    return _form(ctx, form, status=status)


@router.get("/leads/{lead_id}")
def show(lead_id: UUID, ctx: Reader) -> Response:
    listed = ctx.query(LeadFilter)
    wanted = LeadFilter() if listed.errors else listed.data
    with ctx.reading() as session:
        lead = queries.get_lead(session, ctx.actor, lead_id)
        before, after = lists.neighbours(session, ctx.actor, wanted, lead, today=ctx.today)
        record = record_of(session, ctx.actor, lead, today=ctx.today)
        chain = chain_wording(session, ctx.actor.county_id)
        return ctx.render(
            "leads/show.html",
            lead=lead,
            record=record,
            chain=chain(ctx.locale, lead.chain),
            story=told(ctx, lead, record.story, chain=chain),
            may=_allowed(ctx, lead),
            before=before,
            after=after,
            query=list_query(wanted),
        )


@router.get("/leads/{lead_id}/edit")
def edit_form(lead_id: UUID, ctx: Writer) -> Response:
    with ctx.reading() as session:
        lead = queries.get_lead(session, ctx.actor, lead_id)
    typed = values_of(lead) | {"owner_person_id": lead.owner_person_id, "owner_text": lead.owner_text}
    return _form(ctx, ctx.blank(**typed, version=lead.version), lead=lead)


@router.post("/leads/{lead_id}/edit")
def edit(lead_id: UUID, ctx: Writer) -> Response:
    form, status = ctx.parse(EditLeadInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.edit_lead(session, ctx.actor, lead_id, form.data, at=ctx.now)
                return ctx.redirect(f"/leads/{lead_id}", flash=N_("线索已保存"))
        except SHOWN as refusal:
            status = _show(ctx, form, refusal)
    with ctx.reading() as session:
        lead = queries.get_lead(session, ctx.actor, lead_id)
    return _form(ctx, form, lead=lead, status=status)


def _form(ctx: Context, form: Form[Any], *, lead: Lead | None = None, status: int = 200) -> Response:
    with ctx.reading() as session:
        units = writable_units(session, ctx.actor)
        people = queries.people_offered(session, ctx.actor)
        chains = words(session, ctx.actor.county_id, "industry_chain", keep=lead.chain if lead else "")
        return ctx.render(
            "leads/edit.html",
            status=status,
            form=form,
            lead=lead,
            units=units_offered(units),
            people=[(person.id, f"{person.name} · {person.unit.shown_name}") for person in people],
            chains=[(word.code, word.label(ctx.locale)) for word in chains],
            sources=labelled(ctx, LeadSource),
            kinds=labelled(ctx, InvestorKind),
        )


def _show(ctx: Context, form: Form[Any], refusal: AppError) -> int:
    """Put a refusal into the form, with the way on: to confirm, to ask for a decision, to say that it is another."""
    if isinstance(refusal, service.AlreadyHeld):
        form.values["held"] = True
    if isinstance(refusal, service.DuplicateLead):
        form.values["candidates"] = refusal.params["candidates"]
    if isinstance(refusal, FieldError) and refusal.field == "planned":
        form.values["slip"] = True
    return show_refusal(ctx, form, refusal)


def _allowed(ctx: Context, lead: Lead) -> dict[str, bool]:
    """Return which actions the page offers; each is checked again when it is taken."""
    writes = ctx.may(Permission.WRITE_RECORDS) and may_change(ctx.actor, lead, lead.owner_unit)
    live = is_open(lead.stage)
    own = any(
        holds_over(ctx.actor, Permission.WRITE_RECORDS, held.unit_path, held.unit_id)
        for held in ctx.actor.memberships
        if held.unit_id != lead.owner_unit_id
    )
    return {
        "edit": writes and lead.stage is not LeadStage.SIGNED,
        "work": writes and live,
        "reopen": writes and lead.stage is LeadStage.LOST,
        "readers": writes,
        "judge": live and ctx.may(Permission.JUDGE_LEADS),
        "decide": live and ctx.may(Permission.ADJUDICATE_LEADS),
        "answer": writes or ctx.may(Permission.JUDGE_LEADS),
        "take": live and own and lead.in_pool_since is not None,
    }
