"""The list of leads as a sheet: the office's own columns, with scope, filter and row count above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.core.clock import SHANGHAI
from app.core.i18n import N_, label
from app.core.sheets import Cell, Column, ColumnKind, Sheet
from app.leads.lists.queries import LeadRow, LeadTotals
from app.leads.rules import planned_text
from app.web.context import Context

MASKED = N_("某线索（保密）")

COLUMNS = (
    (N_("编号"), ColumnKind.TEXT, 14),
    (N_("项目名称"), ColumnKind.TEXT, 30),
    (N_("投资方"), ColumnKind.TEXT, 30),
    (N_("来源地层级"), ColumnKind.TEXT, 12),
    (N_("阶段"), ColumnKind.TEXT, 12),
    (N_("拟投资额"), ColumnKind.TEXT, 18),
    (N_("拟投资额下限（万元）"), ColumnKind.WAN, 16),
    (N_("拟投资额上限（万元）"), ColumnKind.WAN, 16),
    (N_("产业链"), ColumnKind.TEXT, 14),
    (N_("线索来源"), ColumnKind.TEXT, 14),
    (N_("研判结论"), ColumnKind.TEXT, 12),
    (N_("责任单位"), ColumnKind.TEXT, 16),
    (N_("跟踪人"), ColumnKind.TEXT, 12),
    (N_("报送日期"), ColumnKind.DAY, 12),
    (N_("保护至"), ColumnKind.DAY, 12),
    (N_("预计签约日期"), ColumnKind.DAY, 12),
    (N_("拟建地点"), ColumnKind.TEXT, 16),
    (N_("项目内容"), ColumnKind.TEXT, 40),
    (N_("最近进展日期"), ColumnKind.DAY, 12),
    (N_("下步打算"), ColumnKind.TEXT, 30),
    (N_("下次跟进日期"), ColumnKind.DAY, 12),
)


def sheet_of(
    ctx: Context,
    rows: Sequence[LeadRow],
    totals: LeadTotals,
    *,
    chains: Mapping[str, str],
    chosen: Sequence[str],
) -> Sheet:
    """Write rows as a sheet in the reader's language; a confidential lead keeps its line and says no more."""
    at = ctx.now.astimezone(SHANGHAI)
    notes = [
        ctx.say(N_("筛选条件：%(words)s"), words="；".join(chosen) or ctx.say(N_("无"))),
        ctx.say(N_("共 %(count)s 条，其中有效线索 %(valid)s 条"), count=totals.count, valid=totals.valid),
    ]
    if ctx.demo:
        notes.append(ctx.say(N_("演示数据·虚构")))
    mark = ctx.say(
        N_("%(name)s（%(unit)s）导出于 %(at)s"),
        name=ctx.actor.name,
        unit=ctx.actor.unit_name,
        at=f"{at:%Y-%m-%d %H:%M}",
    )
    return Sheet(
        title=ctx.say(N_("线索清单")),
        columns=[Column(ctx.say(text), kind, width) for text, kind, width in COLUMNS],
        rows=[_cells(ctx, row, chains) for row in rows],
        notes=notes,
        mark=mark,
        a3=True,
    )


def _cells(ctx: Context, row: LeadRow, chains: Mapping[str, str]) -> list[Cell]:
    if row.is_masked:
        head: list[Cell] = ["", ctx.say(MASKED), "", "", label(ctx.locale, row.stage)]
        return [*head, "", None, None, "", "", "", row.unit, "", *[None] * (len(COLUMNS) - 13)]
    planned = row.planned
    return [
        row.code,
        row.title,
        row.investor,
        label(ctx.locale, row.origin),
        label(ctx.locale, row.stage),
        planned_text(planned) if planned else "",
        planned.min_fen if planned else None,
        planned.max_fen if planned else None,
        chains.get(row.chain, row.chain),
        label(ctx.locale, row.source),
        label(ctx.locale, row.validity),
        row.unit,
        row.owner,
        row.reported_on,
        row.protected_until,
        row.expected_signing_on,
        row.place,
        row.content,
        row.last_activity_on,
        row.next_step,
        row.next_follow_up_on,
    ]
