"""Pages of the county's settings."""

from __future__ import annotations

from typing import Annotated, Any

from starlette.responses import Response

from app.admin.options import queries, service
from app.admin.options.queries import Shown
from app.admin.options.schemas import INPUTS, DecisionInput
from app.core.i18n import N_
from app.core.options import Known, OptionGroup, OptionKind, get_option, known
from app.core.permissions import Permission
from app.identity.choices import labelled, units_offered
from app.identity.directory.queries import unit_choices
from app.identity.refused_forms import SHOWN, show_refusal
from app.leads.rules import OPEN_STAGES
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form

router = pages()

Manager = Annotated[Context, allow(Permission.MANAGE_SETTINGS)]


@router.get("/admin/settings")
def settings(ctx: Manager) -> Response:
    with ctx.reading() as session:
        found = queries.settings(session, ctx.actor, today=ctx.today)
    groups = [(group, [each for each in found if each.known.group is group]) for group in OptionGroup]
    return ctx.render(
        "admin/settings.html", groups=groups, words=lambda each, value: _words(ctx, each, value)
    )


@router.get("/admin/settings/{name}")
def setting(name: str, ctx: Manager) -> Response:
    option = known(name)
    with ctx.reading() as session:
        value = get_option(session, ctx.actor.county_id, name, ctx.today)
        decided = queries.decisions(session, ctx.actor, name)
    typed = str(value).lower() if option.kind is OptionKind.FLAG else value
    return _form(ctx, option, ctx.blank(value=typed, applies_from=ctx.today, version=len(decided)))


@router.post("/admin/settings/{name}")
def decide(name: str, ctx: Manager) -> Response:
    option = known(name)
    form: Form[DecisionInput] = ctx.parse(INPUTS[option.kind])
    status = 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.decide(session, ctx.actor, name, form.data, at=ctx.now)
                return ctx.redirect("/admin/settings", flash=N_("设置已保存"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _form(ctx, option, form, status=status)


def _form(ctx: Context, option: Known, form: Form[Any], *, status: int = 200) -> Response:
    with ctx.reading() as session:
        decided = queries.decisions(session, ctx.actor, option.name)
        units = unit_choices(session, ctx.actor, on=ctx.today) if option.kind is OptionKind.UNIT else ()
        return ctx.render(
            "admin/setting.html",
            status=status,
            form=form,
            option=option,
            default=_words(ctx, option, queries.shown(session, ctx.actor, option, option.default)),
            decided=[(each, _words(ctx, option, each.value)) for each in decided],
            units=units_offered(units),
            stages=labelled(ctx, OPEN_STAGES),
        )


def _words(ctx: Context, option: Known, value: Shown) -> str:
    if option.kind is OptionKind.DAYS:
        return ctx.say(N_("%(n)s 天"), n=value)
    if option.kind is OptionKind.FLAG:
        return ctx.say(N_("是") if value else N_("否"))
    if isinstance(value, tuple):
        return ctx.say(N_("、")).join(text for _code, text in labelled(ctx, value))
    return str(value) or ctx.say(N_("认定单位"))
