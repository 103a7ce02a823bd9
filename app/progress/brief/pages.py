"""/progress/brief: one page to print and the text for the group, for any cut-off."""

from __future__ import annotations

from typing import Annotated

from starlette.responses import RedirectResponse, Response

from app.core.money import format_percent
from app.core.permissions import Permission
from app.progress import cuts, figures, words
from app.progress.brief.queries import brief
from app.progress.cuts import Frame
from app.progress.queries import kept_cutoffs
from app.progress.schemas import CutInput
from app.targets.rules import top_share
from app.web.access import allow, pages
from app.web.context import Context

router = pages()

LATE_SHOWN = 8


@router.get("/progress/brief")
def show(ctx: Annotated[Context, allow(Permission.READ_PROGRESS)]) -> Response:
    wanted = cuts.read_address(ctx, CutInput)
    with ctx.reading() as session:
        found = cuts.asked(ctx, session, wanted)
        if found.cut is None:
            return RedirectResponse("/progress", status_code=303)
        cut, frame = found.cut, Frame(ctx, found)
        it = brief(session, ctx.actor, cut)
        kept = kept_cutoffs(session, ctx.actor)
        day = words.short_day(cut.as_of, today=ctx.today, locale=ctx.locale)
        return ctx.render(
            "progress/brief.html",
            frame=frame,
            it=it,
            head=figures.head_values(ctx, frame, it.headline),
            top_share=format_percent(top_share(it.amounts, places=len(it.top.rows) + it.top.others.count)),
            late_shown=it.late.rows[:LATE_SHOWN],
            text=words.group_text(
                it.headline,
                rule=frame.rule_name,
                day=day,
                locale=ctx.locale,
                say=ctx.say,
                news=it.news,
                late=it.late.all.count,
            ),
            form=ctx.blank(as_of=cut.as_of.isoformat(), cutoff=str(wanted.cutoff or "")),
            cutoffs=[(each.id, f"{each.name}（{each.as_of.isoformat()}）") for each in kept],
        )
