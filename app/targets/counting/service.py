"""Use cases of counting rules: the shipped one, further ones, and a version published anew with its day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.events import record
from app.core.ids import new_id
from app.targets.counting import queries
from app.targets.models import CountingRule, RuleVersionRow
from app.targets.rules import Clauses

DEFAULT_CODE = "headline"
DEFAULT_NAME = "新签约省外2000万元以上项目"
# Older deals are judged by it too: imported history must count under the rule that the office knows.
DEFAULT_FROM = date(2000, 1, 1)


def ensure_default_rule(session: Session, actor: Actor, *, at: datetime) -> CountingRule:
    """Return the shipped rule (domain §3's headline, signing days from 2000-01-01 on), made where it is missing.

    Asks for no permission: it is what every county begins with.
    """
    standing = queries.rule_by_code(session, actor.county_id, DEFAULT_CODE)
    if standing is not None:
        return standing
    rule = CountingRule(
        id=new_id(),
        county_id=actor.county_id,
        code=DEFAULT_CODE,
        name=DEFAULT_NAME,
        created_at=at,
        updated_at=at,
        versions=[version_row(actor, Clauses(), number=1, applies_from=DEFAULT_FROM, at=at)],
    )
    session.add(rule)
    session.flush()
    record(
        session,
        actor,
        "rule.published",
        ("rule", rule.id),
        at=at,
        changes={"applies_to_signed_from": (None, DEFAULT_FROM)},
    )
    return rule


def version_row(
    actor: Actor, clauses: Clauses, *, number: int, applies_from: date, basis: str = "", at: datetime
) -> RuleVersionRow:
    """Make the row of a version that is published now."""
    return RuleVersionRow(
        id=new_id(),
        number=number,
        body=clauses.to_body(),
        applies_to_signed_from=applies_from,
        basis=basis,
        published_at=at,
        published_by=actor.person_id or actor.id,
        published_by_name=actor.name[:60],
    )
