"""The list of visits as .xlsx or .csv: exactly what the filter in the address shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal
from urllib.parse import quote
from uuid import UUID

from starlette.responses import Response

from app.core.i18n import N_, label
from app.core.inputs import Input
from app.core.permissions import Permission
from app.core.sheets import Cell, Column, ColumnKind, Sheet, csv_bytes, xlsx_bytes
from app.visits.exporting.service import export_visits
from app.visits.models import Visit
from app.visits.queries import names_in_filter
from app.visits.rules import VisitKind
from app.visits.schemas import VisitFilter
from app.web.access import allow, pages
from app.web.context import Context

router = pages()

MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
COLUMNS = (
    (N_("编号"), ColumnKind.TEXT, 14),
    (N_("客商"), ColumnKind.TEXT, 30),
    (N_("方式"), ColumnKind.TEXT, 12),
    (N_("开始日期"), ColumnKind.DAY, 12),
    (N_("结束日期"), ColumnKind.DAY, 12),
    (N_("地点"), ColumnKind.TEXT, 18),
    (N_("参加单位"), ColumnKind.TEXT, 24),
    (N_("参加人员"), ColumnKind.TEXT, 24),
    (N_("洽谈要点"), ColumnKind.TEXT, 40),
    (N_("成果"), ColumnKind.TEXT, 30),
    (N_("下步打算"), ColumnKind.TEXT, 24),
    (N_("下次跟进"), ColumnKind.DAY, 12),
    (N_("补录天数"), ColumnKind.WHOLE, 10),
)
FILTERS = {
    "q": N_("搜索"),
    "kind": N_("方式"),
    "unit": N_("参加单位"),
    "person": N_("参加人员"),
    "since": N_("起"),
    "until": N_("止"),
    "late": N_("补录"),
    "due": N_("待跟进"),
    "trip": N_("出行"),
    "investor": N_("客商"),
    "mine": N_("我的"),
    "needs_leader": N_("需领导推进事项"),
}


class ExportInput(Input):
    format: Literal["xlsx", "csv"] = "xlsx"


@router.post("/visits/export")
def export(ctx: Annotated[Context, allow(Permission.EXPORT)]) -> Response:
    """Answer exactly what the filter in the address shows, as a sheet; the export is an event."""
    found, asked = ctx.query(VisitFilter), ctx.parse(ExportInput)
    wanted = VisitFilter() if found.errors else found.data
    kind = "xlsx" if asked.errors else asked.data.format
    with ctx.transaction() as session:
        words = _words(ctx, wanted, names_in_filter(session, ctx.actor, wanted))
        rows = export_visits(session, ctx.actor, wanted, kind=kind, words=words, today=ctx.today, at=ctx.now)
        sheet = _sheet(ctx, rows, words)
        body = xlsx_bytes(sheet) if kind == "xlsx" else csv_bytes(sheet)
    name = f"{sheet.title}-{ctx.now.astimezone(ctx.settings.zone):%Y%m%d-%H%M}.{kind}"
    headers = {
        "Content-Disposition": f"attachment; filename=\"visits.{kind}\"; filename*=UTF-8''{quote(name)}"
    }
    return ctx.finish(Response(body, media_type=MEDIA[kind], headers=headers))


def _words(ctx: Context, wanted: VisitFilter, names: Mapping[UUID, str]) -> list[str]:
    """Say which conditions narrow the list, in the reader's language."""
    state = wanted.model_dump(exclude_defaults=True, exclude={"page", "sort"})
    return [
        ctx.say(N_("%(what)s：%(value)s"), what=ctx.say(FILTERS[name]), value=_value(ctx, value, names))
        for name, value in state.items()
    ]


def _value(ctx: Context, value: object, names: Mapping[UUID, str]) -> object:
    if value is True:
        return ctx.say(N_("是"))
    if isinstance(value, VisitKind):
        return label(ctx.locale, value)
    return names.get(value, "—") if isinstance(value, UUID) else value


def _sheet(ctx: Context, rows: Sequence[Visit], words: Sequence[str]) -> Sheet:
    notes = [
        ctx.say(N_("筛选条件：%(words)s"), words="；".join(words) or ctx.say(N_("无"))),
        ctx.say(N_("共 %(n)s 次"), n=len(rows)),
    ]
    if ctx.demo:
        notes.append(ctx.say(N_("演示数据·虚构")))
    return Sheet(
        title=ctx.say(N_("拜访清单")),
        columns=[Column(ctx.say(text), kind, width) for text, kind, width in COLUMNS],
        rows=[_cells(ctx, row) for row in rows],
        notes=notes,
        mark=ctx.say(
            N_("%(name)s（%(unit)s）导出于 %(at)s"),
            name=ctx.actor.name,
            unit=ctx.actor.unit_name,
            at=f"{ctx.now.astimezone(ctx.settings.zone):%Y-%m-%d %H:%M}",
        ),
    )


def _cells(ctx: Context, visit: Visit) -> list[Cell]:
    people = [each.person.name for each in visit.people]
    return [
        visit.code,
        visit.investor.name,
        label(ctx.locale, visit.kind),
        visit.from_on,
        visit.to_on,
        visit.place,
        "、".join(each.unit.shown_name for each in visit.units),
        "、".join([*people, visit.our_other_people] if visit.our_other_people else people),
        visit.summary,
        visit.outcome,
        visit.next_step,
        visit.next_follow_up_on,
        visit.days_late,
    ]
