"""Pages on which a target is divided, planned by months, and given what bulletins published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from starlette.responses import Response

from app.core.i18n import N_
from app.core.permissions import Permission
from app.identity.choices import labelled
from app.identity.refused_forms import SHOWN, show_refusal
from app.targets.managing import queries
from app.targets.managing.division import service
from app.targets.managing.rules import compared, even_plan, typed_amount
from app.targets.managing.schemas import PartsInput, PlanInput, PublishedInput
from app.targets.models import Target
from app.targets.rules import Measure, PartKind, counts_deals
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form

router = pages()

Manager = Annotated[Context, allow(Permission.MANAGE_TARGETS)]

MONTHS = range(1, 13)
FIGURES = ("done", "count", "rank", "ranked", "document")


@router.get("/progress/targets/{target_id}/parts")
def parts_form(target_id: UUID, ctx: Manager, kind: PartKind = PartKind.UNIT) -> Response:
    return _parts(ctx, target_id, kind, ctx.blank())


@router.post("/progress/targets/{target_id}/parts")
def set_parts(target_id: UUID, ctx: Manager) -> Response:
    form, status = ctx.parse(PartsInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.set_parts(session, ctx.actor, target_id, form.data, at=ctx.now)
                return ctx.redirect(f"/progress/targets/{target_id}", flash=N_("目标分解已保存"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    typed = str(form.get("kind"))
    kind = PartKind(typed) if typed in set(PartKind) else PartKind.UNIT
    return _parts(ctx, target_id, kind, form, status=status)


@router.get("/progress/targets/{target_id}/plan")
def plan_form(target_id: UUID, ctx: Manager, even: bool = False) -> Response:
    with ctx.reading() as session:
        found = queries.get_target(session, ctx.actor, target_id)
    whole = found.amounts[-1].amount if found.amounts else None
    months = {one.month: one.amount for one in found.plan}
    if even and whole is not None:
        months = dict(zip(MONTHS, even_plan(whole), strict=True))
    typed = [typed_amount(months.get(month), found.measure) for month in MONTHS]
    return _plan(ctx, found, ctx.blank(amount=typed, version=found.version))


@router.post("/progress/targets/{target_id}/plan")
def set_plan(target_id: UUID, ctx: Manager) -> Response:
    form, status = ctx.parse(PlanInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.set_plan(session, ctx.actor, target_id, form.data, at=ctx.now)
                return ctx.redirect(f"/progress/targets/{target_id}", flash=N_("月度计划已保存"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    with ctx.reading() as session:
        found = queries.get_target(session, ctx.actor, target_id)
    return _plan(ctx, found, form, status=status)


@router.get("/progress/targets/{target_id}/published")
def published_form(target_id: UUID, ctx: Manager, year: int | None = None) -> Response:
    with ctx.reading() as session:
        found = queries.get_target(session, ctx.actor, target_id)
    chosen = found.year if year == found.year else found.year - 1
    rows = {one.month: one for one in found.published if one.year == chosen}
    typed: dict[str, list[str]] = {name: [""] * 12 for name in FIGURES}
    for month, row in rows.items():
        typed["done"][month - 1] = typed_amount(row.done, found.measure)
        for name in ("count", "rank", "ranked"):
            typed[name][month - 1] = typed_amount(getattr(row, name), Measure.SIGNED_COUNT)
        typed["document"][month - 1] = row.document
    return _published(ctx, found, ctx.blank(year=chosen, version=found.version, **typed))


@router.post("/progress/targets/{target_id}/published")
def set_published(target_id: UUID, ctx: Manager) -> Response:
    form, status = ctx.parse(PublishedInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.set_published(session, ctx.actor, target_id, form.data, at=ctx.now)
                return ctx.redirect(f"/progress/targets/{target_id}", flash=N_("公布数据已保存"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    with ctx.reading() as session:
        found = queries.get_target(session, ctx.actor, target_id)
    return _published(ctx, found, form, status=status)


def _parts(ctx: Context, target_id: UUID, kind: PartKind, form: Form[Any], *, status: int = 200) -> Response:
    with ctx.reading() as session:
        found = queries.get_target(session, ctx.actor, target_id)
        offered = service.offered(session, ctx.actor, found, kind, at=ctx.now)
    standing = {part.key: part.amount for part in found.parts if part.kind is kind}
    typed = dict(zip(_texts(form, "key"), _texts(form, "amount"), strict=False))
    whole = found.amounts[-1].amount if found.amounts else None
    return ctx.render(
        "targets/parts.html",
        status=status,
        form=form,
        target=found,
        kind=kind,
        kinds=labelled(ctx, PartKind),
        counts=counts_deals(found.measure),
        rows=[
            (key, name, typed.get(key, typed_amount(standing.get(key), found.measure)))
            for key, name in offered.items()
        ],
        whole=whole,
        summed=compared(standing.values(), whole),
    )


def _plan(ctx: Context, target: Target, form: Form[Any], *, status: int = 200) -> Response:
    whole = target.amounts[-1].amount if target.amounts else None
    return ctx.render(
        "targets/plan.html",
        status=status,
        form=form,
        target=target,
        counts=counts_deals(target.measure),
        typed=_twelve(_texts(form, "amount")),
        whole=whole,
        summed=compared((one.amount for one in target.plan), whole),
    )


def _published(ctx: Context, target: Target, form: Form[Any], *, status: int = 200) -> Response:
    return ctx.render(
        "targets/published.html",
        status=status,
        form=form,
        target=target,
        counts=counts_deals(target.measure),
        chosen=str(form.get("year")),
        typed={name: _twelve(_texts(form, name)) for name in FIGURES},
    )


def _texts(form: Form[Any], name: str) -> Sequence[str]:
    given = form.get(name, [])
    return given if isinstance(given, list) else [given]


def _twelve(given: Sequence[str]) -> list[str]:
    return [*given, *[""] * 12][:12]
