"""An internal page that shows every component in every state, looked at by eye and by axe-core."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Annotated, Any

from starlette.responses import Response

from app.core.i18n import N_
from app.core.permissions import Permission
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form
from app.web.lists import pages_of

router = pages()


@router.get("/admin/styleguide")
def styleguide(ctx: Annotated[Context, allow(Permission.MANAGE_SETTINGS)]) -> Response:
    return ctx.render(
        "admin/styleguide.html",
        form=_blank(ctx),
        refused=_refused(ctx),
        overtaken=_overtaken(ctx),
        timeline_entries=_timeline(ctx),
        pages=pages_of(ctx.request, total=486, page=4, size=50, shown=50),
    )


def _blank(ctx: Context) -> Form[Any]:
    return ctx.blank(
        title=ctx.say(N_("智能家居控制器产业园")),
        kind="outbound",
        on="2022-11-22",
        chains=["wood", "lithium"],
    )


def _refused(ctx: Context) -> Form[Any]:
    """Return a form as it comes back: what was typed, and an error at most kinds of field."""
    form = ctx.blank(r_title="", r_money="12万亿千", r_on="", r_kind="", r_chains=[])
    wrong = ctx.say(N_("请填写这一项"))
    form.errors = dict.fromkeys(("r_title", "r_kind", "r_chains", "r_agree", "r_file", "r_unit"), wrong)
    form.errors |= {
        "r_money": ctx.say(N_("看不懂这个金额，例如填 6500 或 6.5亿")),
        "r_on": ctx.say(N_("没有这一天")),
    }
    return form


def _overtaken(ctx: Context) -> Form[Any]:
    """Return a form that somebody else was quicker with: both versions, and the way to confirm a sensitive act."""
    form = ctx.blank(confirm_first=True)
    form.errors = {"": ctx.say("error.stale")}
    pairs = [(N_("总投资"), N_("3000万元"), N_("5000万元")), (N_("建设地点"), "—", N_("工业园区"))]
    form.values["differences"] = [
        SimpleNamespace(label=ctx.say(label), theirs=ctx.say(theirs), yours=ctx.say(yours))
        for label, theirs, yours in pairs
    ]
    return form


def _timeline(ctx: Context) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            at=ctx.say(N_("11月22日 09:12")),
            who=ctx.say(N_("李晓梅 · 商务局")),
            text=ctx.say(N_("认定通过")),
            key=True,
        ),
        SimpleNamespace(
            at=ctx.say(N_("11月20日 16:40")),
            who=ctx.say(N_("周航 · 招商总队")),
            text=ctx.say(N_("修改了协议内容")),
            changes=[
                (ctx.say(N_("总投资")), ctx.say(N_("3000万元")), ctx.say(N_("5000万元"))),
                (ctx.say(N_("建设地点")), "", ctx.say(N_("工业园区"))),
            ],
        ),
        SimpleNamespace(
            at=ctx.say(N_("11月18日 10:05")), who=ctx.say(N_("周航 · 招商总队")), text=ctx.say(N_("报备线索"))
        ),
    ]
