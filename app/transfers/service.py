"""Use cases of imports: check a ledger, then write all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import Conflict, FieldError, NotPermitted
from app.core.events import record
from app.core.permissions import Permission, require, require_over
from app.identity.directory.queries import unit_choices
from app.identity.models import Unit
from app.identity.queries import writable_units
from app.transfers import queries
from app.transfers.checking import Checked, Ledger, Opened, Progress, ReadRow, compare, read_rows
from app.transfers.deals.ledger import Deals
from app.transfers.leads.ledger import Leads
from app.transfers.people import People
from app.transfers.rules import Kind, Verdict
from app.transfers.schemas import Order
from app.transfers.units import Units

# What belongs to the office itself and not to one unit's records.
OFFICE = frozenset({Kind.UNITS, Kind.PEOPLE})


class RowsAreWrong(Conflict):
    """Some rows cannot be read: nothing of the file is written. `rows` counts the errors."""

    code = "transfers.rows_are_wrong"


class NothingToWrite(Conflict):
    """No row is new and no change was confirmed."""

    code = "transfers.nothing_to_write"


class ChangedMeanwhile(Conflict):
    """The rows would do something else than what was shown: somebody changed the records since."""

    code = "transfers.changed_meanwhile"


def _quietly(_done: int, _of: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many rows did what."""

    new: int
    changed: int
    unchanged: int
    left_out: int


def choose_unit(session: Session, actor: Actor, unit_id: UUID | None, *, kind: Kind, at: datetime) -> Unit:
    """Return the unit into which the actor imports: the named one, else his only own one; for units and people the
    county itself.

    Raises NotPermitted, or FieldError at `unit_id` when it must be said which.
    """
    require(actor, permission_of(kind))
    offered = importable_units(session, actor, kind=kind, at=at)
    if unit_id is None:
        own = offered if kind in OFFICE else [unit for unit in offered if unit.id in actor.unit_ids]
        if not own or (len(own) > 1 and kind not in OFFICE):
            raise FieldError("unit_id", "error.transfers.which_unit")
        return own[0]
    chosen = next((unit for unit in offered if unit.id == unit_id), None)
    if chosen is None:
        raise NotPermitted()
    return chosen


def importable_units(session: Session, actor: Actor, *, kind: Kind, at: datetime) -> list[Unit]:
    """Return the units into which the actor may import, the likeliest first."""
    if kind in OFFICE:
        return list(unit_choices(session, actor, on=day_of(at)))
    return list(writable_units(session, actor))


def check_ledger(
    session: Session,
    actor: Actor,
    opened: Opened,
    order: Order,
    *,
    rows: Sequence[ReadRow] | None = None,
    at: datetime,
    progress: Progress = _quietly,
) -> Checked:
    """Check every row of an opened file; nothing is written. `rows` are those that were read already.

    Raises NotPermitted.
    """
    unit = choose_unit(session, actor, order.unit_id, kind=order.kind, at=at)
    ledger = _ledger(session, actor, unit, order, at=at)
    if rows is None:
        rows = read_rows(opened, ledger, progress=progress)
    return compare(session, actor, opened, ledger, rows, unit=unit)


def read_ledger(
    session: Session,
    actor: Actor,
    opened: Opened,
    order: Order,
    *,
    at: datetime,
    progress: Progress = _quietly,
) -> list[ReadRow]:
    """Read every row of an opened file, for a check or an import that takes the rows. Raises NotPermitted."""
    unit = choose_unit(session, actor, order.unit_id, kind=order.kind, at=at)
    return read_rows(opened, _ledger(session, actor, unit, order, at=at), progress=progress)


def import_ledger(
    session: Session,
    actor: Actor,
    opened: Opened,
    order: Order,
    *,
    file_id: UUID | None = None,
    confirmed: Collection[int] = (),
    digest: str | None = None,
    filename: str = "",
    rows: Sequence[ReadRow] | None = None,
    at: datetime,
    progress: Progress = _quietly,
) -> tuple[Outcome, Checked]:
    """Write the new rows and the confirmed ones of a ledger, all of them or nothing; the actor is whoever imports.

    `confirmed` are the numbers of changed rows to take over and of suspected duplicates to file as new ones; `digest`
    is that of the check which was shown, `rows` are those that were read already: they are compared once more, under
    the unit's lock. Raises RowsAreWrong, NothingToWrite, ChangedMeanwhile or NotPermitted.
    """
    unit = queries.lock_unit(session, choose_unit(session, actor, order.unit_id, kind=order.kind, at=at).id)
    require_over(actor, permission_of(order.kind), unit.path, unit.id)
    ledger = _ledger(session, actor, unit, order, at=at)
    if rows is None:
        rows = read_rows(opened, ledger)
    checked = compare(session, actor, opened, ledger, rows, unit=unit)
    if checked.errors:
        raise RowsAreWrong(rows=len(checked.of(Verdict.WRONG)))
    if digest is not None and digest != checked.digest:
        raise ChangedMeanwhile()
    return _carry_out(
        session, actor, ledger, checked, order,
        file_id=file_id, confirmed=frozenset(confirmed), filename=filename, at=at, progress=progress,
    ), checked  # fmt: skip


def _carry_out(
    session: Session,
    actor: Actor,
    ledger: Ledger,
    checked: Checked,
    order: Order,
    *,
    file_id: UUID | None,
    confirmed: frozenset[int],
    filename: str,
    at: datetime,
    progress: Progress,
) -> Outcome:
    fresh = [
        row
        for row in checked.rows
        if row.verdict is Verdict.NEW or (row.verdict is Verdict.SUSPECTED and row.number in confirmed)
    ]
    changed = [row for row in checked.of(Verdict.CHANGED) if row.number in confirmed and row.changeable]
    if not fresh and not changed:
        raise NothingToWrite()
    try:
        with session.begin_nested():
            if fresh:
                entries = [row.entry for row in fresh]
                ledger.write_new(session, actor, entries, at=at, progress=_part(progress, len(fresh)))
            for row in changed:
                names = frozenset(change.name for change in row.changes if change.applies)
                ledger.write_change(session, actor, row.record, row.entry, names, at=at)
    except IntegrityError:
        # Somebody put the same company or code on record in the same instant.
        raise ChangedMeanwhile() from None
    unchanged = checked.counts[Verdict.UNCHANGED]
    outcome = Outcome(
        len(fresh), len(changed), unchanged, len(checked.rows) - len(fresh) - len(changed) - unchanged
    )
    _tell(session, actor, checked, order, outcome, file_id=file_id, filename=filename, at=at)
    return outcome


def _tell(
    session: Session,
    actor: Actor,
    checked: Checked,
    order: Order,
    outcome: Outcome,
    *,
    file_id: UUID | None,
    filename: str,
    at: datetime,
) -> None:
    subject = ("file", file_id) if file_id else ("unit", checked.unit.id)
    said: Mapping[str, Any] = {
        "import_kind": order.kind.value,
        "opening": order.opening,
        "new": outcome.new,
        "changed": outcome.changed,
        "unchanged": outcome.unchanged,
        "left_out": outcome.left_out,
    }
    changes = {name: (None, value) for name, value in said.items()}
    record(
        session,
        actor,
        "transfer.imported",
        subject,
        at=at,
        unit_id=checked.unit.id,
        changes=changes,
        note=filename,
    )


def permission_of(kind: Kind) -> Permission:
    """Return what one needs to import a kind: records by their units, units and people by the administrator."""
    match kind:
        case Kind.DEALS | Kind.LEADS:
            return Permission.IMPORT
        case Kind.UNITS:
            return Permission.MANAGE_UNITS
        case Kind.PEOPLE:
            return Permission.MANAGE_USERS


def _ledger(session: Session, actor: Actor, unit: Unit, order: Order, *, at: datetime) -> Ledger:
    names = queries.directory(session, actor)
    match order.kind:
        case Kind.DEALS:
            return Deals.prepare(session, actor, unit, names, opening=order.opening, at=at)
        case Kind.LEADS:
            return Leads.prepare(session, actor, unit, names, at=at)
        case Kind.UNITS:
            return Units.prepare(session, actor, unit, names)
        case Kind.PEOPLE:
            return People(unit, names)


def _part(progress: Progress, of: int) -> Callable[[int], None]:
    return lambda done: progress(done, of)
