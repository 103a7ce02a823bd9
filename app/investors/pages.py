"""Pages of investors: the list, the record, putting one on record and correcting it."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from app.core.errors import FieldError
from app.core.i18n import N_, label
from app.core.permissions import Permission
from app.core.regions import OriginLevel, provinces, region_name, region_path
from app.identity.choices import labelled
from app.identity.refused_forms import SHOWN, show_refusal
from app.investors import queries, rules, service
from app.investors.contacts import queries as contacts
from app.investors.contacts.pages import card_of
from app.investors.models import Investor
from app.investors.rules import InvestorKind, PhonePurpose
from app.investors.schemas import EditInvestorInput, InvestorFilter, InvestorInput, SimilarInput
from app.investors.suggesting.queries import Suggestion
from app.investors.suggesting.queries import similar as similar_to
from app.web import stories
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form
from app.web.lists import is_filtered, pages_of, sortings

router = pages()

Reader = Annotated[Context, allow(Permission.READ_RECORDS)]
Writer = Annotated[Context, allow(Permission.WRITE_RECORDS)]

stories.tell(
    "investor",
    {
        "investor.added": N_("新建客商"),
        "investor.changed": N_("修改客商资料"),
        "investor.region_changed": N_("更正所在地"),
        "investor.merged": N_("合并客商"),
        "investor.unmerged": N_("撤销合并"),
    },
    fields=service.LABELS | {"merged": N_("被并入的"), "into": N_("并入"), "origin_level": N_("来源地层级")},
    wordings={
        "kind": lambda locale, value: label(locale, InvestorKind(value)),
        "home": lambda locale, value: region_path(value, lang=locale) or value,
        "origin_level": lambda locale, value: label(locale, OriginLevel(value)),
    },
    key=("investor.region_changed", "investor.merged", "investor.unmerged"),
)
stories.tell(
    "contact",
    {
        "contact.added": N_("添加联系人"),
        "contact.changed": N_("修改联系人"),
        "contact.removed": N_("移除联系人"),
        "contact.revealed": N_("查看联系方式"),
    },
    fields={"purpose": N_("用途")},
    wordings={"purpose": lambda locale, value: label(locale, PhonePurpose(value))},
)


@router.get("/investors")
def investors(ctx: Reader) -> Response:
    form = ctx.query(InvestorFilter)
    wanted = InvestorFilter() if form.errors else form.data
    with ctx.reading() as session:
        page = queries.page_of_investors(session, ctx.actor, wanted)
        return ctx.render(
            "investors/list.html",
            form=form,
            wanted=wanted,
            page=page,
            kinds=labelled(ctx, InvestorKind),
            homes=_homes_offered(ctx),
            tags=[(tag, tag) for tag in queries.tags_in_use(session, ctx.actor)],
            query=_list_query(wanted),
            is_filtered=is_filtered(form),
            pages=pages_of(
                ctx.request, total=page.total, page=page.page, size=page.per_page, shown=len(page.items)
            ),
            sorting=sortings(ctx.request, ("name", "updated"), sort=wanted.sort),
        )


@router.get("/investors/new")
def new_investor(ctx: Writer, name: str = "") -> Response:
    return _form(ctx, ctx.blank(kind=InvestorKind.COMPANY.value, name=name[:200]))


@router.post("/investors/new")
def create_investor(ctx: Writer) -> Response:
    form, status, similar = ctx.parse(InvestorInput), 422, list[Suggestion]()
    if not form.errors:
        similar = _unseen(ctx, form.data)
        if similar and not any(each.blocks for each in similar):
            form.errors[""] = ctx.say(N_("可能已经有这家客商：请先看下面的记录，确实不同，再保存一次。"))
            return _form(ctx, form, similar=similar, status=409)
        try:
            with ctx.transaction() as session:
                investor = service.create_investor(session, ctx.actor, form.data, at=ctx.now)
                return ctx.redirect(f"/investors/{investor.id}", flash=N_("客商已保存"))
        except SHOWN as refusal:
            status = _show(ctx, form, refusal)
    return _form(ctx, form, similar=similar, status=status)


@router.get("/investors/{investor_id}")
def investor(investor_id: UUID, ctx: Reader) -> Response:
    listed = ctx.query(InvestorFilter)
    wanted = InvestorFilter() if listed.errors else listed.data
    with ctx.reading() as session:
        found = queries.get_investor(session, ctx.actor, investor_id)
        before, after = queries.neighbours(session, ctx.actor, wanted, found)
        return ctx.render(
            "investors/show.html",
            investor=found,
            canonical=queries.canonical(session, found),
            merged=queries.merged_into(session, found),
            unit_name=queries.unit_name(session, found.unit_id),
            contacts=[card_of(ctx, row) for row in contacts.contacts_of(session, ctx.actor, found)],
            story=stories.told(ctx, queries.story(session, ctx.actor, found)),
            before=before,
            after=after,
            query=_list_query(wanted),
        )


@router.get("/investors/{investor_id}/edit")
def edit(investor_id: UUID, ctx: Writer) -> Response:
    with ctx.reading() as session:
        found = queries.get_investor(session, ctx.actor, investor_id)
    return _form(ctx, ctx.blank(**_typed(ctx, found)), investor=found)


@router.post("/investors/{investor_id}/edit")
def save(investor_id: UUID, ctx: Writer) -> Response:
    form, status = ctx.parse(EditInvestorInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.edit_investor(session, ctx.actor, investor_id, form.data, at=ctx.now)
                return ctx.redirect(f"/investors/{investor_id}", flash=N_("客商已保存"))
        except SHOWN as refusal:
            status = _show(ctx, form, refusal)
    with ctx.reading() as session:
        found = queries.get_investor(session, ctx.actor, investor_id)
    return _form(ctx, form, investor=found, status=status)


def _form(
    ctx: Context,
    form: Form[Any],
    *,
    investor: Investor | None = None,
    similar: list[Suggestion] | None = None,
    status: int = 200,
) -> Response:
    return ctx.render(
        "investors/edit.html",
        status=status,
        form=form,
        investor=investor,
        similar=similar or [],
        homes=rules.propose_homes(form.get("home")) if form.error("home") or form.get("home_code") else [],
        kinds=labelled(ctx, InvestorKind),
    )


def _unseen(ctx: Context, data: InvestorInput) -> list[Suggestion]:
    """Return the records that look alike and were not shown before this save: without scripts nobody saw them."""
    if data.seen:
        return []
    typed = SimilarInput(name=data.name, kind=data.kind, uscc=data.uscc)
    with ctx.reading() as session:
        return similar_to(session, ctx.actor, typed)


def _show(ctx: Context, form: Form[Any], refusal: Any) -> int:
    if isinstance(refusal, service.DuplicateInvestor | service.MergedInvestor):
        form.values["existing"] = refusal.params["existing"]
    if isinstance(refusal, FieldError) and refusal.field == "home":
        form.values["home_code"] = ""
    return show_refusal(ctx, form, refusal)


def _typed(ctx: Context, found: Investor) -> dict[str, Any]:
    home = region_path(found.home, lang=ctx.locale) or found.home
    return service.values_of(found) | {"home": home, "home_code": found.home, "version": found.version}


def _homes_offered(ctx: Context) -> list[tuple[str, str]]:
    places = [(each.code, region_name(each.code, lang=ctx.locale)) for each in provinces(with_hk_mo_tw=True)]
    return [
        *places,
        (queries.FOREIGN, ctx.say(N_("境外"))),
        (queries.UNKNOWN, ctx.say(N_("所在地未知"))),
    ]


def _list_query(wanted: InvestorFilter) -> str:
    """Write the list's state for the links of its records, so that they know their neighbours."""
    state = wanted.model_dump(mode="json", exclude_defaults=True, exclude={"page"})
    return f"?{urlencode(state)}" if state else ""
