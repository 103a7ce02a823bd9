"""Pages of units and tracks."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from starlette.responses import Response

from app.core.i18n import N_
from app.core.permissions import Permission
from app.identity.choices import labelled, tracks_offered, units_offered
from app.identity.directory import queries, service
from app.identity.directory.schemas import TrackInput, UnitFilter, UnitInput
from app.identity.models import Track, Unit
from app.identity.refused_forms import SHOWN, show_refusal
from app.identity.rules import UnitKind
from app.identity.schemas import VersionInput
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form
from app.web.lists import pages_of, sortings

router = pages()

Manager = Annotated[Context, allow(Permission.MANAGE_UNITS)]


@router.get("/admin/units")
def units(ctx: Manager) -> Response:
    form = ctx.query(UnitFilter)
    wanted = UnitFilter() if form.errors else form.data
    with ctx.reading() as session:
        rows, total = queries.page_of_units(session, ctx.actor, wanted, on=ctx.today)
        return ctx.render(
            "identity/units.html",
            form=form,
            wanted=wanted,
            rows=rows,
            tracks=tracks_offered(queries.tracks(session, ctx.actor)),
            kinds=labelled(ctx, UnitKind),
            pages=pages_of(
                ctx.request, total=total, page=wanted.page, size=queries.PAGE_SIZE, shown=len(rows)
            ),
            sorting=sortings(ctx.request, ("path", "name", "code", "kind"), sort=wanted.sort),
        )


@router.get("/admin/units/new")
def new_unit(ctx: Manager, parent: UUID | None = None) -> Response:
    return _unit_form(ctx, ctx.blank(parent_id=parent, kind=UnitKind.TOWN.value, valid_from=ctx.today))


@router.post("/admin/units/new")
def create_unit(ctx: Manager) -> Response:
    form, status = ctx.parse(UnitInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                unit = service.create_unit(session, ctx.actor, form.data, at=ctx.now)
                return ctx.redirect(f"/admin/units/{unit.id}", flash=N_("单位已新建"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _unit_form(ctx, form, status=status)


@router.get("/admin/units/{unit_id}")
def unit(unit_id: UUID, ctx: Manager) -> Response:
    with ctx.reading() as session:
        found = queries.get_unit(session, ctx.actor, unit_id)
    return _unit_form(ctx, ctx.blank(**_values(found, UnitInput)), unit=found)


@router.post("/admin/units/{unit_id}")
def save_unit(unit_id: UUID, ctx: Manager) -> Response:
    form, status = ctx.parse(UnitInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.edit_unit(session, ctx.actor, unit_id, form.data, at=ctx.now)
                return ctx.redirect(f"/admin/units/{unit_id}", flash=N_("单位已保存"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    with ctx.reading() as session:
        found = queries.get_unit(session, ctx.actor, unit_id)
    return _unit_form(ctx, form, unit=found, status=status)


def _unit_form(ctx: Context, form: Form[Any], *, unit: Unit | None = None, status: int = 200) -> Response:
    with ctx.reading() as session:
        keep = unit.parent_id if unit else None
        return ctx.render(
            "identity/unit.html",
            status=status,
            form=form,
            unit=unit,
            kinds=labelled(ctx, UnitKind),
            parents=units_offered(queries.unit_choices(session, ctx.actor, on=ctx.today, keep=keep)),
            tracks=tracks_offered(queries.tracks(session, ctx.actor)),
        )


@router.get("/admin/tracks")
def tracks(ctx: Manager) -> Response:
    return _tracks(ctx, ctx.blank(position=0))


@router.post("/admin/tracks")
def create_track(ctx: Manager) -> Response:
    form, status = ctx.parse(TrackInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.create_track(session, ctx.actor, form.data, at=ctx.now)
                return ctx.redirect("/admin/tracks", flash=N_("赛道已新建"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _tracks(ctx, form, status=status)


def _tracks(ctx: Context, form: Form[Any], *, status: int = 200) -> Response:
    with ctx.reading() as session:
        rows = queries.tracks(session, ctx.actor, archived=True)
        return ctx.render("identity/tracks.html", status=status, form=form, rows=rows)


@router.get("/admin/tracks/{track_id}")
def track(track_id: UUID, ctx: Manager) -> Response:
    with ctx.reading() as session:
        found = queries.get_track(session, ctx.actor, track_id)
    return _track_form(ctx, ctx.blank(**_values(found, TrackInput)), found)


@router.post("/admin/tracks/{track_id}")
def save_track(track_id: UUID, ctx: Manager) -> Response:
    form, status = ctx.parse(TrackInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.edit_track(session, ctx.actor, track_id, form.data, at=ctx.now)
                return ctx.redirect("/admin/tracks", flash=N_("赛道已保存"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    with ctx.reading() as session:
        found = queries.get_track(session, ctx.actor, track_id)
    return _track_form(ctx, form, found, status=status)


@router.post("/admin/tracks/{track_id}/archive")
def archive_track(track_id: UUID, ctx: Manager) -> Response:
    return _put_track(ctx, track_id, away=True, done=N_("赛道已停用"))


@router.post("/admin/tracks/{track_id}/restore")
def restore_track(track_id: UUID, ctx: Manager) -> Response:
    return _put_track(ctx, track_id, away=False, done=N_("赛道已恢复"))


def _put_track(ctx: Context, track_id: UUID, *, away: bool, done: str) -> Response:
    form, status = ctx.parse(VersionInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                version = form.data.version
                service.archive_track(
                    session, ctx.actor, track_id, away=away, expected_version=version, at=ctx.now
                )
                return ctx.redirect("/admin/tracks", flash=done)
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    with ctx.reading() as session:
        found = queries.get_track(session, ctx.actor, track_id)
    form.values = _values(found, TrackInput) | form.values
    return _track_form(ctx, form, found, status=status)


def _track_form(ctx: Context, form: Form[Any], track: Track, *, status: int = 200) -> Response:
    return ctx.render("identity/track.html", status=status, form=form, track=track)


def _values(row: Unit | Track, model: type[UnitInput] | type[TrackInput]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in model.model_fields}
