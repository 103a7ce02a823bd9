"""Counting rules and their versions."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.core.actor import Actor
from app.core.errors import NotFound
from app.targets.models import CountingRule

WITH_VERSIONS = selectinload(CountingRule.versions)


def rule_by_code(session: Session, county_id: UUID, code: str) -> CountingRule | None:
    """Return a county's rule by its code, with its versions."""
    chosen = select(CountingRule).where(CountingRule.county_id == county_id, CountingRule.code == code)
    return session.scalar(chosen.options(WITH_VERSIONS))


def get_rule(session: Session, actor: Actor, rule_id: UUID, *, lock: bool = False) -> CountingRule:
    """Return a rule with its versions. Raises NotFound."""
    chosen = select(CountingRule).where(CountingRule.county_id == actor.county_id, CountingRule.id == rule_id)
    if lock:
        chosen = chosen.with_for_update(of=CountingRule)
    rule = session.scalar(chosen.options(WITH_VERSIONS).execution_options(populate_existing=lock))
    if rule is None:
        raise NotFound()
    return rule


def list_rules(session: Session, actor: Actor) -> list[CountingRule]:
    """Return the county's rules, oldest first, with their versions."""
    chosen = select(CountingRule).where(
        CountingRule.county_id == actor.county_id, CountingRule.archived_at.is_(None)
    )
    return list(session.scalars(chosen.order_by(CountingRule.id).options(WITH_VERSIONS)))
