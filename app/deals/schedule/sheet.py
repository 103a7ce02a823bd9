"""The schedule as a sheet: groups with their leader's heading, and the leader again on each row for sorting."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.i18n import N_, label
from app.core.sheets import Cell, Column, ColumnKind, Sheet
from app.deals.listing.sheet import MASKED, export_mark, signed_text
from app.deals.rules import SupportNeed
from app.deals.schedule.queries import Group, Line, Schedule
from app.web.context import Context
from app.web.templating import format_day

NOBODY = N_("未明确挂点领导")
COLUMNS = (
    (N_("序号"), ColumnKind.WHOLE, 5),
    (N_("挂点领导"), ColumnKind.TEXT, 9),
    (N_("口"), ColumnKind.TEXT, 8),
    (N_("项目名称"), ColumnKind.TEXT, 26),
    (N_("投资方"), ColumnKind.TEXT, 22),
    (N_("总投资（亿元）"), ColumnKind.YI, 10),
    (N_("签约日期"), ColumnKind.TEXT, 12),
    (N_("阶段"), ColumnKind.TEXT, 8),
    (N_("责任单位"), ColumnKind.TEXT, 12),
    (N_("责任人"), ColumnKind.TEXT, 9),
    (N_("应开工日期"), ColumnKind.DAY, 12),
    (N_("超期天数"), ColumnKind.WHOLE, 7),
    (N_("进展"), ColumnKind.TEXT, 34),
    (N_("存在问题"), ColumnKind.TEXT, 24),
    (N_("需协调事项"), ColumnKind.TEXT, 24),
    (N_("要素保障"), ColumnKind.TEXT, 10),
    (N_("下步打算"), ColumnKind.TEXT, 24),
    (N_("完成时限"), ColumnKind.DAY, 12),
    (N_("填报日期"), ColumnKind.DAY, 12),
)


def sheet_of(ctx: Context, found: Schedule, *, chosen: Sequence[str], a3: bool) -> Sheet:
    """Write the schedule as a sheet in the reader's language; `chosen` are the words of its filter."""
    headings, rows = {}, list[Sequence[Cell]]()
    for group in found.groups:
        headings[len(rows)] = heading_of(ctx, group)
        rows += [_cells(ctx, group, line, number) for number, line in enumerate(group.lines, len(rows) + 1)]
    notes = [
        ctx.say(
            N_("截至%(day)s，共 %(n)s 个项目；签约未开工超期 %(late)s 个"),
            day=format_day(ctx.today, ctx.locale),
            n=found.count,
            late=found.late,
        ),
        ctx.say(N_("筛选条件：%(words)s"), words="；".join(chosen) or ctx.say(N_("无"))),
    ]
    if found.more:
        notes.append(ctx.say(N_("只列出前 %(n)s 个，请用筛选条件缩小范围"), n=found.count))
    if ctx.demo:
        notes.append(ctx.say(N_("演示数据·虚构")))
    return Sheet(
        title=ctx.say(N_("签约项目调度表")),
        columns=[Column(ctx.say(text), kind, width) for text, kind, width in COLUMNS],
        rows=rows,
        notes=notes,
        mark=export_mark(ctx),
        a3=a3,
        groups=headings,
    )


def heading_of(ctx: Context, group: Group) -> str:
    """Name a group: its leader with the line, how many deals, how many of them are late."""
    name = _name(ctx, group)
    if group.leader is not None and group.leader.line:
        name = f"{name}（{group.leader.line}）"
    text = N_("%(name)s：%(n)s 个项目，超期未开工 %(late)s 个")
    return ctx.say(text, name=name, n=len(group.lines), late=group.late)


def _name(ctx: Context, group: Group) -> str:
    return group.leader.name if group.leader else ctx.say(NOBODY)


def _cells(ctx: Context, group: Group, line: Line, number: int) -> list[Cell]:
    row, note, clock = line.row, line.note, line.clock
    leader = group.leader.name if group.leader else ""
    if row.id is None:
        stage = label(ctx.locale, row.stage)
        return [number, leader, "", ctx.say(MASKED), "", None, "", stage, line.responsible_unit, *[None] * 10]
    head: list[Cell] = [
        number,
        leader,
        line.line,
        row.name,
        row.investors,
        row.total_fen,
        signed_text(row),
        label(ctx.locale, row.stage),
        line.responsible_unit,
        row.responsible,
        clock.due_on if clock else None,
        clock.days_late if clock and clock.is_overdue else None,
    ]
    if note is None:
        return [*head, *[None] * 7]
    needs = "、".join(label(ctx.locale, SupportNeed(need)) for need in note.support_needs)
    said = [note.progress, note.problem, note.to_coordinate, needs, note.next_step]
    return [*head, *said, note.due_on, note.on_day]
