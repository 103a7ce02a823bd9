"""Targets of a county with what belongs to them, and named cut-offs."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from app.core.actor import Actor
from app.core.errors import NotFound
from app.identity.models import Person, Unit
from app.identity.roster import queries as roster
from app.targets.models import Cutoff, Target, TargetPart
from app.targets.rules import Measure, SetBy


def visible_to(actor: Actor) -> Select[Target]:
    """Start every read of targets here: those of the actor's county that stand."""
    return select(Target).where(Target.county_id == actor.county_id, Target.archived_at.is_(None))


def list_targets(session: Session, actor: Actor, *, year: int | None = None) -> list[Target]:
    """Return the targets with their amounts and rules, the newest year first, the county's own before the city's."""
    chosen = visible_to(actor)
    if year is not None:
        chosen = chosen.where(Target.year == year)
    ordered = chosen.order_by(Target.year.desc(), Target.position, Target.set_by.desc(), Target.id)
    return list(session.scalars(ordered.options(selectinload(Target.amounts), selectinload(Target.rule))))


def years_with_targets(session: Session, actor: Actor) -> list[int]:
    """Return the years that have targets, the newest first."""
    chosen = visible_to(actor).with_only_columns(Target.year).distinct()
    return list(session.scalars(chosen.order_by(Target.year.desc())))


def headline(session: Session, actor: Actor, *, year: int) -> Target | None:
    """Return the year's target that leaders read first: the county's own of signed investment, else the first one."""
    found = list_targets(session, actor, year=year)
    own = [one for one in found if one.set_by is SetBy.COUNTY and one.measure is Measure.SIGNED_INVESTMENT]
    return next(iter(own or found), None)


def get_target(session: Session, actor: Actor, target_id: UUID, *, lock: bool = False) -> Target:
    """Return a target with amounts, parts, plan, published figures and rule. Raises NotFound."""
    chosen = visible_to(actor).where(Target.id == target_id)
    if lock:
        # The whole is read after the lock is held.
        session.execute(
            select(Target.id)
            .where(Target.id == target_id, Target.county_id == actor.county_id)
            .with_for_update()
        )
    target = session.scalar(
        chosen.options(
            selectinload(Target.amounts),
            selectinload(Target.parts).selectinload(TargetPart.unit),
            selectinload(Target.parts).selectinload(TargetPart.track),
            selectinload(Target.parts).selectinload(TargetPart.person),
            selectinload(Target.plan),
            selectinload(Target.published),
            selectinload(Target.rule),
        ).execution_options(populate_existing=lock)
    )
    if target is None:
        raise NotFound()
    return target


def same_target(
    session: Session, actor: Actor, *, year: int, set_by: SetBy, measure: Measure, rule_id: UUID
) -> Target | None:
    """Return the target that already measures the same, taken away or not."""
    return session.scalar(
        select(Target).where(
            Target.county_id == actor.county_id,
            Target.year == year,
            Target.set_by == set_by,
            Target.measure == measure,
            Target.rule_id == rule_id,
        )
    )


def leaders(session: Session, actor: Actor) -> Sequence[Person]:
    """Return the county's leaders on the roster, in their order."""
    chosen = roster.visible_to(actor).where(Person.is_leader, Person.archived_at.is_(None))
    return session.scalars(chosen.order_by(Person.position, Unit.path, Person.name, Person.id)).all()


def list_cutoffs(session: Session, actor: Actor) -> list[Cutoff]:
    """Return the named cut-offs, the newest first."""
    chosen = select(Cutoff).where(Cutoff.county_id == actor.county_id)
    return list(session.scalars(chosen.order_by(Cutoff.known_at.desc(), Cutoff.id.desc())))


def cutoff_named(session: Session, actor: Actor, name: str) -> Cutoff | None:
    """Return a cut-off by its name."""
    chosen = select(Cutoff).where(Cutoff.county_id == actor.county_id, Cutoff.name == name)
    return session.scalar(chosen)
