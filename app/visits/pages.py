"""Pages of visits: the list, the record, logging one on a phone, correcting it."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from app.core import files
from app.core.errors import AppError
from app.core.events import timeline
from app.core.i18n import N_, label
from app.core.ids import new_id
from app.core.permissions import Permission, holds_over
from app.identity.choices import labelled, units_offered
from app.identity.queries import writable_units
from app.identity.refused_forms import SHOWN, show_refusal
from app.investors.queries import get_investor
from app.visits import queries, rules, service
from app.visits.checks import NoOwnUnit
from app.visits.filling import queries as offered
from app.visits.filling.values import KEPT_FOR_ANOTHER, kept_for_another, typed_of
from app.visits.merging import service as merging
from app.visits.models import Visit
from app.visits.rules import NextStep, VisitKind
from app.visits.schemas import EditVisitInput, MergeInput, NewVisitInput, SeparateInput, VisitFilter
from app.visits.trips.queries import get_trip, trips_of
from app.web import stories
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form
from app.web.lists import is_filtered, pages_of, sortings

router = pages()

Reader = Annotated[Context, allow(Permission.READ_RECORDS)]
Writer = Annotated[Context, allow(Permission.WRITE_RECORDS)]

# A refusal of a picture is shown in the form, like any other field's.
SHOWN_HERE = (*SHOWN, NoOwnUnit, files.KindNotAllowed, files.FileTooLarge, files.FileDamaged)

stories.tell(
    "visit",
    {
        "visit.logged": N_("记拜访"),
        "visit.edited": N_("修改拜访"),
        "visit.followed_up": N_("已跟进"),
        "visit.merged": N_("合并同一次拜访"),
        "visit.separated": N_("撤销合并"),
        "visit.photo_added": N_("添加照片"),
        "visit.handed_over": N_("移交"),
    },
    fields=service.LABELS,
    wordings={"kind": lambda locale, value: label(locale, VisitKind(value))},
    key=("visit.logged",),
)


@router.get("/visits")
def visits(ctx: Reader) -> Response:
    form = ctx.query(VisitFilter)
    wanted = VisitFilter() if form.errors else form.data
    with ctx.reading() as session:
        rows, total = queries.page_of_visits(session, ctx.actor, wanted, today=ctx.today)
        return ctx.render(
            "visits/list.html",
            form=form,
            wanted=wanted,
            rows=rows,
            late_after=rules.LATE_AFTER_DAYS,
            kinds=labelled(ctx, VisitKind),
            units=units_offered(offered.units_offered(session, ctx.actor)),
            query=list_query(wanted),
            is_filtered=is_filtered(form),
            names=queries.names_in_filter(session, ctx.actor, wanted),
            pages=pages_of(
                ctx.request, total=total, page=wanted.page, size=queries.PAGE_SIZE, shown=len(rows)
            ),
            sorting=sortings(ctx.request, ("from_on", "next_follow_up_on"), sort=wanted.sort),
        )


@router.get("/visits/new")
def new_visit(
    ctx: Writer,
    again: UUID | None = None,
    lead: UUID | None = None,
    deal: UUID | None = None,
    investor: UUID | None = None,
    trip: UUID | None = None,
) -> Response:
    typed: dict[str, Any] = {"kind": VisitKind.OUTBOUND.value, "from_on": ctx.today.isoformat()}
    with ctx.reading() as session:
        if again is not None:
            typed |= kept_for_another(queries.get_visit(session, ctx.actor, again))
        found = get_investor(session, ctx.actor, investor) if investor is not None else None
        found = found or offered.investor_of(session, ctx.actor, lead_id=lead, deal_id=deal)
        if found is not None:
            typed |= {"investor": found.name, "investor_id": found.id}
        if trip is not None:
            journey = get_trip(session, ctx.actor, trip)
            typed |= {"trip_id": journey.id, "people": [each.person_id for each in journey.people]}
    return _form(ctx, ctx.blank(**typed, lead_id=lead, deal_id=deal, id=new_id()))


@router.post("/visits/new")
def log_visit(ctx: Writer) -> Response:
    form = ctx.parse(NewVisitInput)
    if form.errors:
        return _form(ctx, form, status=422)
    try:
        pictures = received_pictures(ctx)
        with ctx.transaction() as session:
            visit = service.log_visit(session, ctx.actor, form.data, at=ctx.now, pictures=pictures)
            target = f"/visits/new?again={visit.id}" if form.data.another else f"/visits/{visit.id}"
            return ctx.redirect(target, flash=N_("拜访已保存"))
    except service.AlreadyLogged as known:
        return ctx.redirect(f"/visits/{known.visit_id}", flash=N_("这次拜访先前已经保存"), kind="info")
    except SHOWN_HERE as refusal:
        return _form(ctx, form, status=show_refusal_here(ctx, form, refusal))


def received_pictures(ctx: Context) -> list[files.Received]:
    """Check and clean the pictures that came with a form; slow, so before any transaction."""
    return [
        files.receive(ctx.settings, upload.file, filename=upload.filename or "", allowed=files.IMAGES)
        for upload in ctx.files("photos")
    ]


@router.get("/visits/{visit_id}")
def visit(visit_id: UUID, ctx: Reader) -> Response:
    listed = ctx.query(VisitFilter)
    wanted = VisitFilter() if listed.errors else listed.data
    with ctx.reading() as session:
        found = queries.get_visit(session, ctx.actor, visit_id)
        before, after = queries.neighbours(session, ctx.actor, wanted, found, today=ctx.today)
        others = {each.id: each for each in queries.same_day_visits(session, ctx.actor, found)}
        suspected = rules.suspected_same(queries.facts_of(found), map(queries.facts_of, others.values()))
        events = timeline(session, ("visit", found.id), confidential_of=[found.id])
        names = queries.names_of(session, [found.on_behalf_of])
        may_write = holds_over(
            ctx.actor, Permission.WRITE_RECORDS, found.owner_unit.path, found.owner_unit_id
        )
        return ctx.render(
            "visits/show.html",
            visit=found,
            late=found.days_late > rules.LATE_AFTER_DAYS,
            lead=offered.lead_of(session, ctx.actor, found.lead_id),
            deal=offered.deal_of(session, ctx.actor, found.deal_id),
            suspected=[others[facts.id] for facts in suspected],
            merged_here=queries.merged_here(session, found),
            may_write=may_write,
            names=names,
            story=stories.told(ctx, events, people=names),
            before=before,
            after=after,
            query=list_query(wanted),
        )


@router.get("/visits/{visit_id}/edit")
def edit(visit_id: UUID, ctx: Writer) -> Response:
    with ctx.reading() as session:
        found = queries.get_visit(session, ctx.actor, visit_id)
    return _form(ctx, ctx.blank(**typed_of(found)), visit=found)


@router.post("/visits/{visit_id}/edit")
def save(visit_id: UUID, ctx: Writer) -> Response:
    form, status = ctx.parse(EditVisitInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.edit_visit(session, ctx.actor, visit_id, form.data, at=ctx.now)
                return ctx.redirect(f"/visits/{visit_id}", flash=N_("拜访已保存"))
        except SHOWN_HERE as refusal:
            status = show_refusal_here(ctx, form, refusal)
    with ctx.reading() as session:
        found = queries.get_visit(session, ctx.actor, visit_id)
    return _form(ctx, form, visit=found, status=status)


@router.post("/visits/{visit_id}/follow-up")
def follow_up(visit_id: UUID, ctx: Writer) -> Response:
    with ctx.transaction() as session:
        service.close_follow_up(session, ctx.actor, visit_id, at=ctx.now)
        return ctx.redirect(f"/visits/{visit_id}", flash=N_("已标记为跟进完成"))


@router.post("/visits/{visit_id}/merge")
def merge(visit_id: UUID, ctx: Writer) -> Response:
    form = ctx.parse(MergeInput)
    if form.errors:
        return ctx.redirect(f"/visits/{visit_id}", flash=N_("请重新选择要合并的拜访"), kind="warning")
    with ctx.transaction() as session:
        merging.merge_visits(
            session,
            ctx.actor,
            visit_id,
            form.data.other_id,
            expected_version=form.data.version,
            at=ctx.now,
        )
        return ctx.redirect(f"/visits/{visit_id}", flash=N_("已合并，两个单位都计入，全县只算一次"))


@router.post("/visits/{visit_id}/separate")
def separate(visit_id: UUID, ctx: Writer) -> Response:
    form = ctx.parse(SeparateInput)
    if form.errors:
        return ctx.redirect("/visits")
    with ctx.transaction() as session:
        merging.separate_visit(session, ctx.actor, visit_id, at=ctx.now)
        return ctx.redirect(form.data.back or "/visits", flash=N_("已撤销合并，两次拜访各算一次"))


@router.get("/visits/{visit_id}/photos/{file_id}")
def photo(visit_id: UUID, file_id: UUID, ctx: Reader) -> Response:
    with ctx.reading() as session:
        found = queries.get_visit(session, ctx.actor, visit_id)
        queries.require_photo(found, file_id)
        stored = files.get_file(session, file_id)
    with files.open_file(ctx.settings, stored) as content:
        return Response(
            content.read(), media_type=stored.media_type, headers={"Cache-Control": "private, max-age=3600"}
        )


def list_query(wanted: VisitFilter) -> str:
    """Write the list's state for the links of its records, so that they know their neighbours."""
    state = wanted.model_dump(mode="json", exclude_defaults=True, exclude={"page"})
    return f"?{urlencode(state)}" if state else ""


def _form(ctx: Context, form: Form[Any], *, visit: Visit | None = None, status: int = 200) -> Response:
    with ctx.reading() as session:
        own = writable_units(session, ctx.actor)
        people = offered.people_offered(session, ctx.actor, [unit.id for unit in own])
        investor_id = _as_id(form.get("investor_id"))
        leads = offered.open_leads_of(session, ctx.actor, investor_id) if investor_id else []
        return ctx.render(
            "visits/edit.html",
            status=status,
            form=form,
            visit=visit,
            kinds=labelled(ctx, VisitKind),
            next_steps=labelled(ctx, NextStep),
            own_units=[(unit.id, unit.shown_name) for unit in own],
            units=units_offered(offered.units_offered(session, ctx.actor)),
            people=[(each.id, f"{each.name} {each.post}".strip()) for each in people],
            trips=[(each.id, each.title) for each in trips_of(session, ctx.actor, limit=20)],
            leads=[(each.id, each.title) for each in leads],
            deal=offered.deal_of(session, ctx.actor, _as_id(form.get("deal_id"))),
            kept_for_another=KEPT_FOR_ANOTHER,
        )


def _as_id(text: Any) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None


def show_refusal_here(ctx: Context, form: Form[Any], refusal: AppError) -> int:
    """Show a refusal at its field, a picture's at the pictures; gives the answer's status."""
    if isinstance(refusal, files.KindNotAllowed | files.FileTooLarge | files.FileDamaged):
        form.errors["photos"] = ctx.say(refusal.message_id, **refusal.params)
        return 422
    return show_refusal(ctx, form, refusal)
