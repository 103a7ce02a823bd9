"""Pages of occasions and of lists of key projects."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from starlette.responses import Response

from app.core.events import timeline
from app.core.i18n import N_, label
from app.core.permissions import Permission
from app.deals.models import Occasion, ProjectList
from app.deals.occasions import queries, service
from app.deals.occasions.schemas import (
    EditOccasionInput,
    EditProjectListInput,
    OccasionInput,
    PageFilter,
    ProjectListInput,
)
from app.deals.rules import ListLevel, OccasionKind
from app.identity.choices import labelled
from app.identity.refused_forms import SHOWN, show_refusal
from app.web import stories
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form
from app.web.lists import pages_of
from app.web.templating import format_day

router = pages()

Reader = Annotated[Context, allow(Permission.READ_RECORDS)]
Writer = Annotated[Context, allow(Permission.WRITE_RECORDS)]
Verifier = Annotated[Context, allow(Permission.VERIFY_TERMS)]


def _day(locale: str, value: Any) -> str:
    return format_day(date.fromisoformat(str(value)), locale)


stories.tell(
    "occasion",
    {"occasion.added": N_("登记活动"), "occasion.changed": N_("修改活动")},
    fields=service.LABELS,
    wordings={
        "kind": lambda locale, value: label(locale, OccasionKind(value)),
        "first_on": _day,
        "last_on": _day,
    },
)
stories.tell(
    "project_list",
    {"project_list.added": N_("新建项目库"), "project_list.changed": N_("修改项目库")},
    fields=service.LIST_LABELS,
    wordings={"level": lambda locale, value: label(locale, ListLevel(value))},
)


@router.get("/occasions")
def occasions(ctx: Reader) -> Response:
    form: Form[Any] = ctx.query(PageFilter)
    number = 1 if form.errors else form.data.page
    with ctx.reading() as session:
        page = queries.page_of_occasions(session, ctx.actor, page=number)
        return ctx.render(
            "deals/occasions.html",
            page=page,
            pages=pages_of(
                ctx.request, total=page.total, page=page.page, size=page.per_page, shown=len(page.items)
            ),
        )


@router.get("/occasions/new")
def new_occasion(ctx: Writer) -> Response:
    return _form(ctx, ctx.blank(kind=OccasionKind.SIGNING.value, first_on=ctx.today))


@router.post("/occasions/new")
def add_occasion(ctx: Writer) -> Response:
    form: Form[Any] = ctx.parse(OccasionInput)
    status = 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                occasion = service.add_occasion(session, ctx.actor, form.data, at=ctx.now)
                return ctx.redirect(f"/occasions/{occasion.id}", flash=N_("活动已保存"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _form(ctx, form, status=status)


@router.get("/occasions/{occasion_id}")
def occasion(occasion_id: UUID, ctx: Reader) -> Response:
    with ctx.reading() as session:
        found = queries.get_occasion(session, ctx.actor, occasion_id)
        rows = queries.deals_at(session, ctx.actor, found)
        tally = queries.tally_of(session, ctx.actor, found)
        return ctx.render(
            "deals/occasion.html",
            occasion=found,
            rows=rows,
            tally=tally,
            hidden=tally.count - len(rows) if len(rows) < queries.MOST_SHOWN else 0,
            story=stories.told(ctx, timeline(session, ("occasion", found.id))),
        )


@router.get("/occasions/{occasion_id}/edit")
def edit_form(occasion_id: UUID, ctx: Writer) -> Response:
    with ctx.reading() as session:
        found = queries.get_occasion(session, ctx.actor, occasion_id)
    typed = {name: getattr(found, name) for name in service.LABELS} | {"version": found.version}
    return _form(ctx, ctx.blank(**typed), occasion=found)


@router.post("/occasions/{occasion_id}/edit")
def edit(occasion_id: UUID, ctx: Writer) -> Response:
    form: Form[Any] = ctx.parse(EditOccasionInput)
    status = 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.edit_occasion(session, ctx.actor, occasion_id, form.data, at=ctx.now)
                return ctx.redirect(f"/occasions/{occasion_id}", flash=N_("活动已保存"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    with ctx.reading() as session:
        found = queries.get_occasion(session, ctx.actor, occasion_id)
    return _form(ctx, form, occasion=found, status=status)


@router.get("/project-lists")
def project_lists(ctx: Reader) -> Response:
    return _lists(ctx, ctx.blank(level=ListLevel.COUNTY.value, year=ctx.today.year))


@router.post("/project-lists")
def add_list(ctx: Verifier) -> Response:
    form: Form[Any] = ctx.parse(ProjectListInput)
    status = 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.add_list(session, ctx.actor, form.data, at=ctx.now)
                return ctx.redirect("/project-lists", flash=N_("项目库已保存"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _lists(ctx, form, status=status)


@router.get("/project-lists/{list_id}/edit")
def edit_list_form(list_id: UUID, ctx: Verifier) -> Response:
    with ctx.reading() as session:
        found = queries.get_list(session, ctx.actor, list_id)
    typed = {name: getattr(found, name) for name in service.LIST_LABELS} | {"version": found.version}
    return _list_form(ctx, ctx.blank(**typed), found)


@router.post("/project-lists/{list_id}/edit")
def edit_list(list_id: UUID, ctx: Verifier) -> Response:
    form: Form[Any] = ctx.parse(EditProjectListInput)
    status = 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.edit_list(session, ctx.actor, list_id, form.data, at=ctx.now)
                return ctx.redirect("/project-lists", flash=N_("项目库已保存"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    with ctx.reading() as session:
        found = queries.get_list(session, ctx.actor, list_id)
    return _list_form(ctx, form, found, status=status)


def _form(ctx: Context, form: Form[Any], *, occasion: Occasion | None = None, status: int = 200) -> Response:
    kinds = labelled(ctx, OccasionKind)
    return ctx.render("deals/occasion_edit.html", status=status, form=form, occasion=occasion, kinds=kinds)


def _lists(ctx: Context, form: Form[Any], *, status: int = 200) -> Response:
    with ctx.reading() as session:
        rows = queries.lists_with_counts(session, ctx.actor)
    levels = labelled(ctx, ListLevel)
    return ctx.render("deals/project_lists.html", status=status, form=form, rows=rows, levels=levels)


def _list_form(ctx: Context, form: Form[Any], found: ProjectList, *, status: int = 200) -> Response:
    levels = labelled(ctx, ListLevel)
    return ctx.render("deals/project_list_edit.html", status=status, form=form, found=found, levels=levels)
