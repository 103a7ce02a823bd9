"""Pages of evidence: uploading, keeping a copy, looking at one without trusting it, taking one away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO
from urllib.parse import quote
from uuid import UUID

from starlette.responses import Response, StreamingResponse

from app.core import files
from app.core.errors import AppError
from app.core.i18n import N_
from app.core.permissions import Permission
from app.deals import queries
from app.deals.acting import ask, page
from app.deals.evidence import service
from app.deals.evidence.schemas import EvidenceInput
from app.identity.refused_forms import SHOWN, show_refusal
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form

router = pages()

Reader = Annotated[Context, allow(Permission.READ_RECORDS)]
Writer = Annotated[Context, allow(Permission.WRITE_RECORDS)]

CHUNK = 256 * 1024
# What somebody uploaded runs nothing and loads nothing, even if a browser takes it for a page.
SANDBOX = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"


@router.get("/deals/{deal_id}/evidence/new")
def evidence_form(deal_id: UUID, ctx: Writer, terms: UUID | None = None) -> Response:
    return ask(ctx, deal_id, "evidence", terms_id=terms)


@router.post("/deals/{deal_id}/evidence/new")
def add_evidence(deal_id: UUID, ctx: Writer) -> Response:
    form: Form[Any] = ctx.parse(EvidenceInput)
    uploads = ctx.files("file")
    if not uploads:
        form.errors.setdefault("file", ctx.say("error.deals.no_file"))
    status = 422
    if not form.errors:
        try:
            with ctx.reading() as session:  # before the slow part: may the actor see the deal at all
                queries.get_deal(session, ctx.actor, deal_id)
            received = [
                files.receive(ctx.settings, each.file, filename=each.filename or "") for each in uploads
            ]
            with ctx.transaction() as session:
                kept = [files.keep(session, each, actor=ctx.actor, at=ctx.now) for each in received]
                service.add_evidence(session, ctx.actor, deal_id, form.data, kept, at=ctx.now)
                return ctx.redirect(f"/deals/{deal_id}", flash=N_("材料已上传"))
        except AppError as refusal:
            if refusal.status not in (409, 413, 422):
                raise
            form.errors["file"] = ctx.say(refusal.message_id, **refusal.params)
            status = refusal.status
    with ctx.reading() as session:
        deal = queries.get_deal(session, ctx.actor, deal_id)
        return page(ctx, session, deal, "evidence", form, status=status)


@router.get("/deals/{deal_id}/evidence/{evidence_id}")
def evidence(deal_id: UUID, evidence_id: UUID, ctx: Reader, preview: bool = False) -> Response:
    """Answer a file to keep, or to look at in a sandbox."""
    with ctx.reading() as session:
        row = service.find(queries.get_deal(session, ctx.actor, deal_id), evidence_id)
        handle = files.open_file(ctx.settings, row.file)
        # Built inside: a file that lies nowhere is a fault here and not in the middle of the answer.
        headers = {
            "Content-Disposition": f'{"inline" if preview else "attachment"}; filename="evidence"; '
            f"filename*=UTF-8''{quote(row.file.name)}",
            "Content-Length": str(row.file.size),
            "Content-Security-Policy": SANDBOX,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        }
        return ctx.finish(StreamingResponse(_chunks(handle), media_type=row.file.media_type, headers=headers))


@router.post("/deals/{deal_id}/evidence/{evidence_id}/removal")
def remove(deal_id: UUID, evidence_id: UUID, ctx: Writer) -> Response:
    try:
        with ctx.transaction() as session:
            service.remove_evidence(session, ctx.actor, deal_id, evidence_id, at=ctx.now)
            return ctx.redirect(f"/deals/{deal_id}", flash=N_("材料已移除"))
    except SHOWN as refusal:
        form = ctx.blank()
        status = show_refusal(ctx, form, refusal)
    with ctx.reading() as session:
        deal = queries.get_deal(session, ctx.actor, deal_id)
        return page(ctx, session, deal, "evidence", form, status=status)


def _chunks(handle: BinaryIO) -> Iterator[bytes]:
    with handle:
        while chunk := handle.read(CHUNK):
            yield chunk
