"""Use cases of counting rules: the shipped one, further ones, and a version published anew with its day."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Conflict, FieldError
from app.core.events import record
from app.core.i18n import N_
from app.core.ids import new_id
from app.core.options import words
from app.core.permissions import Permission, require
from app.identity.versions import expect
from app.targets.counting import queries
from app.targets.counting.schemas import ClausesInput, RuleInput, VersionInput
from app.targets.models import CountingRule, RuleVersionRow
from app.targets.rules import Clauses

DEFAULT_CODE = "headline"
DEFAULT_NAME = N_("新签约省外2000万元以上项目")
# Older deals are judged by it too: imported history must count under the rule that the office knows.
DEFAULT_FROM = date(2000, 1, 1)

LABELS = {"applies_from": N_("适用签约日"), "basis": N_("依据文号")}


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
    _record(session, actor, rule, rule.versions[0], at=at)
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


class RuleExists(Conflict):
    """The county has a rule with this code."""

    code = "targets.rule_exists"


def add_rule(session: Session, actor: Actor, data: RuleInput, *, at: datetime) -> CountingRule:
    """Publish a further rule with its first version. Raises NotPermitted, RuleExists, or FieldError at `exclusions`."""
    require(actor, Permission.PUBLISH_RULES)
    if queries.rule_by_code(session, actor.county_id, data.code) is not None:
        raise RuleExists(code=data.code)
    _check_exclusions(session, actor, data)
    first = version_row(
        actor, data.clauses, number=1, applies_from=data.applies_from, basis=data.basis, at=at
    )
    rule = CountingRule(
        id=new_id(),
        county_id=actor.county_id,
        code=data.code,
        name=data.name,
        created_at=at,
        updated_at=at,
        versions=[first],
    )
    session.add(rule)
    session.flush()
    _record(session, actor, rule, first, at=at)
    return rule


def publish_version(
    session: Session, actor: Actor, rule_id: UUID, data: VersionInput, *, at: datetime
) -> RuleVersionRow:
    """Publish a rule's version anew: it judges terms signed from its day on, and replaces one of the same day.

    What is in the ledger stays until the deals are posted again with cause `rule_changed`. Raises NotPermitted,
    NotFound, Stale, or FieldError at `exclusions`.
    """
    require(actor, Permission.PUBLISH_RULES)
    rule = queries.get_rule(session, actor, rule_id, lock=True)
    newest = rule.versions[-1]
    theirs = {"applies_from": newest.applies_to_signed_from, "basis": newest.basis}
    expect(rule, data.version, theirs=theirs, labels=LABELS)
    _check_exclusions(session, actor, data)
    for standing in rule.versions:
        if standing.applies_to_signed_from == data.applies_from and standing.superseded_at is None:
            standing.superseded_at = at
    session.flush()
    made = version_row(
        actor,
        data.clauses,
        number=newest.number + 1,
        applies_from=data.applies_from,
        basis=data.basis,
        at=at,
    )
    rule.versions.append(made)
    rule.touch(at)
    session.flush()
    _record(session, actor, rule, made, at=at)
    return made


def _check_exclusions(session: Session, actor: Actor, data: ClausesInput) -> None:
    known = {word.code for word in words(session, actor.county_id, "exclusion", with_inactive=True)}
    if not known.issuperset(data.exclusions):
        raise FieldError("exclusions", "error.targets.exclusion_unknown")


def _record(
    session: Session, actor: Actor, rule: CountingRule, version: RuleVersionRow, *, at: datetime
) -> None:
    told = {"number": (None, version.number), "applies_from": (None, version.applies_to_signed_from)}
    record(session, actor, "rule.published", ("rule", rule.id), at=at, changes=told, note=version.basis)
