"""The schedule (调度表): a page that prints lying on A3 or A4, and the same as a sheet that Excel and WPS open."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from app.core.i18n import N_, label
from app.core.permissions import Permission
from app.deals.listing.pages import send_sheet
from app.deals.rules import DealStage
from app.deals.schedule import queries, service
from app.deals.schedule.queries import Names, Schedule
from app.deals.schedule.schemas import ScheduleFilter
from app.deals.schedule.sheet import NOBODY, sheet_of
from app.identity.choices import labelled, units_offered
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form

router = pages()

Reader = Annotated[Context, allow(Permission.READ_RECORDS)]
Exporter = Annotated[Context, allow(Permission.EXPORT)]

# A phone opens folded groups one by one, unless there is so little that all of it may stand open.
FEW_LINES = 8
ONLY = {
    "": N_("未投产"),
    "late": N_("超期未开工"),
    "not_started": N_("签约未开工"),
    "building": N_("在建"),
    "problem": N_("有问题或需协调"),
    "silent": N_("30 天没有新进展"),
    "all": N_("全部（含已投产）"),
}
FILTER_WORDS = {
    "leader": N_("挂点领导"),
    "unit": N_("责任单位"),
    "year": N_("签约年份"),
    "stage": N_("阶段"),
    "only": N_("范围"),
}


@router.get("/deals/schedule")
def schedule(ctx: Reader) -> Response:
    form: Form[Any] = ctx.query(ScheduleFilter)
    wanted = ScheduleFilter() if form.errors else form.data
    with ctx.reading() as session:
        found = queries.schedule(session, ctx.actor, wanted, today=ctx.today)
        names = queries.names_offered(session, ctx.actor)
        state = wanted.model_dump(mode="json", exclude_defaults=True)
        return ctx.render(
            "deals/schedule.html",
            form=form,
            wanted=wanted,
            found=found,
            index=_index(ctx, found),
            nobody=NOBODY,
            unfolded=len(found.groups) == 1 or found.count <= FEW_LINES,
            leaders=[(person.id, person.name) for person in names.leaders],
            units=units_offered(names.units),
            stages=[(code, text) for code, text in labelled(ctx, DealStage) if code != DealStage.TERMINATED],
            scopes=[(code, ctx.say(text)) for code, text in ONLY.items()],
            years=[(year, str(year)) for year in range(ctx.today.year, ctx.today.year - 10, -1)],
            words=words_of_filter(ctx, wanted, names),
            query=f"?{urlencode(state)}" if state else "",
        )


@router.post("/deals/schedule/export")
def export(ctx: Exporter) -> Response:
    form: Form[Any] = ctx.query(ScheduleFilter)
    wanted = ScheduleFilter() if form.errors else form.data
    with ctx.transaction() as session:
        words = words_of_filter(ctx, wanted, queries.names_offered(session, ctx.actor))
        found = service.export_schedule(session, ctx.actor, wanted, words=words, at=ctx.now)
        return send_sheet(ctx, sheet_of(ctx, found, chosen=words, a3=wanted.paper == "a3"), kind="xlsx")


def words_of_filter(ctx: Context, wanted: ScheduleFilter, names: Names) -> list[str]:
    """Say which deals the schedule shows, in the reader's language; its scope is always said."""
    state = {"only": wanted.only} | wanted.model_dump(exclude_defaults=True, exclude={"paper"})
    known = names.all()
    return [
        ctx.say(N_("%(what)s：%(value)s"), what=ctx.say(FILTER_WORDS[name]), value=_value(ctx, value, known))
        for name, value in state.items()
    ]


def _value(ctx: Context, value: Any, names: dict[UUID, str]) -> str:
    if isinstance(value, UUID):
        return names.get(value, "—")
    if isinstance(value, DealStage):
        return label(ctx.locale, value)
    return ctx.say(ONLY[value]) if value in ONLY else str(value)


def _index(ctx: Context, found: Schedule) -> list[dict[str, Any]]:
    """Return a link to every group, with how many deals it has and how many of them are late."""
    links = []
    for group in found.groups:
        some = 0 < group.late < len(group.lines)
        late = ctx.say(N_("超期 %(n)s"), n=group.late) if some else ""
        links.append(
            {
                "href": f"#{anchor_of(group)}",
                "label": group.leader.name if group.leader else NOBODY,
                "count": f"{len(group.lines)} · {late}" if late else str(len(group.lines)),
                "active": False,
            }
        )
    return links


def anchor_of(group: queries.Group) -> str:
    """Return the mark that a group's card has on the page."""
    return f"leader-{group.leader.id}" if group.leader else "leader-none"
