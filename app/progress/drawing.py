"""The figures of /progress as they are drawn: everything between the choice of a cut-off and the foot."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from app.core.money import format_percent
from app.core.remembered import remembered
from app.progress import figures, ranking
from app.progress.cuts import Frame
from app.progress.picture import Picture, depends_on, picture
from app.targets.rules import Total, top_share
from app.web.context import Context

LATE_SHOWN = 3


def figures_drawn(ctx: Context, session: Session, frame: Frame) -> Markup:
    """Return the page's figures as they are drawn: every leader opens them, and they stay until something changes."""

    def drawn() -> Markup:
        it = picture(session, ctx.actor, frame.cut, today=ctx.today, locale=ctx.locale)
        return ctx.draw("progress/_figures.html", frame=frame, it=it, **_values(ctx, frame, it))

    asked = (frame.state, *depends_on(ctx.actor, frame.cut), ctx.today, ctx.locale)
    return remembered(session, ("progress.drawn", asked), drawn)


def _values(ctx: Context, frame: Frame, it: Picture) -> dict[str, Any]:
    amounts = [line.done.fen for line in it.lines if line.done.fen > 0]
    whole, known = it.headline.done, it.unit_sum
    return {
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
