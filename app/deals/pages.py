"""Pages of one deal: filing it, its record, correcting its facts."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from starlette.responses import Response

from app.core.errors import AppError, FieldError
from app.core.i18n import N_
from app.core.options import chain_wording
from app.core.permissions import Permission
from app.deals import queries, service
from app.deals.forms import amount_typed, deal_typed, is_preview, offered, terms_offered
from app.deals.listing import queries as listing
from app.deals.listing.pages import list_query
from app.deals.listing.schemas import DealFilter
from app.deals.models import Deal
from app.deals.record import record_of
from app.deals.schemas import EditDealInput, FileDealInput
from app.deals.story import told
from app.identity.refused_forms import SHOWN, show_refusal
from app.leads.models import Lead
from app.leads.queries import get_lead
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form

router = pages()

Reader = Annotated[Context, allow(Permission.READ_RECORDS)]
Writer = Annotated[Context, allow(Permission.WRITE_RECORDS)]


@router.get("/deals/new")
def new_deal(ctx: Writer, lead: UUID | None = None) -> Response:
    typed: dict[str, Any] = {
        "agreement": "formal_contract",
        "responsible_person_id": ctx.actor.person_id,
        "currency": "CNY",
    }
    if lead is None:
        return _form(ctx, ctx.blank(**typed))
    with ctx.reading() as session:
        found = get_lead(session, ctx.actor, lead)
    exact = found.planned_min_fen == found.planned_max_fen
    typed |= {
        "name": found.title,
        "content": found.content,
        "place": found.place,
        "land_mu": found.land_mu,
        "chain": found.chain,
        "total": amount_typed(found.planned_max_fen, found.planned_qualifier) if exact else "",
        "responsible_person_id": found.owner_person_id or ctx.actor.person_id,
        "confidential": found.confidential,
    }
    lists = {
        "investor_name": [found.investor.name],
        "investor_ref": [str(found.investor_id)],
        "investor_kind": [found.investor.kind.value],
    }
    return _form(ctx, ctx.blank(**typed, **lists), lead=found)


@router.post("/deals/new")
def file_deal(ctx: Writer, lead: UUID | None = None) -> Response:
    form: Form[Any] = ctx.parse(FileDealInput)
    looked_at = is_preview(form)
    status = 200 if looked_at else 422
    if not form.errors and not looked_at:
        try:
            with ctx.transaction() as session:
                if lead is None:
                    deal = service.file_deal(session, ctx.actor, form.data, at=ctx.now)
                else:
                    deal = service.sign_lead(session, ctx.actor, lead, form.data, at=ctx.now)
                return ctx.redirect(f"/deals/{deal.id}", flash=N_("签约项目已登记，补齐材料后报请认定"))
        except SHOWN as refusal:
            status = show(ctx, form, refusal)
    if lead is None:
        return _form(ctx, form, status=status)
    with ctx.reading() as session:
        found = get_lead(session, ctx.actor, lead)
    return _form(ctx, form, lead=found, status=status)


@router.get("/deals/{deal_id}")
def deal(deal_id: UUID, ctx: Reader) -> Response:
    listed: Form[Any] = ctx.query(DealFilter)
    wanted = DealFilter() if listed.errors else listed.data
    with ctx.reading() as session:
        found = queries.get_deal(session, ctx.actor, deal_id)
        before, after = listing.neighbours(session, ctx.actor, wanted, deal_id)
        record = record_of(session, ctx.actor, found, today=ctx.today, locale=ctx.locale)
        return ctx.render(
            "deals/show.html",
            deal=found,
            record=record,
            story=told(ctx, record.story, record.people, chain=chain_wording(session, ctx.actor.county_id)),
            before=before,
            after=after,
            query=list_query(wanted),
        )


@router.get("/deals/{deal_id}/edit")
def edit_form(deal_id: UUID, ctx: Writer) -> Response:
    with ctx.reading() as session:
        found = queries.get_deal(session, ctx.actor, deal_id)
    return _form(ctx, ctx.blank(**deal_typed(found)), deal=found)


@router.post("/deals/{deal_id}/edit")
def edit(deal_id: UUID, ctx: Writer) -> Response:
    form: Form[Any] = ctx.parse(EditDealInput)
    status = 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.edit_deal(session, ctx.actor, deal_id, form.data, at=ctx.now)
                return ctx.redirect(f"/deals/{deal_id}", flash=N_("项目资料已保存"))
        except SHOWN as refusal:
            status = show(ctx, form, refusal)
    with ctx.reading() as session:
        found = queries.get_deal(session, ctx.actor, deal_id)
    return _form(ctx, form, deal=found, status=status)


def show(ctx: Context, form: Form[Any], refusal: AppError) -> int:
    """Put a refusal into the form; an amount that looks like a slip gets its box to confirm."""
    if isinstance(refusal, FieldError) and refusal.field == "total":
        form.values["slip"] = True
    return show_refusal(ctx, form, refusal)


def _form(
    ctx: Context,
    form: Form[Any],
    *,
    deal: Deal | None = None,
    lead: Lead | None = None,
    status: int = 200,
) -> Response:
    with ctx.reading() as session:
        choices = offered(ctx, session, chain=next((each.chain for each in (deal, lead) if each), ""))
        if deal is None:
            choices |= terms_offered(ctx, session, form)
        return ctx.render("deals/edit.html", status=status, form=form, deal=deal, lead=lead, **choices)
