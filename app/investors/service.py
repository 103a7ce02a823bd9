"""Use cases of investors: one change, one event, and the words by which the record is found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Conflict, FieldError
from app.core.events import record
from app.core.ids import new_id
from app.core.options import only_county
from app.core.permissions import Permission, require, writing_paths
from app.core.regions import origin_level
from app.core.text import fold
from app.identity.versions import changed, expect
from app.investors import queries, rules
from app.investors.contacts.service import add_contact
from app.investors.models import Investor
from app.investors.rules import HomeProblem, InvestorFacts
from app.investors.schemas import EditInvestorInput, InvestorInput, list_of
from app.investors.writing import LABELS, apply, index, new_investor, put_on_record

__all__ = [
    "LABELS",
    "DuplicateInvestor",
    "MergedInvestor",
    "add_contact",
    "create_investor",
    "edit_investor",
]


class DuplicateInvestor(Conflict):
    """A live record has the same credit code, or the same company name. `existing` is (id, name)."""

    code = "investors.duplicate"


class MergedInvestor(Conflict):
    """The record was merged into another one: what is to be changed is changed there. `existing` is (id, name)."""

    code = "investors.merged"


def create_investor(
    session: Session, actor: Actor, data: InvestorInput, *, unit_id: UUID | None = None, at: datetime
) -> Investor:
    """Put an investor on record.

    Raises NotPermitted, FieldError at `home` when the place is unclear, or DuplicateInvestor naming the record that
    has the same credit code or company name.
    """
    require(actor, Permission.WRITE_RECORDS)
    values = _values(data)
    _refuse_duplicate(session, actor, InvestorFacts(new_id(), data.kind, data.name, data.uscc))
    return _add(session, actor, values, unit_id=unit_id or own_unit(actor), at=at)


def edit_investor(
    session: Session, actor: Actor, investor_id: UUID, data: EditInvestorInput, *, at: datetime
) -> Investor:
    """Correct an investor. A corrected home changes nothing frozen: its event lets the deals room flag the deals.

    Raises NotPermitted, NotFound, Stale, MergedInvestor, DuplicateInvestor, or FieldError at `home`.
    """
    require(actor, Permission.WRITE_RECORDS)
    investor = queries.get_investor(session, actor, investor_id, lock=True)
    if investor.canonical_id is not None:
        into = queries.canonical(session, investor)
        raise MergedInvestor(name=into.name, existing=(into.id, into.name))
    before, after = values_of(investor), _values(data)
    expect(investor, data.version, theirs=before, yours=after, labels=LABELS)
    changes = changed(before, after)
    if not changes:
        return investor
    facts = InvestorFacts(investor.id, data.kind, data.name, data.uscc)
    if changes.keys() & {"kind", "name", "uscc"}:
        _refuse_duplicate(session, actor, facts)
    apply(investor, after, at=at)
    investor.touch(at)
    _flush(session, actor, facts)
    _record_changes(session, actor, investor, changes, at=at)
    index(session, investor, at=at)
    return investor


def values_of(investor: Investor) -> dict[str, Any]:
    """Return the values that people compare and change, as they are stored."""
    plain = {name: getattr(investor, name) for name in LABELS if name not in ("former_names", "tags")}
    names = [each.name for each in investor.names if each.merged_id is None]
    tags = sorted(each.tag for each in investor.tags)
    return plain | {"former_names": "\n".join(names), "tags": "、".join(tags)}


def own_unit(actor: Actor) -> UUID | None:
    """Return the unit for which somebody writes first; None for the system itself."""
    exact, _below = writing_paths(actor)
    return next(iter(exact or actor.unit_ids), None)


def _values(data: InvestorInput) -> dict[str, Any]:
    home = rules.settle_home(data.home, chosen=data.home_code)
    if isinstance(home, HomeProblem):
        raise FieldError("home", f"enum.HomeProblem.{home.value}")
    plain = {name: getattr(data, name) for name in LABELS if name not in ("home", "tags")}
    own = [name for name in list_of(data.former_names) if fold(name) != fold(data.name)]
    return plain | {
        "home": home,
        "tags": "、".join(sorted(list_of(data.tags))),
        "former_names": "\n".join(own),
    }


def _add(
    session: Session, actor: Actor, values: Mapping[str, Any], *, unit_id: UUID | None, at: datetime
) -> Investor:
    made = new_investor(actor, values, unit_id=unit_id, at=at)
    try:
        with session.begin_nested():
            session.add(made.investor)
    except IntegrityError:
        _refuse_duplicate(session, actor, queries.facts_of(made.investor))
        raise
    put_on_record(session, actor, [made], at=at)
    return made.investor


def _flush(session: Session, actor: Actor, facts: InvestorFacts) -> None:
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:
        _refuse_duplicate(session, actor, facts)
        raise


def _refuse_duplicate(session: Session, actor: Actor, facts: InvestorFacts) -> None:
    """Raises DuplicateInvestor when a live record has the same credit code or company name."""
    others = queries.of_same_code_or_name(session, actor.county_id, facts)
    found = rules.blocking_duplicate(rules.duplicates(facts, [queries.facts_of(each) for each in others]))
    if found is None:
        return
    existing = next(each for each in others if each.id == found.id)
    raise DuplicateInvestor(
        name=existing.name,
        existing=(existing.id, existing.name),
        candidates=[{"id": str(existing.id), "name": existing.name, "reason": found.reason.value}],
    )


def _record_changes(
    session: Session,
    actor: Actor,
    investor: Investor,
    changes: dict[str, tuple[Any, Any]],
    *,
    at: datetime,
) -> None:
    subject, unit_id = ("investor", investor.id), own_unit(actor)
    plain = {name: pair for name, pair in changes.items() if name != "home"}
    if plain:
        record(session, actor, "investor.changed", subject, at=at, unit_id=unit_id, changes=plain)
    if "home" not in changes:
        return
    code = only_county(session).code
    before, after = (origin_level(home, county_code=code) for home in changes["home"])
    if rules.flags_deals(before, after, region_changed=True):
        moved = {"home": changes["home"], "origin_level": (before.value, after.value)}
        record(session, actor, "investor.region_changed", subject, at=at, unit_id=unit_id, changes=moved)
