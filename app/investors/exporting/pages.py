"""The list of investors, taken home as a file."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from starlette.responses import Response

from app.core.clock import SHANGHAI
from app.core.i18n import N_, label
from app.core.permissions import Permission
from app.core.regions import region_path
from app.core.sheets import csv_bytes, xlsx_bytes
from app.investors import queries
from app.investors.exporting.schemas import ExportInput
from app.investors.exporting.service import export_investors
from app.investors.exporting.sheet import sheet_of
from app.investors.rules import InvestorKind
from app.investors.schemas import InvestorFilter
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form

router = pages()

Exporter = Annotated[Context, allow(Permission.EXPORT)]

MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
FILTER_WORDS = {
    "q": N_("名称"),
    "kind": N_("类别"),
    "home": N_("所在地"),
    "tag": N_("标签"),
    "group": N_("所属集团"),
}


@router.post("/investors/export")
def export(ctx: Exporter) -> Response:
    """Answer exactly what the filter in the address shows, as a sheet; the export is an event."""
    found: Form[Any] = ctx.query(InvestorFilter)
    asked = ctx.parse(ExportInput)
    wanted = InvestorFilter() if found.errors else found.data
    kind = (ExportInput() if asked.errors else asked.data).format
    chosen = _words(ctx, wanted)
    with ctx.transaction() as session:
        rows = export_investors(session, ctx.actor, wanted, kind=kind, words=chosen, at=ctx.now)
        sheet = sheet_of(ctx, rows, chosen=chosen)
        body = xlsx_bytes(sheet) if kind == "xlsx" else csv_bytes(sheet)
    name = f"{sheet.title}-{ctx.now.astimezone(SHANGHAI):%Y%m%d-%H%M}.{kind}"
    headers = {
        "Content-Disposition": f"attachment; filename=\"investors.{kind}\"; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
    }
    return ctx.finish(Response(body, media_type=MEDIA[kind], headers=headers))


def _words(ctx: Context, wanted: InvestorFilter) -> list[str]:
    """Say which conditions narrow the list, in the reader's language."""
    state = wanted.model_dump(exclude_defaults=True, include=set(FILTER_WORDS))
    return [
        ctx.say(N_("%(what)s：%(value)s"), what=ctx.say(FILTER_WORDS[name]), value=_value(ctx, name, value))
        for name, value in state.items()
    ]


def _value(ctx: Context, name: str, value: Any) -> str:
    if isinstance(value, InvestorKind):
        return label(ctx.locale, value)
    if name != "home":
        return str(value)
    known = {queries.FOREIGN: N_("境外"), queries.UNKNOWN: N_("所在地未知")}
    return ctx.say(known[value]) if value in known else region_path(value, lang=ctx.locale) or value
