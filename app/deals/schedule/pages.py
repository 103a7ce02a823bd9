"""The schedule (调度表): a page that prints lying on A3 or A4, and the same as a sheet that Excel and WPS open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from app.core.i18n import N_, label
from app.core.permissions import Permission
from app.core.sheets import Cell, Column, ColumnKind, Sheet
from app.deals.listing.pages import send_sheet
from app.deals.listing.sheet import MASKED, export_mark, signed_text
from app.deals.schedule import queries, service
from app.deals.schedule.queries import Group, Line
from app.deals.schedule.schemas import ScheduleFilter
from app.web.access import allow
from app.web.context import Context
from app.web.forms import Form
from app.web.templating import format_day

router = APIRouter(include_in_schema=False)

Reader = Annotated[Context, allow(Permission.READ_RECORDS)]
Exporter = Annotated[Context, allow(Permission.EXPORT)]

NOBODY = N_("未明确挂点领导")
COLUMNS = (
    (N_("项目名称"), ColumnKind.TEXT, 26),
    (N_("投资方"), ColumnKind.TEXT, 22),
    (N_("总投资（亿元）"), ColumnKind.YI, 12),
    (N_("签约日期"), ColumnKind.TEXT, 12),
    (N_("阶段"), ColumnKind.TEXT, 10),
    (N_("责任单位"), ColumnKind.TEXT, 12),
    (N_("责任人"), ColumnKind.TEXT, 10),
    (N_("应开工日期"), ColumnKind.DAY, 12),
    (N_("超期天数"), ColumnKind.WHOLE, 8),
    (N_("进展"), ColumnKind.TEXT, 36),
    (N_("存在问题"), ColumnKind.TEXT, 26),
    (N_("需协调事项"), ColumnKind.TEXT, 26),
    (N_("下步打算"), ColumnKind.TEXT, 26),
    (N_("完成时限"), ColumnKind.DAY, 12),
    (N_("填报日期"), ColumnKind.DAY, 12),
)


@router.get("/deals/schedule")
def schedule(ctx: Reader) -> Response:
    form: Form[Any] = ctx.query(ScheduleFilter)
    wanted = ScheduleFilter() if form.errors else form.data
    with ctx.reading() as session:
        groups = queries.schedule(session, ctx.actor, wanted, today=ctx.today)
        leaders = queries.leaders_offered(session, ctx.actor)
        state = wanted.model_dump(mode="json", exclude_defaults=True)
        return ctx.render(
            "deals/schedule.html",
            form=form,
            wanted=wanted,
            groups=groups,
            count=sum(len(group.lines) for group in groups),
            late=sum(group.late for group in groups),
            nobody=NOBODY,
            leaders=[(person.id, person.name) for person in leaders],
            years=[(year, str(year)) for year in range(ctx.today.year, ctx.today.year - 10, -1)],
            query=f"?{urlencode(state)}" if state else "",
            at=ctx.now,
        )


@router.post("/deals/schedule/export")
def export(ctx: Exporter) -> Response:
    form: Form[Any] = ctx.query(ScheduleFilter)
    wanted = ScheduleFilter() if form.errors else form.data
    with ctx.transaction() as session:
        groups = service.export_schedule(session, ctx.actor, wanted, at=ctx.now)
        return send_sheet(ctx, _sheet(ctx, groups, wanted), kind="xlsx")


def _sheet(ctx: Context, groups: Sequence[Group], wanted: ScheduleFilter) -> Sheet:
    headings, rows = {}, list[Sequence[Cell]]()
    for group in groups:
        name = group.leader.name if group.leader else ctx.say(NOBODY)
        headings[len(rows)] = ctx.say(N_("%(name)s：%(n)s 个项目"), name=name, n=len(group.lines))
        rows += _rows(ctx, group.lines)
    notes = [
        ctx.say(
            N_("截至%(day)s，共 %(n)s 个项目；签约未开工超期 %(late)s 个"),
            day=format_day(ctx.today, ctx.locale),
            n=len(rows),
            late=sum(group.late for group in groups),
        )
    ]
    if ctx.demo:
        notes.append(ctx.say(N_("演示数据·虚构")))
    return Sheet(
        title=ctx.say(N_("签约项目调度表")),
        columns=[Column(ctx.say(text), kind, width) for text, kind, width in COLUMNS],
        rows=rows,
        notes=notes,
        mark=export_mark(ctx),
        a3=wanted.paper == "a3",
        groups=headings,
    )


def _rows(ctx: Context, lines: Iterable[Line]) -> list[Sequence[Cell]]:
    return [_cells(ctx, line) for line in lines]


def _cells(ctx: Context, line: Line) -> list[Cell]:
    row, note, clock = line.row, line.note, line.clock
    if row.id is None:
        stage = label(ctx.locale, row.stage)
        return [ctx.say(MASKED), "", None, "", stage, line.responsible_unit, *[None] * 9]
    return [
        row.name,
        row.investors,
        row.total_fen,
        signed_text(row),
        label(ctx.locale, row.stage),
        line.responsible_unit,
        row.responsible,
        clock.due_on if clock else None,
        clock.days_late if clock and clock.is_overdue else None,
        note.progress if note else "",
        note.problem if note else "",
        note.to_coordinate if note else "",
        note.next_step if note else "",
        note.due_on if note else None,
        note.on_day if note else None,
    ]
