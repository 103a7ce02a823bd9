"""Many leads in one request: each is reported or refused on its own, all are written together."""

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
from app.leads.reporting.service import report_leads
from app.leads.schemas import ReportLeadInput

Say = Callable[..., str]


class _DryRun(Exception):
    """Takes back what a dry run did, once all of it was tried."""


def report_many(session: Session, actor: Actor, bulk: Bulk, *, at: datetime, say: Say) -> BulkOut:
    """Report what can be reported; a dry run does the same and keeps nothing. Raises nothing."""
    read = [_read(item, say) for item in bulk.items]
    outcome: list[Lead | AppError] = []
    with suppress(_DryRun), session.begin_nested():
        sound = [each for each in read if isinstance(each, ReportLeadInput)]
        outcome = report_leads(session, actor, sound, at=at)
        if bulk.dry_run:
            raise _DryRun
    reported = iter(outcome)
    became = [each if isinstance(each, Refusal) else next(reported) for each in read]
    # Shown once all are made: together, and as they stand after one another.
    made = [] if bulk.dry_run else [each for each in became if isinstance(each, Lead)]
    bodies = iter(shown(session, actor, made, today=day_of(at)))
    results = []
    for index, each in enumerate(became):
        if isinstance(each, Lead):
            kept = BulkResult(index=index, result="valid" if bulk.dry_run else "created")
            results.append(kept if bulk.dry_run else kept.model_copy(update={"lead": next(bodies)}))
        else:
            problem = each if isinstance(each, Refusal) else _problem(each, say)
            results.append(BulkResult(index=index, result="refused", problem=problem))
    return BulkOut(
        dry_run=bulk.dry_run,
        created=len(made),
        refused=sum(each.result == "refused" for each in results),
        results=results,
    )


def _read(item: Any, say: Say) -> ReportLeadInput | Refusal:
    """Read an item as the body of a single report is read: strictly, from JSON."""
    try:
        body = BulkItem.model_validate_json(json.dumps(item))
        values = inputs.report_values(
            body, id=body.id, source_system=body.external_source, external_id=body.external_id
        )
        return ReportLeadInput.model_validate(values)
    except ValidationError as refused:
        return _invalid(refused, say)
    except AppError as refused:
        return _problem(refused, say)


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
