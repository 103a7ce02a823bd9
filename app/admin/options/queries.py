"""Reads about the county's settings, with their values as people read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.models.options import County
from app.core.options import KNOWN, Known, OptionKind, get_option, history
from app.core.permissions import Permission, require
from app.identity.models import Person, Unit, User
from app.leads.rules import LeadStage

# What a reader is shown of a value: days, yes or no, a unit's name ("" for none), or stages.
Shown = int | bool | str | tuple[LeadStage, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about a setting; `by` is empty for an account that is no longer there."""

    value: Shown
    applies_from: date
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting with its value today and since when, None by default; `later` are the (day, value) that wait."""

    known: Known
    value: Shown
    since: date | None
    later: tuple[tuple[date, Shown], ...]


def settings(session: Session, actor: Actor, *, today: date) -> list[Setting]:
    """Return every setting as it stands. Raises NotPermitted."""
    require(actor, Permission.MANAGE_SETTINGS)
    return [_setting(session, actor, known, today=today) for known in KNOWN.values()]


def decisions(session: Session, actor: Actor, name: str) -> list[Decision]:
    """Return what was decided about a setting, the one that applies latest first. Raises NotPermitted."""
    require(actor, Permission.MANAGE_SETTINGS)
    rows = history(session, actor.county_id, name)
    by = {row.decided_by for row in rows}
    names: dict[UUID, str] = {}
    if by:
        chosen = select(User.id, Person.name).join(Person, Person.id == User.person_id).where(User.id.in_(by))
        names = dict(session.execute(chosen).all())
    return [
        Decision(
            shown(session, actor, KNOWN[name], row.value["value"]),
            row.applies_from,
            names.get(row.decided_by, ""),
            row.at,
        )
        for row in rows
    ]


def shown(session: Session, actor: Actor, known: Known, value: Any) -> Shown:
    """Return a stored value as people read it."""
    if known.kind is OptionKind.UNIT:
        unit = session.get(Unit, UUID(str(value))) if value else None
        return unit.shown_name if unit is not None and unit.county_id == actor.county_id else ""
    if known.kind is OptionKind.STAGES:
        return tuple(LeadStage(code) for code in value)
    return bool(value) if known.kind is OptionKind.FLAG else int(value)


def take_turns(session: Session, actor: Actor) -> None:
    """Let two who decide in the same instant follow one another."""
    session.scalar(select(County.id).where(County.id == actor.county_id).with_for_update())


def _setting(session: Session, actor: Actor, known: Known, *, today: date) -> Setting:
    rows = history(session, actor.county_id, known.name)
    current = next((row for row in rows if row.applies_from <= today), None)
    # Of two decisions for one day the later one holds.
    later = {row.applies_from: row.value["value"] for row in reversed(rows) if row.applies_from > today}
    return Setting(
        known=known,
        value=shown(session, actor, known, get_option(session, actor.county_id, known.name, today)),
        since=current.applies_from if current else None,
        later=tuple((day, shown(session, actor, known, value)) for day, value in later.items()),
    )
