"""`/api/v1/leads`: partners refer investors here and read what became of them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from app.core.errors import Stale
from app.leads.models import Lead
from app.leads.partners import inputs, queries, service
from app.leads.partners.bulk import report_many
from app.leads.partners.schemas import (
    Bulk,
    BulkOut,
    ExternalLead,
    LeadListing,
    LeadOut,
    LeadPatch,
    NewLead,
)
from app.leads.queries import get_lead
from app.leads.schemas import EditLeadInput, ReportLeadInput
from app.leads.service import AlreadyHeld, ClosedLead, DuplicateLead, SentAtOnce, report_lead
from app.web.api import ApiContext, ListOf, Session, scoped
from app.web.api_body import Sent, body_of, checked, pointing
from app.web.api_document import operation

router = APIRouter(prefix="/api/v1", tags=["leads"])

Reader = Annotated[ApiContext, scoped("leads:read")]
Writer = Annotated[ApiContext, scoped("leads:write")]
LeadId = Annotated[UUID, Path(description="The lead's id.")]
Code = Path(pattern=r"^[A-Za-z0-9._~-]{1,60}$", examples=["crm"])
LongCode = Path(pattern=r"^[A-Za-z0-9._~-]{1,120}$", examples=["A-1024"])
REPORTING = (AlreadyHeld, DuplicateLead, SentAtOnce)


@router.get("/leads", response_model=ListOf[LeadOut], summary="List leads", **operation())
def list_leads(ctx: Reader, wanted: Annotated[LeadListing, Query()]) -> Response:
    """Leads that the key's account may open: a partner its own referrals, an office's program its unit's leads."""
    with ctx.reading() as session:
        rows, position = queries.page_of_leads(
            session, ctx.actor, wanted, after=ctx.after(wanted), today=ctx.today
        )
        return ctx.page(rows, wanted, position=position)


@router.post(
    "/leads",
    status_code=201,
    response_model=LeadOut,
    summary="Report a lead",
    **operation(*REPORTING, takes=NewLead, creates=True),
)
def create_lead(ctx: Writer, sent: Annotated[Sent[NewLead], body_of(NewLead)]) -> Response:
    """A partner's referral belongs to the intake unit and is protected from the server's receipt of a complete report.
    Everybody may write the fields of the body; `unit_id` only programs of the office."""
    with ctx.creating(sent.raw) as session, pointing(inputs.NAMED):
        values = inputs.report_values(sent.data, id=sent.data.id)
        data = checked(ReportLeadInput, values, named=inputs.NAMED)
        lead = report_lead(session, ctx.actor, data, at=ctx.now)
        return _answer(ctx, session, lead, status=201)


@router.post(
    "/leads/bulk",
    response_model=BulkOut,
    summary="Report up to 200 leads",
    **operation(takes=Bulk, creates=True, each=True),
)
def create_leads(ctx: Writer, sent: Annotated[Sent[Bulk], body_of(Bulk)]) -> Response:
    """Always 200, with a result per item: one refused keeps no other from being reported. `dry_run` keeps nothing."""
    with ctx.creating(sent.raw) as session:
        done = report_many(session, ctx.actor, sent.data, at=ctx.now, say=ctx.say)
        return ctx.plain(done)


@router.get("/leads/{lead_id}", response_model=LeadOut, summary="Read a lead", **operation(tagged=True))
def read_lead(lead_id: LeadId, ctx: Reader) -> Response:
    """Another's lead, and a confidential one that the account may not open, is a 404."""
    with ctx.reading() as session:
        return _answer(ctx, session, get_lead(session, ctx.actor, lead_id))


@router.patch(
    "/leads/{lead_id}",
    response_model=LeadOut,
    summary="Correct a lead, or add a note",
    **operation(service.JudgedLead, ClosedLead, takes=LeadPatch, guarded=True),
)
def change_lead(
    lead_id: LeadId, ctx: Writer, sent: Annotated[Sent[LeadPatch], body_of(LeadPatch)]
) -> Response:
    """Fields that are left out stay, null empties. A partner may change its lead until it is judged, then only send
    `note`; a program of the owner unit may change an open lead. `contact` and `note` are write-only."""
    version = ctx.expected_version()
    with ctx.transaction() as session, pointing(inputs.NAMED):
        lead = get_lead(session, ctx.actor, lead_id, lock=True)
        if lead.version != version:
            raise Stale()
        given = inputs.patch_values(sent.data)
        if given:
            values = service.values_to_edit(lead) | given | {"version": version}
            data = checked(EditLeadInput, values, named=inputs.NAMED)
            lead = service.change(session, ctx.actor, lead, data, at=ctx.now)
        if sent.data.note is not None:
            lead = service.add_note(
                session, ctx.actor, lead, sent.data.note, version=lead.version, at=ctx.now
            )
        return _answer(ctx, session, lead)


@router.put(
    "/leads/external/{source}/{external_id}",
    response_model=LeadOut,
    responses={201: {"model": LeadOut, "description": "The lead is new."}},
    summary="Bring a lead to what another system says",
    **operation(*REPORTING, service.JudgedLead, service.OtherInvestor, ClosedLead, takes=ExternalLead),
)
def put_lead(
    source: Annotated[str, Code],
    external_id: Annotated[str, LongCode],
    ctx: Writer,
    sent: Annotated[Sent[ExternalLead], body_of(ExternalLead)],
) -> Response:
    """Reports the lead (201), or changes it to the body (200); the same again changes nothing, whatever its state.
    `If-Match` may be sent. The investor of a lead that is on record stays."""
    expected = ctx.expected_version() if ctx.request.headers.get("if-match", "").strip() else None
    with ctx.transaction() as session, pointing(inputs.NAMED):
        values = inputs.report_values(sent.data, source_system=source, external_id=external_id)
        data = checked(ReportLeadInput, values, named=inputs.NAMED)
        lead, is_new = service.put_external(session, ctx.actor, data, expected_version=expected, at=ctx.now)
        return _answer(ctx, session, lead, status=201 if is_new else 200)


def _answer(ctx: ApiContext, session: Session, lead: Lead, *, status: int = 200) -> Response:
    session.flush()
    body = queries.shown(session, ctx.actor, [lead], today=ctx.today)[0]
    location = f"/api/v1/leads/{lead.id}" if status == 201 else ""
    return ctx.record(body, version=lead.version, status=status, location=location)
