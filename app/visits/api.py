"""`/api/v1/visits`: visits are read, put on record and corrected by programs of the office."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from app.core.errors import Conflict, FieldError
from app.core.ids import is_uuid7
from app.visits import service
from app.visits.checks import NoOwnUnit
from app.visits.models import Visit
from app.visits.partners import queries
from app.visits.partners.schemas import NewVisit, VisitListing, VisitOut, VisitPatch
from app.visits.queries import get_visit
from app.visits.rules import NextStep
from app.visits.schemas import EditVisitInput, NewVisitInput
from app.web.api import ApiContext, ListOf, Session, scoped
from app.web.api_body import Sent, body_of, checked, pointing
from app.web.api_document import operation

router = APIRouter(prefix="/api/v1", tags=["visits"])

Reader = Annotated[ApiContext, scoped("visits:read")]
Writer = Annotated[ApiContext, scoped("visits:write")]
VisitId = Annotated[UUID, Path(description="The visit's id.")]
NAMED = {
    "investor": "investor_name",
    "next_on": "next_follow_up_on",
    "lead_id": "lead",
    "deal_id": "deal",
}
_SAME = ("kind", "from_on", "to_on", "summary", "outcome", "place", "their_people", "next_step")


@router.get("/visits", response_model=ListOf[VisitOut], summary="List visits", **operation())
def list_visits(ctx: Reader, wanted: Annotated[VisitListing, Query()]) -> Response:
    """Visits of the units that the account reads, also those in which such a unit took part."""
    with ctx.reading() as session:
        rows, position = queries.page_of_visits(session, ctx.actor, wanted, after=ctx.after(wanted))
        return ctx.page(rows, wanted, position=position)


@router.post(
    "/visits",
    status_code=201,
    response_model=VisitOut,
    summary="Put a visit on record",
    **operation(NoOwnUnit, takes=NewVisit, creates=True),
)
def create_visit(ctx: Writer, sent: Annotated[Sent[NewVisit], body_of(NewVisit)]) -> Response:
    """The server's receipt decides whether it is late. A visit of a lead keeps its protection."""
    body = sent.data
    with ctx.creating(sent.raw) as session, pointing(NAMED):
        if body.id is not None and not is_uuid7(body.id):
            raise FieldError("id", "error.field.invalid")
        if body.id is not None and queries.is_known(session, body.id):
            raise Conflict()
        values = {name: getattr(body, name) for name in _SAME} | {
            "id": body.id,
            "investor": body.investor_name,
            "investor_id": body.investor_id,
            "lead_id": body.lead,
            "deal_id": body.deal,
            "units": body.units,
            "unit_id": body.unit_id,
            **_what_follows(body.next_follow_up_on, nothing=body.no_follow_up),
        }
        data = checked(NewVisitInput, values, named=NAMED)
        visit = service.log_visit(session, ctx.actor, data, at=ctx.now)
        return _answer(ctx, session, visit.id, status=201)


@router.get("/visits/{visit_id}", response_model=VisitOut, summary="Read a visit", **operation(tagged=True))
def read_visit(visit_id: VisitId, ctx: Reader) -> Response:
    """Another's visit, and one of a confidential record that the account may not open, is a 404."""
    with ctx.reading() as session:
        return _answer(ctx, session, visit_id)


@router.patch(
    "/visits/{visit_id}",
    response_model=VisitOut,
    summary="Correct a visit",
    **operation(NoOwnUnit, takes=VisitPatch, guarded=True),
)
def change_visit(
    visit_id: VisitId, ctx: Writer, sent: Annotated[Sent[VisitPatch], body_of(VisitPatch)]
) -> Response:
    """Fields that are left out stay, null empties. Only programs of the unit that logged it may correct a visit."""
    version = ctx.expected_version()
    with ctx.transaction() as session, pointing(NAMED):
        visit = get_visit(session, ctx.actor, visit_id, lock=True)
        # A tag that is not ours has no version; the service then finds the record changed.
        values = _standing(visit) | _changes(sent.data) | {"version": max(version, 1)}
        if version == 0:
            values["version"] = visit.version + 1
        data = checked(EditVisitInput, values, named=NAMED)
        service.edit_visit(session, ctx.actor, visit_id, data, at=ctx.now)
        return _answer(ctx, session, visit_id)


def _what_follows(day: Any, *, nothing: bool) -> dict[str, Any]:
    return {"next": NextStep.NONE if nothing else NextStep.ON_A_DAY, "next_on": None if nothing else day}


def _standing(visit: Visit) -> dict[str, Any]:
    more = (
        "investor_id",
        "lead_id",
        "deal_id",
        "trip_id",
        "occasion_id",
        "our_other_people",
        "needs_leader",
        "on_behalf_of",
    )
    return {name: getattr(visit, name) for name in _SAME + more} | {
        "units": [each.unit_id for each in visit.units],
        "people": [each.person_id for each in visit.people],
        **_what_follows(visit.next_follow_up_on, nothing=visit.no_follow_up),
    }


def _changes(body: VisitPatch) -> dict[str, Any]:
    given = {name: getattr(body, name) for name in _SAME if name in body.model_fields_set}
    for name in ("outcome", "place", "their_people", "next_step"):
        if name in given and given[name] is None:
            given[name] = ""
    if "lead" in body.model_fields_set:
        given["lead_id"] = body.lead
    if "deal" in body.model_fields_set:
        given["deal_id"] = body.deal
    if body.no_follow_up or body.next_follow_up_on is not None:
        given |= _what_follows(body.next_follow_up_on, nothing=bool(body.no_follow_up))
    return given


def _answer(ctx: ApiContext, session: Session, visit_id: UUID, *, status: int = 200) -> Response:
    session.flush()
    session.expire_all()
    visit = get_visit(session, ctx.actor, visit_id)
    location = f"/api/v1/visits/{visit.id}" if status == 201 else ""
    return ctx.record(queries.shown(visit), version=visit.version, status=status, location=location)
