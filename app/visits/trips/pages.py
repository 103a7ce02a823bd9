"""Pages of trips: the list with its days counted, and a new one."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from starlette.responses import Response

from app.core.clock import Period
from app.core.events import timeline
from app.core.i18n import N_
from app.core.permissions import Permission, holds_over
from app.identity.queries import writable_units
from app.identity.refused_forms import SHOWN, show_refusal
from app.visits import rules
from app.visits.checks import NoOwnUnit
from app.visits.filling.queries import people_offered
from app.visits.models import Trip
from app.visits.rules import TripFacts
from app.visits.schemas import EditTripInput, TripFilter, TripInput
from app.visits.trips import queries, service
from app.web import stories
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form

router = pages()

Reader = Annotated[Context, allow(Permission.READ_RECORDS)]
Writer = Annotated[Context, allow(Permission.WRITE_RECORDS)]


stories.tell(
    "trip",
    {"trip.added": N_("新建出行"), "trip.edited": N_("修改出行")},
    fields=service.LABELS,
    key=("trip.added",),
)


@router.get("/visits/trips")
def trips(ctx: Reader) -> Response:
    asked = ctx.query(TripFilter)
    year = (None if asked.errors else asked.data.year) or ctx.today.year
    with ctx.reading() as session:
        rows = queries.trips_of(session, ctx.actor, year=year)
        return ctx.render(
            "visits/trips.html",
            rows=rows,
            days=rules.trip_days(map(_facts, rows)),
            year=year,
            years=sorted({ctx.today.year, *queries.trip_years(session, ctx.actor)}, reverse=True),
        )


@router.get("/visits/trips/new")
def new_trip(ctx: Writer) -> Response:
    return _form(ctx, ctx.blank(from_on=ctx.today.isoformat(), to_on=ctx.today.isoformat()))


@router.post("/visits/trips/new")
def add_trip(ctx: Writer) -> Response:
    form, status = ctx.parse(TripInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                made = service.add_trip(session, ctx.actor, form.data, at=ctx.now)
                return ctx.redirect(f"/visits/trips/{made.id}", flash=N_("出行已保存"))
        except (*SHOWN, NoOwnUnit) as refusal:
            status = show_refusal(ctx, form, refusal)
    return _form(ctx, form, status=status)


@router.get("/visits/trips/{trip_id}")
def trip(trip_id: UUID, ctx: Reader) -> Response:
    with ctx.reading() as session:
        found = queries.get_trip(session, ctx.actor, trip_id)
        own = (found.owner_unit.path, found.owner_unit_id)
        return ctx.render(
            "visits/trip_show.html",
            trip=found,
            days=rules.trip_days([_facts(found)]),
            visits=queries.visits_on(session, ctx.actor, found),
            may_write=holds_over(ctx.actor, Permission.WRITE_RECORDS, *own),
            story=stories.told(ctx, timeline(session, ("trip", found.id))),
        )


@router.get("/visits/trips/{trip_id}/edit")
def edit(trip_id: UUID, ctx: Writer) -> Response:
    with ctx.reading() as session:
        found = queries.get_trip(session, ctx.actor, trip_id)
        typed = service.values_of(found) | {"version": found.version}
    return _form(ctx, ctx.blank(**typed), trip_id=trip_id)


@router.post("/visits/trips/{trip_id}/edit")
def save(trip_id: UUID, ctx: Writer) -> Response:
    form, status = ctx.parse(EditTripInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.edit_trip(session, ctx.actor, trip_id, form.data, at=ctx.now)
                return ctx.redirect(f"/visits/trips/{trip_id}", flash=N_("出行已保存"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _form(ctx, form, trip_id=trip_id, status=status)


def _facts(row: Trip) -> TripFacts:
    return TripFacts(Period(row.from_on, row.to_on), frozenset(each.person_id for each in row.people))


def _form(ctx: Context, form: Form[Any], *, trip_id: UUID | None = None, status: int = 200) -> Response:
    with ctx.reading() as session:
        own = writable_units(session, ctx.actor)
        people = people_offered(session, ctx.actor, [unit.id for unit in own])
        return ctx.render(
            "visits/trip.html",
            status=status,
            form=form,
            trip_id=trip_id,
            own_units=[(unit.id, unit.shown_name) for unit in own],
            people=[(each.id, f"{each.name} {each.post}".strip()) for each in people],
        )
