"""Read and decide the dated settings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.events import record
from app.core.ids import new_id
from app.core.models.options import County, OptionRow
from app.core.options.known import known
from app.core.remembered import remembered

_CACHE = "luodi.options"


def only_county(session: Session) -> County:
    """Return the county whose database this is. Raises NotFound before `luodi init`."""
    county = session.scalar(select(County).order_by(County.created_at).limit(1))
    if county is None:
        raise NotFound()
    return county


def county_code(session: Session, county_id: UUID) -> str:
    """Return the county's code in the table of regions."""

    def asked() -> str:
        return session.scalars(_CODE, {"county_id": county_id}).one()

    return remembered(session, ("luodi.county", county_id), asked)


def get_option(session: Session, county_id: UUID, name: str, on_day: date) -> Any:
    """Return the value that holds on a day, else the default. One query a session, however many settings are asked.

    Raises UnknownOption.
    """
    option = known(name)
    decided = [row for row in _rows(session, county_id) if row.name == name and row.applies_from <= on_day]
    return decided[-1].value["value"] if decided else option.default


def set_option(
    session: Session,
    actor: Actor,
    name: str,
    value: Any,
    *,
    applies_from: date,
    at: datetime,
    said: tuple[Any, ...] = (),
) -> OptionRow:
    """Decide a setting from a day on; what was decided before stays readable. Raises UnknownOption, OptionRefused.

    `said` is (before, after) as the history is to read where the values are codes or ids.
    """
    checked = known(name).check(value)
    before = get_option(session, actor.county_id, name, applies_from)
    row = OptionRow(
        id=new_id(),
        county_id=actor.county_id,
        name=name,
        value={"value": checked},
        applies_from=applies_from,
        decided_by=actor.id,
        at=at,
    )
    session.add(row)
    session.info.pop(_CACHE, None)
    changes = {
        "option": (None, name),
        "value": said or (before, checked),
        "applies_from": (None, applies_from),
    }
    record(session, actor, "option.decided", ("county", actor.county_id), at=at, changes=changes)
    return row


def history(session: Session, county_id: UUID, name: str) -> list[OptionRow]:
    """Return a setting's decisions, the one that applies latest first."""
    return [row for row in reversed(_rows(session, county_id)) if row.name == name]


def _rows(session: Session, county_id: UUID) -> list[OptionRow]:
    cached: dict[UUID, list[OptionRow]] = session.info.setdefault(_CACHE, {})
    if county_id not in cached:
        cached[county_id] = remembered(session, (_CACHE, county_id), lambda: _read(session, county_id))
    return cached[county_id]


def _read(session: Session, county_id: UUID) -> list[OptionRow]:
    return list(session.scalars(_DECIDED, {"county_id": county_id}))


# Made once: every use case asks them.
_COUNTY = bindparam("county_id", type_=Uuid())
_CODE = select(County.code).where(County.id == _COUNTY)
# Of two decisions for one day the later one holds.
_DECIDED = (
    select(OptionRow)
    .where(OptionRow.county_id == _COUNTY)
    .order_by(OptionRow.applies_from, OptionRow.at, OptionRow.id)
)
