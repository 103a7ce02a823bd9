"""The list of investors as a sheet, with filter and row count above it."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.clock import SHANGHAI
from app.core.i18n import N_, label
from app.core.regions import region_path
from app.core.sheets import Cell, Column, ColumnKind, Sheet
from app.investors.models import Investor
from app.web.context import Context

COLUMNS = (
    (N_("名称"), ColumnKind.TEXT, 34),
    (N_("类别"), ColumnKind.TEXT, 10),
    (N_("所在地"), ColumnKind.TEXT, 24),
    (N_("所在地代码"), ColumnKind.TEXT, 12),
    (N_("统一社会信用代码"), ColumnKind.TEXT, 22),
    (N_("所属集团"), ColumnKind.TEXT, 20),
    (N_("行业"), ColumnKind.TEXT, 16),
    (N_("返乡"), ColumnKind.TEXT, 8),
    (N_("标签"), ColumnKind.TEXT, 20),
    (N_("更新"), ColumnKind.DAY, 12),
)


def sheet_of(ctx: Context, rows: Sequence[Investor], *, chosen: Sequence[str]) -> Sheet:
    """Write rows as a sheet in the reader's language."""
    notes = [
        ctx.say(N_("筛选条件：%(words)s"), words="；".join(chosen) or ctx.say(N_("无"))),
        ctx.say(N_("共 %(n)s 家"), n=len(rows)),
    ]
    if ctx.demo:
        notes.append(ctx.say(N_("演示数据·虚构")))
    mark = ctx.say(
        N_("%(name)s（%(unit)s）导出于 %(at)s"),
        name=ctx.actor.name,
        unit=ctx.actor.unit_name,
        at=f"{ctx.now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
    )
    return Sheet(
        title=ctx.say(N_("客商清单")),
        columns=[Column(ctx.say(text), kind, width) for text, kind, width in COLUMNS],
        rows=[_cells(ctx, row) for row in rows],
        notes=notes,
        mark=mark,
    )


def _cells(ctx: Context, row: Investor) -> list[Cell]:
    return [
        row.name,
        label(ctx.locale, row.kind),
        region_path(row.home, lang=ctx.locale) or row.home,
        row.home,
        row.uscc,
        row.group_name,
        row.industry,
        ctx.say(N_("是")) if row.returning_native else "",
        "、".join(each.tag for each in row.tags),
        row.updated_at.astimezone(SHANGHAI).date(),
    ]
