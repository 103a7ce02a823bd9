"""Many leads in one request: each is reported or refused on its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import AppError, FieldError, InvalidInput
from app.leads.models import Lead
from app.leads.partners import inputs
from app.leads.partners.queries import shown
from app.leads.partners.schemas import Bulk, BulkItem, BulkOut, BulkResult, Refusal
from app.leads.partners.service import one_of_many, report_external
from app.leads.schemas import ReportLeadInput

Say = Callable[..., str]


class _DryRun(Exception):
    """Takes back what a dry run did, once all of it was tried."""


def report_many(session: Session, actor: Actor, bulk: Bulk, *, at: datetime, say: Say) -> BulkOut:
    """Report each item behind its own savepoint; a dry run does the same and keeps nothing. Raises nothing."""
    results: list[BulkResult] = []
    made: dict[int, Lead] = {}
    with suppress(_DryRun), session.begin_nested():
        for index, item in enumerate(bulk.items):
            results.append(_one(session, actor, index, item, made=made, dry_run=bulk.dry_run, at=at, say=say))
        if bulk.dry_run:
            raise _DryRun
    # Shown once all are made: together, and as they stand after one another.
    for index, body in zip(made, shown(session, actor, list(made.values()), today=day_of(at)), strict=True):
        results[index] = BulkResult(index=index, result="created", lead=body)
    refused = sum(each.result == "refused" for each in results)
    return BulkOut(
        dry_run=bulk.dry_run,
        created=0 if bulk.dry_run else len(results) - refused,
        refused=refused,
        results=results,
    )


def _one(
    session: Session,
    actor: Actor,
    index: int,
    item: Any,
    *,
    made: dict[int, Lead],
    dry_run: bool,
    at: datetime,
    say: Say,
) -> BulkResult:
    try:
        # Read as the body of a single report is read: strictly, from JSON.
        body = BulkItem.model_validate_json(json.dumps(item))
        values = inputs.report_values(
            body, id=body.id, source_system=body.external_source, external_id=body.external_id
        )
        data = ReportLeadInput.model_validate(values)
        with one_of_many(session):
            lead: Lead = report_external(session, actor, data, at=at)
        if dry_run:
            return BulkResult(index=index, result="valid")
        made[index] = lead
        return BulkResult(index=index, result="created")
    except ValidationError as refused:
        return BulkResult(index=index, result="refused", problem=_invalid(refused, say))
    except AppError as refused:
        return BulkResult(index=index, result="refused", problem=_problem(refused, say))


def _invalid(refused: ValidationError, say: Say) -> Refusal:
    errors = [
        {
            "pointer": "/" + "/".join(inputs.NAMED.get(str(part), str(part)) for part in error["loc"]),
            "code": error["type"],
            "message": say("error.field.missing" if error["type"] == "missing" else "error.field.invalid"),
        }
        for error in refused.errors(include_input=False, include_context=False)
    ]
    return Refusal(code="invalid_input", status=422, detail=say("error.invalid_input"), errors=errors)


def _problem(refused: AppError, say: Say) -> Refusal:
    pairs: dict[str, tuple[str, dict[str, Any]]] = {}
    if isinstance(refused, FieldError):
        pairs = {refused.field: (refused.field_message_id, refused.params)}
    elif isinstance(refused, InvalidInput):
        pairs = refused.errors
    return Refusal(
        code=refused.code,
        status=refused.status,
        detail=say(refused.message_id, **refused.params),
        errors=[
            {
                "pointer": f"/{inputs.NAMED.get(field, field)}",
                "code": message_id.rpartition(".")[2],
                "message": say(message_id, **params),
            }
            for field, (message_id, params) in pairs.items()
        ],
        candidates=refused.params.get("candidates"),
        held_by_unit=refused.params.get("held_by_unit"),
        held_until=refused.params.get("held_until"),
    )
