"""Pages of targets and named cut-offs, for the verifying bureau."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from starlette.responses import Response

from app.core.clock import TimeProgressMode
from app.core.events import timeline
from app.core.i18n import N_
from app.core.permissions import Permission
from app.identity.choices import labelled
from app.identity.refused_forms import SHOWN, show_refusal
from app.targets.counting import queries as counting
from app.targets.freezing.queries import freezes_of
from app.targets.managing import queries, service
from app.targets.managing.division.service import chain_words, part_name
from app.targets.managing.rules import compared, typed_amount
from app.targets.managing.schemas import ArchiveInput, CutoffInput, EditTargetInput, TargetInput
from app.targets.managing.story import tell_stories
from app.targets.models import Target, TargetPart
from app.targets.rules import CreditRole, Measure, PartKind, SetBy, counts_deals
from app.web import stories
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form

router = pages()
tell_stories()

Manager = Annotated[Context, allow(Permission.MANAGE_TARGETS)]


@router.get("/progress/targets")
def targets(ctx: Manager, year: int | None = None) -> Response:
    with ctx.reading() as session:
        years = queries.years_with_targets(session, ctx.actor)
        chosen = year if year in years else None
        return ctx.render(
            "targets/list.html",
            targets=queries.list_targets(session, ctx.actor, year=chosen),
            years=years,
            chosen=chosen,
            counts=counts_deals,
        )


@router.get("/progress/targets/new")
def new_target(ctx: Manager) -> Response:
    return _new_form(ctx, ctx.blank(year=ctx.today.year, set_by="county", measure="signed_investment"))


@router.post("/progress/targets/new")
def create_target(ctx: Manager) -> Response:
    form, status = ctx.parse(TargetInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                made = service.add_target(session, ctx.actor, form.data, at=ctx.now)
                return ctx.redirect(f"/progress/targets/{made.id}", flash=N_("目标已新建"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _new_form(ctx, form, status=status)


@router.get("/progress/targets/{target_id}")
def target(target_id: UUID, ctx: Manager) -> Response:
    return _show(ctx, target_id, ctx.blank())


@router.post("/progress/targets/{target_id}/archive")
def archive(target_id: UUID, ctx: Manager) -> Response:
    form, status = ctx.parse(ArchiveInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                version = form.data.version
                service.archive_target(session, ctx.actor, target_id, expected_version=version, at=ctx.now)
                return ctx.redirect("/progress/targets", flash=N_("目标已撤下"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _show(ctx, target_id, form, status=status)


@router.get("/progress/targets/{target_id}/edit")
def edit_form(target_id: UUID, ctx: Manager) -> Response:
    with ctx.reading() as session:
        found = queries.get_target(session, ctx.actor, target_id)
    values = service.values_of(found)
    values["amount"] = typed_amount(values["amount"], found.measure)
    return _edit_form(ctx, found, ctx.blank(version=found.version, **values))


@router.post("/progress/targets/{target_id}/edit")
def edit(target_id: UUID, ctx: Manager) -> Response:
    form, status = ctx.parse(EditTargetInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.edit_target(session, ctx.actor, target_id, form.data, at=ctx.now)
                return ctx.redirect(f"/progress/targets/{target_id}", flash=N_("目标已保存"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    with ctx.reading() as session:
        found = queries.get_target(session, ctx.actor, target_id)
    return _edit_form(ctx, found, form, status=status)


@router.get("/progress/cutoffs")
def cutoffs(ctx: Manager) -> Response:
    return _cutoffs(ctx, ctx.blank(as_of=ctx.today))


@router.post("/progress/cutoffs")
def take_cutoff(ctx: Manager) -> Response:
    form, status = ctx.parse(CutoffInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.take_cutoff(session, ctx.actor, form.data, at=ctx.now)
                return ctx.redirect("/progress/cutoffs", flash=N_("截点已记下"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _cutoffs(ctx, form, status=status)


def _new_form(ctx: Context, form: Form[Any], *, status: int = 200) -> Response:
    with ctx.reading() as session:
        rules = counting.list_rules(session, ctx.actor)
    return ctx.render(
        "targets/new.html",
        status=status,
        form=form,
        rules=[(rule.id, rule.name) for rule in rules],
        setters=labelled(ctx, SetBy),
        measures=labelled(ctx, Measure),
        **_choices(ctx),
    )


def _edit_form(ctx: Context, target: Target, form: Form[Any], *, status: int = 200) -> Response:
    counts = counts_deals(target.measure)
    return ctx.render(
        "targets/edit.html", status=status, target=target, form=form, counts=counts, **_choices(ctx)
    )


def _choices(ctx: Context) -> dict[str, Any]:
    return {"roles": labelled(ctx, CreditRole), "paces": labelled(ctx, TimeProgressMode)}


def _show(ctx: Context, target_id: UUID, form: Form[Any], *, status: int = 200) -> Response:
    with ctx.reading() as session:
        found = queries.get_target(session, ctx.actor, target_id)
        whole = found.amounts[-1].amount if found.amounts else None
        parts: dict[PartKind, list[TargetPart]] = {
            kind: [part for part in found.parts if part.kind is kind] for kind in PartKind
        }
        return ctx.render(
            "targets/show.html",
            status=status,
            form=form,
            target=found,
            counts=counts_deals(found.measure),
            parts=parts,
            sums={kind: compared((part.amount for part in some), whole) for kind, some in parts.items()},
            planned=compared((month.amount for month in found.plan), whole),
            part_name=part_name,
            chains={word.code: word.label(ctx.locale) for word in chain_words(session, ctx.actor)},
            freezes=freezes_of(session, found.id),
            story=stories.told(ctx, timeline(session, ("target", found.id))),
        )


def _cutoffs(ctx: Context, form: Form[Any], *, status: int = 200) -> Response:
    with ctx.reading() as session:
        rows = queries.list_cutoffs(session, ctx.actor)
    return ctx.render("targets/cutoffs.html", status=status, form=form, rows=rows)
