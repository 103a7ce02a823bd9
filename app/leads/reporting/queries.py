"""What keeps a report from being entered under the ids that it brings."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import and_, select, tuple_
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.leads.models import Lead
from app.leads.queries import in_scope, may_open

External = tuple[str, str]


def ids_in_use(session: Session, lead_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the ids that some lead has, whoever may open it."""
    if not lead_ids:
        return set()
    return set(session.scalars(select(Lead.id).where(Lead.id.in_(lead_ids))))


def externals_in_use(session: Session, actor: Actor, wanted: Collection[External]) -> dict[External, bool]:
    """Return which (system, id) of other systems some lead of the county has, and whether the actor may open it."""
    if not wanted:
        return {}
    opens = and_(in_scope(actor), may_open(actor))
    rows = session.execute(
        select(Lead.source_system, Lead.external_id, opens).where(
            Lead.county_id == actor.county_id, tuple_(Lead.source_system, Lead.external_id).in_(wanted)
        )
    )
    return {(system or "", external_id or ""): bool(is_open) for system, external_id, is_open in rows}
