"""The list of deals, and the same list as a file."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import quote, urlencode
from uuid import UUID

from starlette.responses import Response

from app.core.clock import SHANGHAI
from app.core.i18n import N_, label
from app.core.options import words
from app.core.permissions import Permission
from app.core.regions import OriginLevel
from app.core.sheets import Sheet, csv_bytes, xlsx_bytes
from app.deals.listing import queries
from app.deals.listing.schemas import DealFilter, ExportInput
from app.deals.listing.service import export_deals
from app.deals.listing.sheet import sheet_of
from app.deals.rules import AgreementKind, DealStage, TermsState
from app.identity.choices import labelled, units_offered
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form
from app.web.lists import is_filtered, pages_of, sortings

router = pages()

Reader = Annotated[Context, allow(Permission.READ_RECORDS)]
Exporter = Annotated[Context, allow(Permission.EXPORT)]

SORTED = ("updated", "signed", "amount", "code", "stage")
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
BANDS = {
    "under_2000": N_("2000万元以下"),
    "2000_1": N_("2000万元–1亿元"),
    "1_5": N_("1–5亿元"),
    "5_10": N_("5–10亿元"),
    "10_20": N_("10–20亿元"),
    "20_50": N_("20–50亿元"),
    "50_100": N_("50–100亿元"),
    "100_more": N_("100亿元以上"),
    "10_more": N_("10亿元以上（合计）"),
    "unknown": N_("金额未知"),
}
FLAGS = {
    "pending": N_("变更待认定"),
    "not_started": N_("签约未开工"),
    "contract": N_("合同待补"),
    "own_unit": N_("本单位项目"),
    "region": N_("来源地待核对"),
}
FILTER_WORDS = {
    "q": N_("名称"),
    "stage": N_("阶段"),
    "state": N_("认定状态"),
    "agreement": N_("协议类型"),
    "unit": N_("引资单位"),
    "leader": N_("挂点领导"),
    "year": N_("签约年份"),
    "chain": N_("产业链"),
    "origin": N_("来源地层级"),
    "amount": N_("总投资"),
    "list": N_("项目库"),
    "occasion": N_("签约活动"),
    "investor": N_("投资方"),
    "flag": N_("标注"),
}


@router.get("/deals")
def deals_list(ctx: Reader) -> Response:
    form: Form[Any] = ctx.query(DealFilter)
    wanted = DealFilter() if form.errors else form.data
    with ctx.reading() as session:
        totals = queries.totals(session, ctx.actor, wanted)
        rows = queries.rows_of_page(session, ctx.actor, wanted)
        chains = words(session, ctx.actor.county_id, "industry_chain", with_inactive=True)
        choices = _offered(ctx, queries.names_offered(session, ctx.actor))
        return ctx.render(
            "deals/list.html",
            form=form,
            wanted=wanted,
            rows=rows,
            totals=totals,
            chips=_chips(ctx, wanted),
            is_filtered=is_filtered(form),
            chains={word.code: word.label(ctx.locale) for word in chains},
            query=list_query(wanted),
            pages=pages_of(
                ctx.request, total=totals.count, page=wanted.page, size=queries.PAGE_SIZE, shown=len(rows)
            ),
            sorting=sortings(ctx.request, SORTED, sort=wanted.sort),
            **choices,
        )


@router.post("/deals/export")
def export(ctx: Exporter) -> Response:
    """Answer exactly what the filter in the address shows, as a sheet; the export is an event."""
    found: Form[Any] = ctx.query(DealFilter)
    asked: Form[Any] = ctx.parse(ExportInput)
    wanted = DealFilter() if found.errors else found.data
    kind: Literal["xlsx", "csv"] = "xlsx" if asked.errors else asked.data.format
    with ctx.transaction() as session:
        names = dict(queries.names_offered(session, ctx.actor).all())
        chosen = words_of_filter(ctx, wanted, names)
        rows, totals = export_deals(session, ctx.actor, wanted, kind=kind, words=chosen, at=ctx.now)
        chains = words(session, ctx.actor.county_id, "industry_chain", with_inactive=True)
        labels = {word.code: word.label(ctx.locale) for word in chains}
        return send_sheet(ctx, sheet_of(ctx, rows, totals, chains=labels, chosen=chosen), kind=kind)


def send_sheet(ctx: Context, sheet: Sheet, *, kind: str) -> Response:
    """Answer a sheet as a file to keep."""
    body = xlsx_bytes(sheet) if kind == "xlsx" else csv_bytes(sheet)
    name = f"{sheet.title}-{ctx.now.astimezone(SHANGHAI):%Y%m%d-%H%M}.{kind}"
    headers = {
        "Content-Disposition": f"attachment; filename=\"deals.{kind}\"; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
    }
    return ctx.finish(Response(body, media_type=MEDIA[kind], headers=headers))


def list_query(wanted: DealFilter) -> str:
    """Write the list's state for the links of its records, so that they know their neighbours."""
    state = wanted.model_dump(mode="json", exclude_defaults=True, exclude={"page"})
    return f"?{urlencode(state)}" if state else ""


def words_of_filter(ctx: Context, wanted: DealFilter, names: dict[UUID, str]) -> list[str]:
    """Say which conditions narrow the list, in the reader's language; `names` are those of the ids in it."""
    state = wanted.model_dump(exclude_defaults=True, exclude={"page", "sort"})
    return [
        ctx.say(N_("%(what)s：%(value)s"), what=ctx.say(FILTER_WORDS[name]), value=_value(ctx, value, names))
        for name, value in state.items()
    ]


def _value(ctx: Context, value: Any, names: dict[UUID, str]) -> str:
    if isinstance(value, UUID):
        return names.get(value, "—")
    if isinstance(value, DealStage | TermsState | AgreementKind | OriginLevel):
        return label(ctx.locale, value)
    return ctx.say({**BANDS, **FLAGS}.get(str(value), str(value)))


def _offered(ctx: Context, names: queries.Names) -> dict[str, Any]:
    return {
        "stages": labelled(ctx, DealStage),
        "states": labelled(ctx, TermsState),
        "agreements": labelled(ctx, AgreementKind),
        "origins": labelled(ctx, OriginLevel),
        "bands": [(code, ctx.say(text)) for code, text in BANDS.items()],
        "flags": [(code, ctx.say(text)) for code, text in FLAGS.items()],
        "units": units_offered(names.units),
        "leaders": [(person.id, person.name) for person in names.leaders],
        "lists": [(each.id, each.name) for each in names.lists],
        "years": [(year, str(year)) for year in range(ctx.today.year, ctx.today.year - 10, -1)],
    }


def _chips(ctx: Context, wanted: DealFilter) -> list[dict[str, Any]]:
    """Return the views that people open most, as links."""
    views: list[tuple[str, dict[str, Any]]] = [
        (N_("全部"), {}),
        (N_("今年签约"), {"year": ctx.today.year}),
        (N_("待认定"), {"state": "submitted"}),
        (N_("草稿"), {"state": "draft"}),
        (N_("已退回"), {"state": "refused"}),
        (N_("签约未开工"), {"flag": "not_started"}),
    ]
    here = list_query(wanted.model_copy(update={"sort": "-updated"}))
    chips = []
    for text, state in views:
        target = list_query(DealFilter.model_validate(state))
        chips.append({"href": f"/deals{target}", "label": text, "active": target == here})
    return chips
