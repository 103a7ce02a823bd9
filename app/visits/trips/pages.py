"""Pages of trips: the list with its days counted, and a new one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from app.core.clock import Period
from app.core.i18n import N_
from app.core.permissions import Permission
from app.identity.queries import writable_units
from app.identity.refused_forms import SHOWN, show_refusal
from app.visits import rules
from app.visits.checks import NoOwnUnit
from app.visits.filling.queries import people_offered
from app.visits.rules import TripFacts
from app.visits.schemas import TripInput
from app.visits.trips import service
from app.visits.trips.queries import trips_of
from app.web.access import allow
from app.web.context import Context
from app.web.forms import Form

router = APIRouter(include_in_schema=False)


@router.get("/visits/trips")
def trips(ctx: Annotated[Context, allow(Permission.READ_RECORDS)]) -> Response:
    with ctx.reading() as session:
        rows = trips_of(session, ctx.actor)
        facts = [
            TripFacts(Period(row.from_on, row.to_on), frozenset(each.person_id for each in row.people))
            for row in rows
        ]
        return ctx.render("visits/trips.html", rows=rows, days=rules.trip_days(facts))


@router.get("/visits/trips/new")
def new_trip(ctx: Annotated[Context, allow(Permission.WRITE_RECORDS)]) -> Response:
    return _form(ctx, ctx.blank(from_on=ctx.today.isoformat(), to_on=ctx.today.isoformat()))


@router.post("/visits/trips/new")
def add_trip(ctx: Annotated[Context, allow(Permission.WRITE_RECORDS)]) -> Response:
    form, status = ctx.parse(TripInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.add_trip(session, ctx.actor, form.data, at=ctx.now)
                return ctx.redirect("/visits/trips", flash=N_("出行已保存"))
        except (*SHOWN, NoOwnUnit) as refusal:
            status = show_refusal(ctx, form, refusal)
    return _form(ctx, form, status=status)


def _form(ctx: Context, form: Form[Any], *, status: int = 200) -> Response:
    with ctx.reading() as session:
        own = writable_units(session, ctx.actor)
        people = people_offered(session, ctx.actor, [unit.id for unit in own])
        return ctx.render(
            "visits/trip.html",
            status=status,
            form=form,
            own_units=[(unit.id, unit.shown_name) for unit in own],
            people=[(each.id, f"{each.name} {each.post}".strip()) for each in people],
        )
