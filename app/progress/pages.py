"""/progress: where the target stands, in a leader's order."""

from __future__ import annotations

from typing import Annotated, Any

from starlette.responses import Response

from app.core.i18n import N_
from app.core.permissions import Permission
from app.progress import cuts, drawing
from app.progress.cuts import Frame
from app.progress.schemas import CutInput
from app.web import stories
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form

router = pages()

# What this room's job writes on a target's timeline.
stories.tell(
    "target",
    {"target.posted": N_("重新入账已认定项目")},
    fields={"deals": N_("核对项目数"), "entries": N_("新增台账笔数")},
)

Reader = Annotated[Context, allow(Permission.READ_PROGRESS)]


@router.get("/progress")
def progress(ctx: Reader) -> Response:
    wanted = cuts.read_address(ctx, CutInput)
    with ctx.reading() as session:
        found = cuts.asked(ctx, session, wanted)
        if found.cut is None:
            return ctx.render("progress/empty.html", may_add=ctx.may(Permission.MANAGE_TARGETS))
        frame = Frame(ctx, found)
        return ctx.render(
            "progress/show.html",
            frame=frame,
            form=_choice(ctx, frame),
            figures=drawing.figures_drawn(ctx, session, frame),
            cutoffs=frame.kept(session, ctx),
        )


def _choice(ctx: Context, frame: Frame) -> Form[Any]:
    cut = frame.cut
    return ctx.blank(as_of=cut.as_of.isoformat(), known_at=frame.known_local, basis=cut.basis.value)
