"""Use cases of freezing: propose, confirm, decline."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import Conflict, FieldError, NotFound
from app.core.events import record
from app.core.ids import new_id
from app.core.permissions import Permission, require
from app.targets import queries as posting
from app.targets.freezing import queries, rules
from app.targets.models import Freeze, Target
from app.targets.rules import FreezeState


class FreezePending(Conflict):
    """A proposal waits for its decision already."""

    code = "targets.freeze_pending"


class FreezeDecided(Conflict):
    """The proposal was decided already."""

    code = "targets.freeze_decided"


class FreezeOfOwn(Conflict):
    """Nobody confirms what he proposed."""

    code = "targets.freeze_of_own"


def propose_freeze(
    session: Session, actor: Actor, target_id: UUID, *, through: date, note: str = "", at: datetime
) -> Freeze:
    """Propose to close a target's months through one's last day.

    Raises NotPermitted, NotFound, FreezePending, or FieldError at `through`.
    """
    require(actor, Permission.PROPOSE_FREEZE)
    target = _locked(session, actor, target_id)
    _check(session, target, through, at=at)
    if any(one.state is FreezeState.PROPOSED for one in queries.freezes_of(session, target.id)):
        raise FreezePending()
    freeze = Freeze(
        id=new_id(),
        target_id=target.id,
        through=through,
        state=FreezeState.PROPOSED,
        note=note,
        proposed_by=person_of(actor),
        proposed_by_name=actor.name[:60],
        proposed_at=at,
    )
    session.add(freeze)
    session.flush()
    _record(session, actor, "target.freeze_proposed", freeze, at=at, note=note)
    return freeze


def confirm_freeze(session: Session, actor: Actor, freeze_id: UUID, *, at: datetime) -> Freeze:
    """Close the months that somebody else proposed: what they show by booking never changes again.

    Raises NotPermitted, NotFound, FreezeOfOwn, FreezeDecided, or FieldError at `through`.
    """
    require(actor, Permission.CONFIRM_FREEZE)
    target, freeze = _open(session, actor, freeze_id)
    if not rules.may_confirm(proposed_by=freeze.proposed_by, person_id=person_of(actor)):
        raise FreezeOfOwn()
    _check(session, target, freeze.through, at=at)
    _decide(actor, freeze, FreezeState.CONFIRMED, at=at)
    freeze.highest_seq = target.last_seq
    _record(session, actor, "target.frozen", freeze, at=at)
    return freeze


def decline_freeze(
    session: Session, actor: Actor, freeze_id: UUID, *, note: str = "", at: datetime
) -> Freeze:
    """Turn a proposal down; whoever proposed may take it back so. Raises NotPermitted, NotFound, FreezeDecided."""
    require(actor, Permission.CONFIRM_FREEZE)
    _target, freeze = _open(session, actor, freeze_id)
    _decide(actor, freeze, FreezeState.DECLINED, at=at)
    _record(session, actor, "target.freeze_declined", freeze, at=at, note=note)
    return freeze


def _locked(session: Session, actor: Actor, target_id: UUID) -> Target:
    # Posting takes the same lock: nothing is booked into a month while it is being closed.
    target = posting.lock_target(session, actor.county_id, target_id)
    if target is None:
        raise NotFound()
    return target


def _open(session: Session, actor: Actor, freeze_id: UUID) -> tuple[Target, Freeze]:
    freeze = queries.get_freeze(session, actor, freeze_id)
    target = _locked(session, actor, freeze.target_id)
    session.refresh(freeze)
    if freeze.state is not FreezeState.PROPOSED:
        raise FreezeDecided()
    return target, freeze


def _check(session: Session, target: Target, through: date, *, at: datetime) -> None:
    frozen = posting.frozen_through(session, [target.id]).get(target.id)
    problem = rules.freeze_problem(through, year=target.year, today=day_of(at), frozen_through=frozen)
    if problem is not None:
        raise FieldError("through", f"enum.FreezeProblem.{problem.value}")


def _decide(actor: Actor, freeze: Freeze, state: FreezeState, *, at: datetime) -> None:
    freeze.state = state
    freeze.decided_by, freeze.decided_by_name, freeze.decided_at = person_of(actor), actor.name[:60], at


def _record(
    session: Session, actor: Actor, kind: str, freeze: Freeze, *, at: datetime, note: str = ""
) -> None:
    changes = {"through": (None, freeze.through)}
    record(session, actor, kind, ("target", freeze.target_id), at=at, changes=changes, note=note)


def person_of(actor: Actor) -> UUID:
    """Return by whom a proposal counts as made: the person, whichever account is used."""
    return actor.person_id or actor.id
