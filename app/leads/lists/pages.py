"""The list of leads, and the same list as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Any
from urllib.parse import quote, urlencode
from uuid import UUID

from starlette.responses import Response

from app.core.clock import SHANGHAI
from app.core.i18n import N_
from app.core.options import words
from app.core.permissions import Permission
from app.core.regions import OriginLevel
from app.core.remembered import remembered
from app.core.sheets import csv_bytes, xlsx_bytes
from app.identity.choices import labelled, units_offered
from app.leads.lists import offered, queries
from app.leads.lists.schemas import ExportInput, LeadFilter
from app.leads.lists.service import export_leads
from app.leads.lists.sheet import sheet_of
from app.leads.rules import AmountBand, LeadSource, LeadStage, Validity
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form
from app.web.lists import is_filtered, pages_of, sortings

router = pages()

Reader = Annotated[Context, allow(Permission.READ_RECORDS)]
Exporter = Annotated[Context, allow(Permission.EXPORT)]

SORTED = ("updated", "reported", "planned", "stage", "expected", "follow_up")
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@router.get("/leads")
def leads(ctx: Reader) -> Response:
    form: Form[Any] = ctx.query(LeadFilter)
    wanted = LeadFilter() if form.errors else form.data
    with ctx.reading() as session:
        rows, totals = queries.page_of_leads(session, ctx.actor, wanted, today=ctx.today)
        chains = words(session, ctx.actor.county_id, "industry_chain", with_inactive=True)
        units, people = remembered(
            session,
            ("leads.narrowing", ctx.actor.reach),
            lambda: (
                tuple(units_offered(offered.units_with_leads(session, ctx.actor))),
                tuple((each.id, each.name) for each in offered.people_with_leads(session, ctx.actor)),
            ),
        )
        return ctx.render(
            "leads/list.html",
            form=form,
            wanted=wanted,
            rows=rows,
            totals=totals,
            chips=_chips(ctx, wanted),
            is_filtered=is_filtered(form),
            chains={word.code: word.label(ctx.locale) for word in chains},
            units=units,
            people=people,
            query=list_query(wanted),
            pages=pages_of(
                ctx.request, total=totals.count, page=wanted.page, size=queries.PAGE_SIZE, shown=len(rows)
            ),
            sorting=sortings(ctx.request, SORTED, sort=wanted.sort),
            **_offered(ctx),
        )


@router.post("/leads/export")
def export(ctx: Exporter) -> Response:
    """Answer exactly what the filter in the address shows, as a sheet; the export is an event."""
    found, asked = ctx.query(LeadFilter), ctx.parse(ExportInput)
    wanted = LeadFilter() if found.errors else found.data
    kind = "xlsx" if asked.errors else asked.data.format
    with ctx.transaction() as session:
        chosen = words_of_filter(ctx, wanted, offered.names_in_filter(session, ctx.actor, wanted))
        rows, totals = export_leads(session, ctx.actor, wanted, kind=kind, words=chosen, at=ctx.now)
        chains = words(session, ctx.actor.county_id, "industry_chain", with_inactive=True)
        labels = {word.code: word.label(ctx.locale) for word in chains}
        sheet = sheet_of(ctx, rows, totals, chains=labels, chosen=chosen)
        body = xlsx_bytes(sheet) if kind == "xlsx" else csv_bytes(sheet)
    name = f"{sheet.title}-{ctx.now.astimezone(SHANGHAI):%Y%m%d-%H%M}.{kind}"
    headers = {
        "Content-Disposition": f"attachment; filename=\"leads.{kind}\"; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
    }
    return ctx.finish(Response(body, media_type=MEDIA[kind], headers=headers))


def list_query(wanted: LeadFilter) -> str:
    """Write the list's state for the links of its records, so that they know their neighbours."""
    state = wanted.model_dump(mode="json", exclude_defaults=True, exclude={"page"})
    texts = {name: "true" if value is True else value for name, value in state.items()}
    return f"?{urlencode(texts)}" if texts else ""


def words_of_filter(ctx: Context, wanted: LeadFilter, names: Mapping[UUID, str]) -> list[str]:
    """Say which conditions narrow the list, in the reader's language; `names` are those of the ids in it."""
    state = wanted.model_dump(exclude_defaults=True, exclude={"page", "sort"})
    return [
        ctx.say(N_("%(what)s：%(value)s"), what=ctx.say(FILTER_WORDS[name]), value=_value(ctx, value, names))
        for name, value in state.items()
    ]


FILTER_WORDS = {
    "q": N_("名称"),
    "stage": N_("阶段"),
    "unit": N_("责任单位"),
    "owner": N_("跟踪人"),
    "mine": N_("我的"),
    "chain": N_("产业链"),
    "source": N_("线索来源"),
    "validity": N_("研判结论"),
    "origin": N_("来源地层级"),
    "amount": N_("拟投资额"),
    "updated": N_("近几天更新"),
    "overdue": N_("超期"),
    "pool": N_("公海"),
    "ruling": N_("待裁定"),
    "investor": N_("投资方"),
}
STAGE_GROUPS = {"open": N_("在跟进"), "in_talks": N_("在谈项目")}
OVERDUE = {"follow_up": N_("跟进逾期"), "idle": N_("久未推进"), "judgement": N_("超期未研判")}


def _value(ctx: Context, value: Any, names: Mapping[UUID, str]) -> str:
    if value is True:
        return ctx.say(N_("是"))
    if isinstance(value, UUID):
        return names.get(value, "—")
    if isinstance(value, LeadSource | Validity | OriginLevel | AmountBand):
        return str(dict(labelled(ctx, [value]))[value.value])
    text = str(value)
    if text in set(LeadStage):
        return labelled(ctx, [LeadStage(text)])[0][1]
    return ctx.say({**STAGE_GROUPS, **OVERDUE}.get(text, text))


def _offered(ctx: Context) -> dict[str, Any]:
    groups = [(code, ctx.say(text)) for code, text in STAGE_GROUPS.items()]
    return {
        "stages": groups + labelled(ctx, LeadStage),
        "sources": labelled(ctx, LeadSource),
        "validities": labelled(ctx, Validity),
        "origins": labelled(ctx, OriginLevel),
        "bands": labelled(ctx, AmountBand),
        "lateness": [(code, ctx.say(text)) for code, text in OVERDUE.items()],
    }


def _chips(ctx: Context, wanted: LeadFilter) -> list[dict[str, Any]]:
    """Return the views that people open most, as links."""
    here = list_query(wanted.model_copy(update={"sort": "-updated"}))
    return [
        {"href": f"/leads{view}", "label": text, "active": view == here}
        for text, view in _views(ctx.may(Permission.JUDGE_LEADS))
    ]


@cache
def _views(judges: bool) -> Sequence[tuple[str, str]]:
    """Return each view's name and query; worked out once, they are the same for all."""
    views: list[tuple[str, dict[str, str]]] = [
        (N_("全部"), {}),
        (N_("我的"), {"mine": "true", "stage": "open"}),
        (N_("在谈项目"), {"stage": "in_talks"}),
        (N_("跟进逾期"), {"overdue": "follow_up"}),
        (N_("久未推进"), {"overdue": "idle"}),
        (N_("公海"), {"pool": "true"}),
    ]
    if judges:
        views += [
            (N_("待研判"), {"validity": "pending", "stage": "open"}),
            (N_("待裁定"), {"ruling": "true"}),
        ]
    return [(text, list_query(LeadFilter.model_validate(state))) for text, state in views]
