"""Use cases of targets: added, changed, divided, planned; published figures typed in; a cut-off taken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Conflict, FieldError
from app.core.events import record
from app.core.i18n import N_
from app.core.ids import new_id
from app.core.money import AmountError
from app.core.permissions import Permission, require
from app.identity.versions import changed, expect
from app.targets.counting import queries as counting
from app.targets.managing import queries
from app.targets.managing.rules import read_amount
from app.targets.managing.schemas import CutoffInput, EditTargetInput, TargetInput
from app.targets.models import Cutoff, Target, TargetAmount
from app.targets.rules import Measure

LABELS = {
    "name": N_("目标名称"),
    "credit_role": N_("单位排名依据"),
    "pace": N_("序时进度算法"),
    "position": N_("排序"),
    "amount": N_("目标数"),
    "applies_from": N_("起用日期"),
    "document": N_("文号"),
}


class TargetExists(Conflict):
    """A target with the same year, setter, measure and rule stands."""

    code = "targets.exists"


class TargetInUse(Conflict):
    """The ledger holds entries of the target: it cannot be taken away."""

    code = "targets.in_use"


class CutoffExists(Conflict):
    code = "targets.cutoff_exists"


def add_target(session: Session, actor: Actor, data: TargetInput, *, at: datetime) -> Target:
    """Set a root target. Deals verified before are not in it until somebody posts them again.

    Raises NotPermitted, NotFound for an unknown rule, TargetExists, or FieldError at `amount`.
    """
    require(actor, Permission.MANAGE_TARGETS)
    rule = counting.get_rule(session, actor, data.rule_id)
    amount = amount_of("amount", data.amount, data.measure)
    same = queries.same_target(
        session, actor, year=data.year, set_by=data.set_by, measure=data.measure, rule_id=rule.id
    )
    if same is not None and same.archived_at is None:
        raise TargetExists(name=same.label)
    values = data.model_dump(exclude={"amount", "document"})
    if same is not None:
        target = same
        for name, value in values.items():
            setattr(target, name, value)
        target.archived_at = None
        target.touch(at)
    else:
        target = Target(id=new_id(), county_id=actor.county_id, created_at=at, updated_at=at, **values)
        session.add(target)
    session.flush()
    if amount is not None:
        _decide_amount(session, actor, target, amount, date(data.year, 1, 1), data.document, at=at)
    told = {"name": (None, data.name), "amount": (None, amount), "document": (None, data.document)}
    record(session, actor, "target.added", ("target", target.id), at=at, changes=told)
    return target


def edit_target(
    session: Session, actor: Actor, target_id: UUID, data: EditTargetInput, *, at: datetime
) -> Target:
    """Change a target's name, role and pace, and decide another amount from a day on.

    Raises NotPermitted, NotFound, Stale, or FieldError at `amount` or `applies_from`.
    """
    target = locked(session, actor, target_id)
    before = values_of(target)
    amount = amount_of("amount", data.amount, target.measure)
    applies_from = data.applies_from or date(target.year, 1, 1)
    after = data.model_dump(include=set(LABELS)) | {"amount": amount, "applies_from": applies_from}
    expect(target, data.version, theirs=before, labels=LABELS, yours=after)
    if applies_from.year != target.year:
        raise FieldError("applies_from", "error.targets.day_outside_year")
    decided = (before["amount"], before["applies_from"], before["document"])
    if amount is None and before["amount"] is not None:
        raise FieldError("amount", "error.field.missing")
    if amount is not None and (amount, applies_from, data.document) != decided:
        _decide_amount(session, actor, target, amount, applies_from, data.document, at=at)
    for name in ("name", "credit_role", "pace", "position"):
        setattr(target, name, after[name])
    note_change(session, actor, "target.edited", target, changed(before, after), at=at)
    return target


def archive_target(
    session: Session, actor: Actor, target_id: UUID, *, expected_version: int, at: datetime
) -> Target:
    """Take a target away that was set by mistake. Raises NotPermitted, NotFound, Stale, TargetInUse."""
    target = locked(session, actor, target_id)
    expect(target, expected_version, theirs=values_of(target), labels=LABELS)
    if target.last_seq:
        raise TargetInUse()
    target.archived_at = at
    note_change(session, actor, "target.archived", target, {}, at=at)
    return target


def take_cutoff(session: Session, actor: Actor, data: CutoffInput, *, at: datetime) -> Cutoff:
    """Name a cut-off (记一个截点): this day as it is known now, to compare later ones with.

    Raises NotPermitted, CutoffExists.
    """
    require(actor, Permission.MANAGE_TARGETS)
    if queries.cutoff_named(session, actor, data.name) is not None:
        raise CutoffExists(name=data.name)
    cutoff = Cutoff(
        id=new_id(),
        county_id=actor.county_id,
        name=data.name,
        as_of=data.as_of,
        known_at=at,
        taken_by=actor.person_id or actor.id,
        taken_by_name=actor.name[:60],
    )
    session.add(cutoff)
    session.flush()
    told = {"name": (None, data.name), "as_of": (None, data.as_of)}
    record(session, actor, "cutoff.taken", ("county", actor.county_id), at=at, changes=told)
    return cutoff


def values_of(target: Target) -> dict[str, Any]:
    """Return what people compare and change of a target; its amounts must be loaded."""
    newest = target.amounts[-1] if target.amounts else None
    return {
        "name": target.name,
        "credit_role": target.credit_role,
        "pace": target.pace,
        "position": target.position,
        "amount": newest.amount if newest else None,
        "applies_from": newest.applies_from if newest else date(target.year, 1, 1),
        "document": newest.document if newest else "",
    }


def locked(session: Session, actor: Actor, target_id: UUID) -> Target:
    """Return a target to change. Raises NotPermitted, NotFound."""
    require(actor, Permission.MANAGE_TARGETS)
    return queries.get_target(session, actor, target_id, lock=True)


def amount_of(field: str, text: str, measure: Measure) -> int | None:
    """Read a typed amount. Raises FieldError at `field`."""
    try:
        return read_amount(text, measure)
    except AmountError as refusal:
        raise FieldError(field, f"error.{refusal.code}") from None


def note_change(
    session: Session,
    actor: Actor,
    kind: str,
    target: Target,
    changes: Mapping[str, tuple[Any, Any]],
    *,
    at: datetime,
    note: str = "",
) -> None:
    """Raise a target's version and put the change on record."""
    target.touch(at)
    session.flush()
    record(session, actor, kind, ("target", target.id), at=at, changes=changes, note=note)


def _decide_amount(
    session: Session,
    actor: Actor,
    target: Target,
    amount: int,
    applies_from: date,
    document: str,
    *,
    at: datetime,
) -> None:
    session.add(
        TargetAmount(
            id=new_id(),
            target_id=target.id,
            amount=amount,
            applies_from=applies_from,
            document=document,
            set_at=at,
            set_by=actor.person_id or actor.id,
            set_by_name=actor.name[:60],
        )
    )
