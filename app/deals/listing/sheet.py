"""The list of deals as a sheet: the office's own columns, with scope, filter and row count above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.core.clock import SHANGHAI
from app.core.i18n import N_, label
from app.core.sheets import Cell, Column, ColumnKind, Sheet
from app.deals.listing.queries import DealRow, Totals
from app.web.context import Context

MASKED = N_("某项目（保密）")

COLUMNS = (
    (N_("编号"), ColumnKind.TEXT, 14),
    (N_("项目名称"), ColumnKind.TEXT, 30),
    (N_("阶段"), ColumnKind.TEXT, 12),
    (N_("认定状态"), ColumnKind.TEXT, 12),
    (N_("引资单位"), ColumnKind.TEXT, 16),
    (N_("投资方"), ColumnKind.TEXT, 30),
    (N_("来源地层级"), ColumnKind.TEXT, 14),
    (N_("协议类型"), ColumnKind.TEXT, 14),
    (N_("总投资（万元）"), ColumnKind.WAN, 16),
    (N_("金额口径"), ColumnKind.TEXT, 10),
    (N_("签约日期"), ColumnKind.TEXT, 24),
    (N_("挂点领导"), ColumnKind.TEXT, 12),
    (N_("责任人"), ColumnKind.TEXT, 12),
    (N_("产业链"), ColumnKind.TEXT, 16),
    (N_("落户地点"), ColumnKind.TEXT, 16),
    (N_("标注"), ColumnKind.TEXT, 24),
)


def sheet_of(
    ctx: Context,
    rows: Sequence[DealRow],
    totals: Totals,
    *,
    chains: Mapping[str, str],
    chosen: Sequence[str],
) -> Sheet:
    """Write rows as a sheet in the reader's language; a confidential deal keeps its line and says no more."""
    notes = [
        ctx.say(N_("筛选条件：%(words)s"), words="；".join(chosen) or ctx.say(N_("无"))),
        ctx.say(
            N_("共 %(count)s 个，总投资合计 %(wan)s 万元；%(unknown)s 个金额未知，未计入合计"),
            count=totals.count,
            wan=f"{totals.fen / 1_000_000:,.2f}",
            unknown=totals.unknown,
        ),
    ]
    if ctx.demo:
        notes.append(ctx.say(N_("演示数据·虚构")))
    return Sheet(
        title=ctx.say(N_("签约项目清单")),
        columns=[Column(ctx.say(text), kind, width) for text, kind, width in COLUMNS],
        rows=[_cells(ctx, row, chains) for row in rows],
        notes=notes,
        mark=export_mark(ctx),
        a3=True,
    )


def export_mark(ctx: Context) -> str:
    """Name who took a list out and when, for every printed page."""
    at = ctx.now.astimezone(SHANGHAI)
    return ctx.say(
        N_("%(name)s（%(unit)s）导出于 %(at)s"),
        name=ctx.actor.name,
        unit=ctx.actor.unit_name,
        at=f"{at:%Y-%m-%d %H:%M}",
    )


def signed_text(row: DealRow) -> str:
    """Write a signing day as exactly as it is known; empty when it is not."""
    if row.signed_on is None:
        return ""
    if row.signed_from is None or row.signed_from == row.signed_on:
        return row.signed_on.isoformat()
    return f"{row.signed_from.isoformat()} – {row.signed_on.isoformat()}"


def marks_of(ctx: Context, row: DealRow) -> str:
    """Name what a reader must know about a row: 本单位项目, 变更待认定, 合同待补, 保密."""
    marks = (
        (row.own_unit, N_("本单位项目")),
        (row.pending_amendment, N_("变更待认定")),
        (row.contract_pending, N_("合同待补")),
        (row.confidential, N_("保密")),
    )
    return "、".join(ctx.say(text) for holds, text in marks if holds)


def _cells(ctx: Context, row: DealRow, chains: Mapping[str, str]) -> list[Cell]:
    if row.id is None:
        head: list[Cell] = ["", ctx.say(MASKED), label(ctx.locale, row.stage), label(ctx.locale, row.state)]
        blank: list[Cell] = [None] * (len(COLUMNS) - 6)
        return [*head, row.unit, *blank, ctx.say(N_("保密"))]
    return [
        row.code,
        row.name,
        label(ctx.locale, row.stage),
        label(ctx.locale, row.state),
        row.unit,
        row.investors,
        "、".join(label(ctx.locale, level) for level in row.origins),
        label(ctx.locale, row.agreement),
        row.total_fen,
        label(ctx.locale, row.qualifier),
        signed_text(row),
        row.leader,
        row.responsible,
        chains.get(row.chain, row.chain),
        row.place,
        marks_of(ctx, row),
    ]
