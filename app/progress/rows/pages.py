"""The rows behind each figure of /progress; the sum above them is the figure."""

from __future__ import annotations

from typing import Annotated, Any

from starlette.responses import RedirectResponse, Response

from app.core.i18n import N_, label
from app.core.permissions import Permission
from app.core.regions import region_name
from app.progress import cuts
from app.progress.cuts import Asked, Frame
from app.progress.lines.queries import deal_lines
from app.progress.picture import chain_names, news_since, reason_names
from app.progress.queries import entries_known, kept_cutoff, track_name, unit_name
from app.progress.rows.queries import entry_rows, lead_rows, line_rows
from app.progress.rows.rules import line_value
from app.progress.rows.schemas import EntriesInput, LinesInput, TalksInput
from app.progress.rules import NO_CHAIN, NO_PLACE, Seen, Shown
from app.web.access import allow, pages
from app.web.context import Context
from app.web.lists import pages_of
from app.web.templating import format_month

router = pages()

Reader = Annotated[Context, allow(Permission.READ_PROGRESS)]

PAGE_SIZE = 100
SHOW = {
    "verified": N_("已认定"),
    "pending": N_("待认定"),
    "reported": N_("合计上报"),
    "top": N_("前十大项目"),
    "signed": N_("签约"),
    "started": N_("开工"),
    "paid_in": N_("到位"),
    "late": N_("签约未按期开工"),
    "not_counted": N_("未计入"),
}
TALKS = {
    "all": N_("在谈项目"),
    "over_100m": N_("在谈项目：1亿元以上"),
    "over_1b": N_("在谈项目：10亿元以上"),
    "month": N_("在谈项目：当月预计签约"),
    "quarter": N_("在谈项目：当季预计签约"),
}


@router.get("/progress/entries")
def entries(ctx: Reader) -> Response:
    wanted = cuts.read_address(ctx, EntriesInput)
    with ctx.reading() as session:
        found = cuts.asked(ctx, session, wanted)
        if found.cut is None:
            return _to_start()
        cut = found.cut
        kept = kept_cutoff(session, ctx.actor, wanted.since) if wanted.since else None
        beyond = Seen(kept.as_of, kept.known_at) if kept else None
        chosen = wanted.chosen(news_since=news_since(cut), beyond=beyond)
        shown = entry_rows(session, ctx.actor, cut, wanted, chosen)
        chains = chain_names(session, ctx.actor, ctx.locale)
        unit = unit_name(session, cut, wanted.unit) if wanted.unit else ""
        unit = track_name(session, cut, wanted.track) if wanted.track else unit
        filters = _filter_words(ctx, wanted, chains, unit)
        filters += [ctx.say(N_("“%(name)s”之后"), name=kept.name)] if kept else []
        return _render(
            ctx,
            "progress/entries.html",
            found,
            shown,
            wanted.page,
            title=N_("台账明细"),
            filters=filters,
            chains=chains,
        )


@router.get("/progress/deals")
def deals(ctx: Reader) -> Response:
    wanted = cuts.read_address(ctx, LinesInput)
    with ctx.reading() as session:
        found = cuts.asked(ctx, session, wanted)
        if found.cut is None:
            return _to_start()
        cut = found.cut
        lines = deal_lines(session, ctx.actor, cut, entries_known(session, cut))
        filters = [label(ctx.locale, wanted.column)] if wanted.column else []
        exclusions = reason_names(session, ctx.actor, ctx.locale)
        if wanted.reason:
            filters.append(exclusions.get(wanted.reason, wanted.reason))
        return _render(
            ctx,
            "progress/deals.html",
            found,
            line_rows(lines, wanted),
            wanted.page,
            title=SHOW[wanted.show],
            filters=filters,
            show=wanted.show,
            value=line_value(wanted.show),
            reasons=exclusions,
        )


@router.get("/progress/talks")
def talks(ctx: Reader) -> Response:
    wanted = cuts.read_address(ctx, TalksInput)
    with ctx.reading() as session:
        found = cuts.asked(ctx, session, wanted)
        if found.cut is None:
            return _to_start()
        shown = lead_rows(session, ctx.actor, found.cut, wanted, today=ctx.today)
        return _render(
            ctx, "progress/talks.html", found, shown, wanted.page, title=TALKS[wanted.show], filters=[]
        )


def _render(
    ctx: Context, template: str, found: Asked, shown: Shown[Any], page: int, *, title: str, **values: Any
) -> Response:
    rows = shown.rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return ctx.render(
        template,
        frame=Frame(ctx, found),
        title=title,
        rows=rows,
        shown=shown,
        pages=pages_of(ctx.request, total=len(shown.rows), page=page, size=PAGE_SIZE, shown=len(rows)),
        **values,
    )


def _filter_words(ctx: Context, wanted: EntriesInput, chains: dict[str, str], unit: str) -> list[str]:
    say = ctx.say
    found: list[str] = []
    if wanted.month:
        found.append(format_month(int(wanted.month), ctx.locale))
    if wanted.until:
        found.append(say(N_("至%(month)s"), month=format_month(int(wanted.until), ctx.locale)))
    if wanted.apart is not None:
        found.append(label(ctx.locale, wanted.apart))
    if wanted.month or wanted.until or wanted.apart:
        found.append(label(ctx.locale, wanted.basis))
    if unit:
        found.append(unit)
    if wanted.no_unit:
        found.append(say(N_("未登记到单位")))
    if wanted.chain:
        none = say(N_("未分产业链"))
        found.append(none if wanted.chain == NO_CHAIN else chains.get(wanted.chain, wanted.chain))
    if wanted.place:
        none = say(N_("来源地未公布"))
        found.append(none if wanted.place == NO_PLACE else region_name(wanted.place, lang=ctx.locale))
    found += [
        label(ctx.locale, each) for each in (wanted.origin, wanted.band, wanted.column, wanted.cause) if each
    ]
    if wanted.returning:
        found.append(say(N_("返乡")))
    if wanted.news:
        found.append(say(N_("近7天变动")))
    return found


def _to_start() -> Response:
    return RedirectResponse("/progress", status_code=303)
