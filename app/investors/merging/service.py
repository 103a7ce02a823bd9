"""Use cases of merging. No deal's frozen origin changes by it (domain §5)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Conflict, FieldError
from app.core.events import record
from app.core.permissions import Permission, require
from app.core.text import fold
from app.identity.versions import expect
from app.investors import queries, rules
from app.investors.merging import queries as merges
from app.investors.models import Investor, InvestorMerge, InvestorName
from app.investors.schemas import MergeInput, UnmergeInput
from app.investors.service import own_unit, values_of
from app.investors.writing import LABELS, index


class UnmergeRefused(Conflict):
    """The merge stays: meanwhile another record took the name or the code. `problem` says which."""

    code = "investors.unmerge_refused"


def merge_investor(
    session: Session, actor: Actor, investor_id: UUID, data: MergeInput, *, at: datetime
) -> Investor:
    """Let a record stand behind another one, and return that one.

    Leads, deals and visits keep pointing at the record they were written for. Who adjudicates first reports merges:
    two units' claims may meet in it. Raises NotPermitted, NotFound, Stale, or FieldError at `into`.
    """
    require(actor, Permission.ADJUDICATE_LEADS)
    # Both rows are locked in the order of their ids, so that two merges never wait for each other.
    target_id = _target(session, actor, data)
    locked = {
        each: queries.get_investor(session, actor, each, lock=True)
        for each in sorted({investor_id, target_id})
    }
    merged, into = locked[investor_id], locked[target_id]
    expect(merged, data.version, theirs=values_of(merged), labels=LABELS)
    mine = queries.facts_of(merged, stands_for_others=bool(queries.merged_into(session, merged)))
    theirs = queries.facts_of(into)
    if problem := rules.merge_problem(mine, theirs):
        raise FieldError("into", f"enum.MergeProblem.{problem.value}")
    known = {each.name_folded for each in into.names}
    for name in rules.names_after_merge(mine, theirs):
        if fold(name) not in known:
            into.names.append(
                InvestorName(name=name, name_folded=fold(name), merged_id=merged.id, added_at=at)
            )
    merged.canonical_id = into.id
    merged.touch(at)
    into.touch(at)
    session.add(InvestorMerge(merged_id=merged.id, into_id=into.id, at=at, by=actor.id, reason=data.reason))
    _record(session, actor, "investor.merged", merged, into, reason=data.reason, at=at)
    index(session, merged, at=at)
    index(session, into, at=at)
    return into


def unmerge_investor(
    session: Session, actor: Actor, investor_id: UUID, data: UnmergeInput, *, at: datetime
) -> Investor:
    """Let a merged record stand for itself again, and return it.

    Raises NotPermitted, NotFound, Stale, or UnmergeRefused when its name or code was taken meanwhile.
    """
    require(actor, Permission.ADJUDICATE_LEADS)
    merged = queries.get_investor(session, actor, investor_id, lock=True)
    expect(merged, data.version, theirs=values_of(merged), labels=LABELS)
    facts = queries.facts_of(merged)
    others = queries.of_same_code_or_name(session, actor.county_id, facts)
    if problem := rules.unmerge_problem(facts, map(queries.facts_of, others)):
        raise UnmergeRefused(problem=problem)
    assert merged.canonical_id is not None, "the rule let it through"
    into = queries.get_investor(session, actor, merged.canonical_id, lock=True)
    into.names = [each for each in into.names if each.merged_id != merged.id]
    merged.canonical_id = None
    merged.touch(at)
    into.touch(at)
    merges.standing_merge(session, merged.id).undone_at = at
    _record(session, actor, "investor.unmerged", merged, into, reason=data.reason, at=at)
    session.flush()
    index(session, merged, at=at)
    index(session, into, at=at)
    return merged


def _target(session: Session, actor: Actor, data: MergeInput) -> UUID:
    """Read which record is meant: by id, else by its exact name, which only one live record may have."""
    chosen = data.into_id or data.picked_id
    if chosen is not None:
        return queries.get_investor(session, actor, chosen).id
    found = merges.live_named(session, actor, data.into)
    if not data.into or not found:
        raise FieldError("into", "error.investors.merge_target")
    if len(found) > 1:
        raise FieldError("into", "error.investors.merge_target_several")
    return found[0].id


def _record(
    session: Session, actor: Actor, kind: str, merged: Investor, into: Investor, *, reason: str, at: datetime
) -> None:
    record(
        session,
        actor,
        kind,
        ("investor", merged.id),
        at=at,
        unit_id=own_unit(actor),
        changes={"merged": (None, merged.name), "into": (None, into.name)},
        note=reason,
        also=[("investor", into.id)],
    )
