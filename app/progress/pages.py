"""/progress: where the target stands, in a leader's order."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from app.core.i18n import N_
from app.core.money import format_percent
from app.core.permissions import Permission
from app.progress import cuts, figures, ranking
from app.progress.cuts import Frame
from app.progress.picture import Picture, picture
from app.progress.schemas import CutInput
from app.targets.rules import Total, top_share
from app.web import stories
from app.web.access import allow
from app.web.context import Context

router = APIRouter(include_in_schema=False)

# What this room's job writes on a target's timeline.
stories.tell(
    "target",
    {"target.posted": N_("重新入账已认定项目")},
    fields={"deals": N_("核对项目数"), "entries": N_("新增台账笔数")},
)

Reader = Annotated[Context, allow(Permission.READ_PROGRESS)]

LATE_SHOWN = 3


@router.get("/progress")
def progress(ctx: Reader) -> Response:
    wanted = cuts.read_address(ctx, CutInput)
    with ctx.reading() as session:
        found = cuts.asked(ctx, session, wanted)
        if found.cut is None:
            return ctx.render("progress/empty.html", may_add=ctx.may(Permission.MANAGE_TARGETS))
        frame = Frame(ctx, found)
        it = picture(session, ctx.actor, found.cut, today=ctx.today, locale=ctx.locale)
        values = _values(ctx, frame, it)
        return ctx.render(
            "progress/show.html", frame=frame, it=it, cutoffs=frame.kept(session, ctx), **values
        )


def _values(ctx: Context, frame: Frame, it: Picture) -> dict[str, Any]:
    amounts = [line.done.fen for line in it.lines if line.done.fen > 0]
    whole, known = it.headline.done, it.unit_sum
    cut = it.cut
    return {
        "form": ctx.blank(as_of=cut.as_of.isoformat(), known_at=frame.known_local, basis=cut.basis.value),
        "reasons": it.reason_names,
        "head": figures.head_values(ctx, frame, it.headline),
        "chart": figures.chart_values(ctx, it),
        "tracks": ranking.track_values(ctx, it, frame),
        "percent": format_percent,
        "growth": format_percent(it.last_year.growth) if it.last_year else "—",
        "top_share": format_percent(top_share(amounts)),
        "parts_note": ranking.parts_note(ctx, it),
        "late_shown": it.late.rows[:LATE_SHOWN],
        "no_unit": Total(whole.fen - known.fen, 0),
        "more_deals": known.count - whole.count,
    }
