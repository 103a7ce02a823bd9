"""Pages of the roster."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from starlette.responses import Response

from app.core.i18n import N_
from app.core.permissions import Permission
from app.identity.accounts import queries as account_queries
from app.identity.choices import units_offered
from app.identity.directory import queries as directory_queries
from app.identity.models import Person
from app.identity.refused_forms import SHOWN, show_refusal
from app.identity.roster import queries, service
from app.identity.roster.schemas import PersonFilter, PersonInput
from app.identity.schemas import VersionInput
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form
from app.web.lists import pages_of, sortings

router = pages()

Manager = Annotated[Context, allow(Permission.MANAGE_USERS)]


@router.get("/admin/people")
def people(ctx: Manager) -> Response:
    form = ctx.query(PersonFilter)
    wanted = PersonFilter() if form.errors else form.data
    with ctx.reading() as session:
        rows, total = queries.page_of_people(session, ctx.actor, wanted)
        return ctx.render(
            "identity/people.html",
            form=form,
            wanted=wanted,
            rows=rows,
            accounts=account_queries.accounts_of_people(session, ctx.actor, [row.id for row in rows]),
            units=units_offered(
                directory_queries.unit_choices(session, ctx.actor, on=ctx.today, keep=wanted.unit)
            ),
            pages=pages_of(
                ctx.request, total=total, page=wanted.page, size=directory_queries.PAGE_SIZE, shown=len(rows)
            ),
            sorting=sortings(ctx.request, ("unit", "name"), sort=wanted.sort),
        )


@router.get("/admin/people/new")
def new_person(ctx: Manager, unit: UUID | None = None) -> Response:
    return _person_form(ctx, ctx.blank(unit_id=unit, position=0))


@router.post("/admin/people/new")
def add_person(ctx: Manager) -> Response:
    form, status = ctx.parse(PersonInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                person = service.add_person(session, ctx.actor, form.data, at=ctx.now)
                return ctx.redirect(f"/admin/people/{person.id}", flash=N_("人员已加入名册"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _person_form(ctx, form, status=status)


@router.get("/admin/people/{person_id}")
def person(person_id: UUID, ctx: Manager) -> Response:
    return _person_form(ctx, None, person_id=person_id)


@router.post("/admin/people/{person_id}")
def save_person(person_id: UUID, ctx: Manager) -> Response:
    form, status = ctx.parse(PersonInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.edit_person(session, ctx.actor, person_id, form.data, at=ctx.now)
                return ctx.redirect(f"/admin/people/{person_id}", flash=N_("人员已保存"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _person_form(ctx, form, person_id=person_id, status=status)


@router.post("/admin/people/{person_id}/archive")
def archive_person(person_id: UUID, ctx: Manager) -> Response:
    return _put_person(ctx, person_id, away=True, done=N_("已移出名册"))


@router.post("/admin/people/{person_id}/restore")
def restore_person(person_id: UUID, ctx: Manager) -> Response:
    return _put_person(ctx, person_id, away=False, done=N_("已恢复到名册"))


def _put_person(ctx: Context, person_id: UUID, *, away: bool, done: str) -> Response:
    form, status = ctx.parse(VersionInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                version = form.data.version
                service.archive_person(
                    session, ctx.actor, person_id, away=away, expected_version=version, at=ctx.now
                )
                return ctx.redirect(f"/admin/people/{person_id}", flash=done)
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _person_form(ctx, None, person_id=person_id, status=status, refused=form)


def _person_form(
    ctx: Context,
    form: Form[Any] | None,
    *,
    person_id: UUID | None = None,
    status: int = 200,
    refused: Form[Any] | None = None,
) -> Response:
    """Show the form as typed, or (`form` None) as stored, with the refusal of a button beside it."""
    with ctx.reading() as session:
        found = queries.get_person(session, ctx.actor, person_id) if person_id else None
        accounts = account_queries.accounts_of_people(session, ctx.actor, [person_id]) if person_id else {}
        shown = form or ctx.blank(**(_values(found) if found else {}))
        if refused is not None:
            shown.errors, shown.values = refused.errors, shown.values | refused.values
        keep = found.unit_id if found else None
        return ctx.render(
            "identity/person.html",
            status=status,
            form=shown,
            person=found,
            accounts=accounts.get(person_id, []) if person_id else [],
            units=units_offered(directory_queries.unit_choices(session, ctx.actor, on=ctx.today, keep=keep)),
        )


def _values(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in PersonInput.model_fields}
