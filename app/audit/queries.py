"""Reads of the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.audit.schemas import PAGE_SIZE, AuditFilter
from app.core.actor import Actor
from app.core.clock import end_of_day, start_of_day
from app.core.models import Event, EventSeal


def list_events(
    session: Session, actor: Actor, chosen: AuditFilter, *, zone: tzinfo
) -> tuple[Sequence[Event], int]:
    """Return one page of events, newest first, and how many the filter finds."""
    found = _filtered(select(Event), actor, chosen, zone)
    total = session.scalar(_filtered(select(func.count(Event.id)), actor, chosen, zone)) or 0
    rows = session.scalars(
        found.order_by(Event.at.desc(), Event.id.desc())
        .offset((chosen.page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    return rows.all(), total


def last_seal(session: Session) -> EventSeal | None:
    """Return the newest seal: up to here the trail is proven unchanged."""
    return session.scalar(select(EventSeal).order_by(EventSeal.seq.desc()).limit(1))


def _filtered(chosen: Select[Any], actor: Actor, wanted: AuditFilter, zone: tzinfo) -> Select[Any]:
    chosen = chosen.where(Event.county_id == actor.county_id)
    if wanted.kind:
        chosen = chosen.where(Event.kind.startswith(wanted.kind, autoescape=True))
    if wanted.actor:
        chosen = chosen.where(Event.actor_name.contains(wanted.actor, autoescape=True))
    if wanted.subject:
        chosen = chosen.where(Event.subject_id == wanted.subject)
    if wanted.request:
        chosen = chosen.where(Event.request_id == wanted.request)
    if wanted.since:
        chosen = chosen.where(Event.at >= start_of_day(wanted.since, zone=zone))
    if wanted.until:
        chosen = chosen.where(Event.at < end_of_day(wanted.until, zone=zone))
    return chosen
