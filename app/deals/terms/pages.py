"""Pages of one version of terms: what it says, what its verification lacks, and the steps it may take."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from starlette.responses import Response

from app.core.errors import AppError, FieldError
from app.core.i18n import N_
from app.core.permissions import Permission, holds_over
from app.deals import queries, rules
from app.deals.changes import may_change
from app.deals.facts import verification_facts, verifier_of
from app.deals.forms import is_preview, terms_offered, terms_typed
from app.deals.models import Deal, DealTerms
from app.deals.record import exclusion_labels
from app.deals.rules import AgreementKind, OpeningBasis, RefusalReason, TermsKind, TermsState
from app.deals.terms import service
from app.deals.terms.schemas import DecideInput, DraftTermsInput, EditTermsInput
from app.deals.terms.writing import problems_of
from app.identity.choices import labelled
from app.identity.refused_forms import SHOWN, show_refusal
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form

router = pages()

Reader = Annotated[Context, allow(Permission.READ_RECORDS)]
Writer = Annotated[Context, allow(Permission.WRITE_RECORDS)]
Head = Annotated[Context, allow(Permission.SUBMIT_TERMS)]


@router.get("/deals/{deal_id}/terms/new")
def new_terms(deal_id: UUID, ctx: Writer, kind: TermsKind = TermsKind.AMENDMENT) -> Response:
    with ctx.reading() as session:
        deal = queries.get_deal(session, ctx.actor, deal_id)
        shown = queries.shown_terms(deal)
        typed = terms_typed(ctx, shown) if shown else {}
    typed |= {"effective_on": ctx.today if kind is TermsKind.TERMINATION else None, "terms_note": ""}
    if kind is TermsKind.UPGRADE:
        typed["agreement"] = AgreementKind.FORMAL_CONTRACT.value
    return _form(ctx, deal, ctx.blank(**typed, kind=kind.value), kind=kind)


@router.post("/deals/{deal_id}/terms/new")
def draft(deal_id: UUID, ctx: Writer) -> Response:
    form: Form[Any] = ctx.parse(DraftTermsInput)
    looked_at = is_preview(form)
    status = 200 if looked_at else 422
    if not form.errors and not looked_at:
        try:
            with ctx.transaction() as session:
                terms = service.draft_terms(session, ctx.actor, deal_id, form.data, at=ctx.now)
                return ctx.redirect(f"/deals/{deal_id}/terms/{terms.id}", flash=N_("新版条款已保存为草稿"))
        except SHOWN as refusal:
            status = _show(ctx, form, refusal)
    with ctx.reading() as session:
        deal = queries.get_deal(session, ctx.actor, deal_id)
    known = form.get("kind") in set(TermsKind)
    kind = TermsKind(form.get("kind")) if known else TermsKind.AMENDMENT
    return _form(ctx, deal, form, kind=kind, status=status)


@router.get("/deals/{deal_id}/terms/{terms_id}")
def terms_page(deal_id: UUID, terms_id: UUID, ctx: Reader) -> Response:
    return page(ctx, deal_id, terms_id, ctx.blank())


@router.get("/deals/{deal_id}/terms/{terms_id}/edit")
def edit_form(deal_id: UUID, terms_id: UUID, ctx: Writer) -> Response:
    with ctx.reading() as session:
        deal = queries.get_deal(session, ctx.actor, deal_id)
        terms = queries.terms_of(deal, terms_id)
    form = ctx.blank(**terms_typed(ctx, terms), version=terms.version)
    return _form(ctx, deal, form, kind=terms.kind, terms=terms)


@router.post("/deals/{deal_id}/terms/{terms_id}/edit")
def edit(deal_id: UUID, terms_id: UUID, ctx: Writer) -> Response:
    form: Form[Any] = ctx.parse(EditTermsInput)
    looked_at = is_preview(form)
    status = 200 if looked_at else 422
    if not form.errors and not looked_at:
        try:
            with ctx.transaction() as session:
                service.edit_terms(session, ctx.actor, deal_id, terms_id, form.data, at=ctx.now)
                return ctx.redirect(f"/deals/{deal_id}/terms/{terms_id}", flash=N_("条款已保存"))
        except SHOWN as refusal:
            status = _show(ctx, form, refusal)
    with ctx.reading() as session:
        deal = queries.get_deal(session, ctx.actor, deal_id)
        terms = queries.terms_of(deal, terms_id)
    return _form(ctx, deal, form, kind=terms.kind, terms=terms, status=status)


@router.post("/deals/{deal_id}/terms/{terms_id}/submission")
def submit(deal_id: UUID, terms_id: UUID, ctx: Head) -> Response:
    done = N_("已报请认定")
    return step(ctx, deal_id, terms_id, DecideInput, service.submit_terms, done=done)


@router.post("/deals/{deal_id}/terms/{terms_id}/withdrawal")
def withdraw(deal_id: UUID, terms_id: UUID, ctx: Writer) -> Response:
    done = N_("条款已撤回")
    return step(ctx, deal_id, terms_id, DecideInput, service.withdraw_terms, done=done)


def step(ctx: Context, deal_id: UUID, terms_id: UUID, model: Any, do: Any, *, done: str) -> Response:
    """Carry one step of a version out and go back to its deal, or show the version with what refused it."""
    form: Form[Any] = ctx.parse(model)
    status = 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                do(session, ctx.actor, deal_id, terms_id, form.data, at=ctx.now)
                return ctx.redirect(f"/deals/{deal_id}", flash=done)
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return page(ctx, deal_id, terms_id, form, status=status)


def page(ctx: Context, deal_id: UUID, terms_id: UUID, form: Form[Any], *, status: int = 200) -> Response:
    """Show a version with all that stands in its way, before the buttons."""
    with ctx.reading() as session:
        deal = queries.get_deal(session, ctx.actor, deal_id)
        terms = queries.terms_of(deal, terms_id)
        standing = queries.standing_terms(deal)
        facts = verification_facts(deal, terms)
        unit = deal.owner_unit
        return ctx.render(
            "deals/terms.html",
            status=status,
            deal=deal,
            terms=terms,
            standing=standing,
            form=form,
            problems=problems_of(deal, terms, today=ctx.today),
            to_submit=service.submission_blockers(deal, terms, today=ctx.today),
            to_verify=rules.verification_blockers(facts, verifier_of(ctx.actor)),
            missing=rules.missing_evidence(facts),
            own_unit=rules.is_own_unit(facts, verifier_of(ctx.actor)),
            reasons=labelled(ctx, RefusalReason),
            bases=labelled(ctx, OpeningBasis),
            exclusions=exclusion_labels(session, ctx.actor.county_id, locale=ctx.locale),
            evidence=[row for row in deal.evidence if row.archived_at is None],
            may={
                "edit": ctx.may(Permission.WRITE_RECORDS)
                and may_change(ctx.actor, deal)
                and rules.may_edit(terms.state),
                "withdraw": may_change(ctx.actor, deal) and terms.state in rules.OPEN_STATES,
                "submit": holds_over(ctx.actor, Permission.SUBMIT_TERMS, unit.path, unit.id)
                and rules.may_edit(terms.state),
                "verify": ctx.may(Permission.VERIFY_TERMS) and terms.state is TermsState.SUBMITTED,
                "revoke": ctx.may(Permission.VERIFY_TERMS) and terms.id == deal.verified_terms_id,
            },
        )


def _form(
    ctx: Context,
    deal: Deal,
    form: Form[Any],
    *,
    kind: TermsKind,
    terms: DealTerms | None = None,
    status: int = 200,
) -> Response:
    with ctx.reading() as session:
        return ctx.render(
            "deals/terms_edit.html",
            status=status,
            form=form,
            deal=deal,
            kind=kind,
            terms=terms,
            **terms_offered(ctx, session, form),
        )


def _show(ctx: Context, form: Form[Any], refusal: AppError) -> int:
    if isinstance(refusal, FieldError) and refusal.field == "total":
        form.values["slip"] = True
    return show_refusal(ctx, form, refusal)
