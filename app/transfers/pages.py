"""Pages of imports: upload, columns, check, confirm, done; and of exports."""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.core import files
from app.core.clock import SHANGHAI
from app.core.errors import AppError, FieldError, NotFound, NotPermitted
from app.core.files.kinds import LEDGERS
from app.core.i18n import N_
from app.core.permissions import Permission, allowed
from app.core.sheets import csv_bytes, xlsx_bytes
from app.identity.choices import labelled, units_offered
from app.transfers import queries, service
from app.transfers.annotating import annotated, blank_form, said
from app.transfers.checking import Checked, Opened, open_ledger
from app.transfers.exporting import TITLES, export_ledger
from app.transfers.queued import service as queued
from app.transfers.rules import FIELDS, Kind, Severity, Verdict
from app.transfers.schemas import CarryOutInput, ExportInput, PlanInput, UploadInput
from app.web.access import pages, signed_in
from app.web.context import Context
from app.web.forms import Form

router = pages()

Anybody = Annotated[Context, signed_in()]

MOST_FINDINGS = 100
MOST_ROWS = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}
STEPS = (N_("上传"), N_("认列"), N_("核对"), N_("确认"), N_("完成"))


@router.get("/transfers/import")
def upload_form(ctx: Anybody, kind: Kind | None = None) -> Response:
    kinds = kinds_of(ctx)
    return _upload_page(ctx, ctx.blank(kind=(kind if kind in kinds else kinds[0]).value))


@router.post("/transfers/import")
def upload(ctx: Anybody) -> Response:
    kinds_of(ctx)
    form: Form[Any] = ctx.parse(UploadInput)
    found = ctx.files("file")
    status = 422
    if not found:
        form.errors["file"] = ctx.say(N_("请选择要导入的文件"))
    if not form.errors:
        try:
            return _take_in(ctx, form.data, found[0])
        except NotPermitted:
            raise
        except AppError as refusal:
            status = refusal.status
            form.refuse(refusal if isinstance(refusal, FieldError) else _at_file(refusal))
    return _upload_page(ctx, form, status=status)


@router.get("/transfers/import/templates/{kind}")
def template(kind: str, ctx: Anybody) -> Response:
    found = next((each for each in kinds_of(ctx) if each.value == kind), None)
    if found is None:
        raise NotFound()
    name = f"{ctx.say(TITLES[found])}.xlsx"
    return _send(ctx, blank_form(found, locale=ctx.locale), name, media=XLSX)


@router.get("/transfers/import/{file_id}")
def columns(file_id: UUID, ctx: Anybody) -> Response:
    plan = _plan(ctx)
    _name, _content, opened = _opened(ctx, file_id, plan)
    return ctx.render(
        "transfers/columns.html",
        steps=steps_of(ctx, 1),
        file_id=file_id,
        plan=plan,
        opened=opened,
        fields=[(field.key, _without_unit(ctx.say(field.header))) for field in FIELDS[plan.kind]],
        samples={column.index: opened.table.samples(column.index) for column in opened.table.columns},
    )


@router.get("/transfers/import/{file_id}/check")
def check(file_id: UUID, ctx: Anybody) -> Response:
    plan = _plan(ctx)
    name, _content, opened = _opened(ctx, file_id, plan)
    return _check_page(ctx, file_id, name, plan, opened, ctx.blank())


@router.get("/transfers/import/{file_id}/annotated")
def annotated_file(file_id: UUID, ctx: Anybody) -> Response:
    plan = _plan(ctx)
    name, content, opened = _opened(ctx, file_id, plan)
    with ctx.reading() as session:
        checked = service.check_ledger(session, ctx.actor, opened, plan.order, at=ctx.now)
        body = annotated(content, checked, filename=name, locale=ctx.locale)
    stem = name.rpartition(".")[0]
    return _send(ctx, body, f"{stem}-{ctx.say(N_('批注'))}.xlsx", media=XLSX)


@router.post("/transfers/import/{file_id}/check")
def carry_out(file_id: UUID, ctx: Anybody) -> Response:
    kinds_of(ctx)
    form: Form[Any] = ctx.parse(CarryOutInput)
    if form.errors:
        return ctx.redirect(f"/transfers/import/{file_id}/check?{_plan(ctx).query}")
    name, _content, opened = _opened(ctx, file_id, form.data)
    try:
        with ctx.transaction() as session:
            if len(opened.table.rows) > queued.AT_ONCE:
                file = queries.own_file(session, ctx.actor, file_id)
                queued.queue_import(session, ctx.actor, file, form.data, at=ctx.now)
                return ctx.redirect(f"/transfers/import/{file_id}/progress")
            service.import_ledger(
                session,
                ctx.actor,
                opened,
                form.data.order,
                file_id=file_id,
                confirmed=form.data.row,
                digest=form.data.digest,
                filename=name,
                at=ctx.now,
            )
            return ctx.redirect(f"/transfers/import/{file_id}/done", flash=N_("导入完成"))
    except (service.RowsAreWrong, service.NothingToWrite, service.ChangedMeanwhile) as refusal:
        form.refuse(refusal)
        return _check_page(ctx, file_id, name, form.data, opened, form, status=refusal.status)


@router.get("/transfers/export")
def export_form(ctx: Anybody) -> Response:
    kinds = kinds_of(ctx, leaving=True)
    return ctx.render(
        "transfers/export.html", kinds=_labelled(ctx, kinds), form=ctx.blank(kind=kinds[0].value)
    )


@router.post("/transfers/export")
def export(ctx: Anybody) -> Response:
    kinds = kinds_of(ctx, leaving=True)
    form: Form[Any] = ctx.parse(ExportInput)
    wanted = ExportInput() if form.errors else form.data
    kind = wanted.kind or kinds[0]
    if kind not in kinds:
        raise NotPermitted()
    with ctx.transaction() as session:
        sheet = export_ledger(session, ctx.actor, kind, at=ctx.now)
        body = csv_bytes(sheet) if wanted.format == "csv" else xlsx_bytes(sheet)
    stamp = f"{ctx.now.astimezone(SHANGHAI):%Y%m%d-%H%M}"
    name = f"{sheet.title}-{stamp}.{wanted.format}"
    return _send(ctx, body, name, media=MEDIA[wanted.format])


def kinds_of(ctx: Context, *, leaving: bool = False) -> list[Kind]:
    """Return what the reader may bring in, or take out. Raises NotPermitted where it is nothing."""
    found = []
    for kind in Kind:
        needed = service.permission_of(kind)
        if leaving and kind not in service.OFFICE:
            needed = Permission.EXPORT
        if allowed(ctx.actor, needed):
            found.append(kind)
    if not found:
        raise NotPermitted()
    return found


def _without_unit(header: str) -> str:
    """Name a column without the unit of our own files: a ledger's header names its own."""
    return re.sub(r"\s*[（(][^（）()]*[）)]$", "", header)


def _labelled(ctx: Context, kinds: list[Kind]) -> list[tuple[Any, str]]:
    return [(value, text) for value, text in labelled(ctx, Kind) if value in {kind.value for kind in kinds}]


def _plan(ctx: Context) -> PlanInput:
    kinds_of(ctx)
    asked: Form[PlanInput] = ctx.query(PlanInput)
    return PlanInput() if asked.errors else asked.data


def _take_in(ctx: Context, data: UploadInput, found: UploadFile) -> Response:
    """Keep the file once its header was found, and go on to its columns."""
    name = found.filename or ""
    head = found.file.read(4)
    found.file.seek(0)
    if head == b"PK\x03\x04" and name.lower().endswith(".xls"):
        # Other systems save the new format under the old one's name.
        name += "x"
    with ctx.reading() as session:
        unit = service.choose_unit(session, ctx.actor, data.unit_id, kind=data.kind, at=ctx.now)
    received = files.receive(ctx.settings, found.file, filename=name, allowed=LEDGERS)
    found.file.seek(0)
    open_ledger(found.file.read(), filename=name, kind=data.kind)
    with ctx.transaction() as session:
        row = files.keep(session, received, actor=ctx.actor, at=ctx.now)
        plan = PlanInput(kind=data.kind, unit_id=unit.id, opening=data.opening)
        return ctx.redirect(f"/transfers/import/{row.id}?{plan.query}")


def _at_file(refusal: AppError) -> FieldError:
    return FieldError("file", refusal.message_id, **refusal.params)


def _opened(ctx: Context, file_id: UUID, plan: PlanInput) -> tuple[str, bytes, Opened]:
    """Open a ledger that the reader brought, with the columns as the address has them."""
    with ctx.reading() as session:
        file = queries.own_file(session, ctx.actor, file_id)
        name = file.name
        with files.open_file(ctx.settings, file) as handle:
            content = handle.read()
    return name, content, open_ledger(content, filename=name, kind=plan.kind, chosen=plan.chosen)


def _upload_page(ctx: Context, form: Form[Any], *, status: int = 200) -> Response:
    kinds = kinds_of(ctx)
    with ctx.reading() as session:
        units = {
            unit.id: unit
            for kind in kinds
            for unit in service.importable_units(session, ctx.actor, kind=kind, at=ctx.now)
        }
        return ctx.render(
            "transfers/upload.html",
            status=status,
            steps=steps_of(ctx, 0),
            form=form,
            kinds=_labelled(ctx, kinds),
            units=units_offered(list(units.values())),
            records=any(kind not in service.OFFICE for kind in kinds),
        )


def _check_page(
    ctx: Context,
    file_id: UUID,
    name: str,
    plan: PlanInput,
    opened: Opened,
    form: Form[Any],
    *,
    status: int = 200,
) -> Response:
    with ctx.reading() as session:
        checked = service.check_ledger(session, ctx.actor, opened, plan.order, at=ctx.now)
        return ctx.render(
            "transfers/check.html",
            status=status,
            steps=steps_of(ctx, 2 if checked.errors else 3),
            form=form,
            file_id=file_id,
            name=name,
            plan=plan,
            checked=checked,
            **_shown(ctx, checked),
        )


def _shown(ctx: Context, checked: Checked) -> dict[str, Any]:
    """Gather what the check shows, bounded: the annotated file has the rest."""
    return {
        "findings": [
            (finding, said(finding, locale=ctx.locale))
            for finding in [*checked.errors, *checked.warnings][:MOST_FINDINGS]
        ],
        "changed": checked.of(Verdict.CHANGED)[:MOST_ROWS],
        "suspected": checked.of(Verdict.SUSPECTED)[:MOST_ROWS],
        "most": MOST_FINDINGS,
        "most_rows": MOST_ROWS,
        "verdicts": [(verdict, count) for verdict, count in checked.counts.items() if count],
        "error": Severity.ERROR,
    }


def steps_of(ctx: Context, here: int) -> list[dict[str, Any]]:
    """Return the steps of an import, with the one where it is."""
    return [{"text": ctx.say(text), "done": n < here, "here": n == here} for n, text in enumerate(STEPS)]


def _send(ctx: Context, body: bytes, name: str, *, media: str) -> Response:
    ending = name.rpartition(".")[2]
    headers = {
        "Content-Disposition": f"attachment; filename=\"ledger.{ending}\"; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
    }
    return ctx.finish(Response(body, media_type=media, headers=headers))
