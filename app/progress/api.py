"""`/api/v1/targets`: the county's targets, where they stand, and the ledger behind the number."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from app.progress.partners import queries
from app.progress.partners.schemas import (
    EntryListing,
    EntryOut,
    ProgressOut,
    ProgressQuery,
    TargetListing,
    TargetOut,
)
from app.progress.picture import picture
from app.progress.queries import cut_of, targets_offered
from app.progress.schemas import CutInput
from app.targets.managing.queries import get_target
from app.targets.rules import Basis
from app.web.api import ApiContext, ListOf, scoped
from app.web.api_document import operation

router = APIRouter(prefix="/api/v1", tags=["targets"])

Reader = Annotated[ApiContext, scoped("targets:read")]
TargetId = Annotated[UUID, Path(description="The target's id.")]


@router.get("/targets", response_model=ListOf[TargetOut], summary="List targets", **operation())
def list_targets(ctx: Reader, wanted: Annotated[TargetListing, Query()]) -> Response:
    """The county's targets, the newest year first."""
    with ctx.reading() as session:
        rows, position = queries.page_of_targets(
            session, ctx.actor, wanted, after=ctx.after(wanted), today=ctx.today
        )
        return ctx.page(rows, wanted, position=position)


@router.get(
    "/targets/{target_id}", response_model=TargetOut, summary="Read a target", **operation(tagged=True)
)
def read_target(target_id: TargetId, ctx: Reader) -> Response:
    """The target as it applies today."""
    with ctx.reading() as session:
        target = get_target(session, ctx.actor, target_id)
        body = queries.shown(session, ctx.actor, [target], today=ctx.today)[0]
        return ctx.record(body, version=target.version)


@router.get(
    "/targets/{target_id}/progress",
    response_model=ProgressOut,
    summary="Where a target stands",
    **operation(),
)
def read_progress(target_id: TargetId, ctx: Reader, wanted: Annotated[ProgressQuery, Query()]) -> Response:
    """What had happened by the day `as_of`, as it was known at the instant `known_at`: the same question always has
    the same answer. Sums are the county's; what the account may not read stands in a line without a name."""
    cut_input = CutInput(
        target=target_id,
        as_of=wanted.as_of,
        known_at=wanted.known_at,
        basis=Basis.EFFECTIVE if wanted.by_month_basis == "signed" else Basis.BOOKED,
    )
    with ctx.reading() as session:
        offered = targets_offered(session, ctx.actor)
        cut = cut_of(session, offered, cut_input, today=ctx.today, now=ctx.now)
        found = picture(session, ctx.actor, cut, today=ctx.today, locale=ctx.locale)
        return ctx.plain(queries.progress_out(session, ctx.actor, found))


@router.get(
    "/targets/{target_id}/entries",
    response_model=ListOf[EntryOut],
    summary="The ledger of a target",
    **operation(),
)
def list_entries(target_id: TargetId, ctx: Reader, wanted: Annotated[EntryListing, Query()]) -> Response:
    """Entries, the newest first. Their sum is the number; none is ever changed or removed."""
    position = ctx.after(wanted)
    with ctx.reading() as session:
        rows, before = queries.page_of_entries(
            session, ctx.actor, target_id, wanted, before_seq=int(position[0]) if position else None
        )
        return ctx.page(rows, wanted, position=None if before is None else [before])
