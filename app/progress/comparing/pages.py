"""/progress/comparison: a named cut-off beside a later one, and why the number changed between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from starlette.responses import RedirectResponse, Response

from app.core.i18n import N_
from app.core.money import format_percent, format_points
from app.core.permissions import Permission
from app.progress import cuts
from app.progress.comparing.queries import Comparison, comparison
from app.progress.comparing.schemas import ComparisonInput
from app.progress.cuts import Frame
from app.progress.queries import kept_cutoff, kept_cutoffs
from app.targets.models import Cutoff
from app.targets.rules import Total
from app.web.access import allow, pages
from app.web.context import Context

router = pages()


@router.get("/progress/comparison")
def compare(ctx: Annotated[Context, allow(Permission.READ_PROGRESS)]) -> Response:
    wanted = cuts.read_address(ctx, ComparisonInput)
    with ctx.reading() as session:
        found = cuts.asked(ctx, session, wanted)
        if found.cut is None:
            return RedirectResponse("/progress", status_code=303)
        frame = Frame(ctx, found)
        kept = kept_cutoff(session, ctx.actor, wanted.earlier) if wanted.earlier else None
        it = comparison(session, ctx.actor, found.cut, kept) if kept else None
        return ctx.render(
            "progress/comparison.html",
            frame=frame,
            since=kept,
            it=it,
            rows=_rows(it) if it else [],
            form=ctx.blank(earlier=str(wanted.earlier or ""), cutoff=str(wanted.cutoff or "")),
            offered=_offered(kept_cutoffs(session, ctx.actor)),
        )


def _offered(kept: Sequence[Cutoff]) -> list[tuple[str, str]]:
    return [(str(each.id), f"{each.name}（{each.as_of.isoformat()}）") for each in kept]


def _rows(it: Comparison) -> list[dict[str, Any]]:
    """Return the three numbers then and now, then the rates, whose difference is in percentage points."""
    before, after = it.earlier, it.later
    found: list[dict[str, Any]] = [
        _numbers(N_("已认定"), before.done, after.done),
        _numbers(N_("待认定"), before.pending, after.pending),
        _numbers(N_("合计上报"), before.reported, after.reported),
    ]
    rates = (before.progress.completion, after.progress.completion)
    if rates[0] is not None and rates[1] is not None:
        points = format_points((rates[1] - rates[0]) * 100)
        found.append(
            {
                "label": N_("完成率"),
                "before": format_percent(rates[0]),
                "after": format_percent(rates[1]),
                "points": points,
            }
        )
    return found


def _numbers(label: str, before: Total, after: Total) -> dict[str, Any]:
    change = Total(after.fen - before.fen, after.count - before.count)
    return {"label": label, "from": before, "to": after, "change": change}
