"""Posting to the progress ledger: what a deal contributes now, compared with what stands, in the change's transaction.

targets.post(session, actor, facts, verified=terms.id, event=event, at=at)
targets.post(session, actor, facts, cause=Cause.CREDIT_CHANGED, event=event, at=at)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.events import Event
from app.core.ids import new_id
from app.targets import queries, rules
from app.targets.models import EntryShare, LedgerRow, Target
from app.targets.rules import Cause, DealFacts, EntryDraft, LedgerEntry, Line, Measure, RuleVersion

__all__ = ["Posting", "post", "post_each", "post_many"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A deal as it is now, and what happened to it.

    `cause` None names each entry by its terms' kind. `verified` names the terms that were let count just now: then
    each target's open period says whether that is a new signing. `at` is recorded as the instant of knowing.
    """

    facts: DealFacts
    at: datetime
    cause: Cause | None = None
    verified: UUID | None = None
    event_id: UUID | None = None


def post(
    session: Session,
    actor: Actor,
    facts: DealFacts,
    *,
    cause: Cause | None = None,
    verified: UUID | None = None,
    event: Event | None,
    at: datetime,
) -> list[LedgerEntry]:
    """Append what a change of a deal changes in the county's root targets; nothing where nothing changed.

    `facts` hold all versions of the terms in every state. The caller holds the deal's row lock, so that no older facts
    are posted after newer ones. Returns the new entries.
    """
    event_id = event.id if event else None
    return post_each(
        session,
        actor,
        [Posting(facts=facts, at=at, cause=cause, verified=verified, event_id=event_id)],
    )


def post_many(
    session: Session,
    actor: Actor,
    facts_list: Iterable[DealFacts],
    *,
    cause: Cause | None = None,
    event: Event | None = None,
    at: datetime,
) -> list[LedgerEntry]:
    """Post many deals for one reason and in few statements: an opening batch, a new rule version, a check made good."""
    event_id = event.id if event else None
    return post_each(
        session,
        actor,
        [Posting(facts=facts, at=at, cause=cause, event_id=event_id) for facts in facts_list],
    )


def post_each(session: Session, actor: Actor, postings: Sequence[Posting]) -> list[LedgerEntry]:
    """Post in the given order, each with its own cause and instant; a deal may come more than once."""
    if not postings:
        return []
    session.flush()
    deal_ids = list(dict.fromkeys(posting.facts.deal_id for posting in postings))
    years = {year for posting in postings for year in _years(posting.facts)}
    targets = queries.lock_targets(session, actor.county_id, years=years, deal_ids=deal_ids)
    if not targets:
        return []
    book = _open_book(session, targets, deal_ids)
    added = [entry for posting in postings for entry in _post_one(book, actor, posting)]
    _write(session, book)
    return added


@dataclass(slots=True)
class _Book:
    """What was read under the locks, and the rows to append."""

    targets: Sequence[Target]
    versions: Mapping[UUID, list[RuleVersion]]
    standing: dict[tuple[UUID, UUID], list[LedgerEntry]]
    first_open: Mapping[UUID, date | None]
    rows: list[dict[str, Any]]
    shares: list[dict[str, Any]]


def _open_book(session: Session, targets: Sequence[Target], deal_ids: Sequence[UUID]) -> _Book:
    ids = [target.id for target in targets]
    frozen = queries.frozen_through(session, ids)
    return _Book(
        targets=targets,
        versions=queries.rule_versions(session, {target.rule_id for target in targets}),
        standing=queries.entries_of_deals(session, ids, deal_ids),
        first_open={key: rules.first_open_day([frozen[key]] if key in frozen else []) for key in ids},
        rows=[],
        shares=[],
    )


def _post_one(book: _Book, actor: Actor, posting: Posting) -> Iterator[LedgerEntry]:
    facts = posting.facts
    lines: dict[tuple[UUID, Measure], list[Line]] = {}
    for target in book.targets:
        judged = (target.rule_id, target.measure)
        if judged not in lines:
            lines[judged] = rules.contributions(facts, book.versions[target.rule_id], measure=target.measure)
        standing = book.standing.setdefault((target.id, facts.deal_id), [])
        first_open_on = book.first_open[target.id]
        drafts = rules.differences(
            standing,
            [line for line in lines[judged] if line.year == target.year],
            deal_id=facts.deal_id,
            cause=_cause(posting, first_open_on),
            first_open_on=first_open_on,
        )
        for draft in drafts:
            entry = _append(book, actor, target, draft, posting)
            standing.append(entry)
            yield entry


def _cause(posting: Posting, first_open_on: date | None) -> Cause | None:
    if posting.verified is None:
        return posting.cause
    terms = next(one for one in posting.facts.terms if one.id == posting.verified)
    return rules.verification_cause(terms, verified_on=day_of(posting.at), first_open_on=first_open_on)


def _append(book: _Book, actor: Actor, target: Target, draft: EntryDraft, posting: Posting) -> LedgerEntry:
    target.last_seq += 1
    entry_id = new_id()
    book.rows.append(
        {
            "id": entry_id,
            "target_id": target.id,
            "seq": target.last_seq,
            "deal_id": draft.deal_id,
            "terms_id": draft.terms_id,
            "rule_version_id": draft.version_id,
            "delta_fen": draft.delta_fen,
            "delta_count": draft.delta_count,
            "origin": draft.dimensions.origin,
            "region": draft.dimensions.region,
            "returning_native": draft.dimensions.returning,
            "chain": draft.dimensions.chain,
            "effective_on": draft.effective_on,
            "day_is_exact": draft.day_is_exact,
            "booked_on": draft.booked_on,
            "recorded_at": posting.at,
            "cause": draft.cause,
            "actor_id": actor.id,
            "event_id": posting.event_id,
        }
    )
    book.shares += [
        {
            "entry_id": entry_id,
            "role": share.role,
            "unit_id": share.unit_id,
            "share_percent": share.share_percent,
            "delta_fen": share.delta_fen,
        }
        for share in draft.shares
    ]
    values = {name: getattr(draft, name) for name in EntryDraft.__slots__}
    return LedgerEntry(**values, seq=target.last_seq, recorded_at=posting.at)


def _write(session: Session, book: _Book) -> None:
    if book.rows:
        session.execute(insert(LedgerRow), book.rows)
    if book.shares:
        session.execute(insert(EntryShare), book.shares)
    session.flush()


def _years(facts: DealFacts) -> set[int]:
    """Return every year that a line of the deal can lie in: those of all its days."""
    days: list[date | None] = [facts.started_on, facts.produced_on, *(one.on for one in facts.paid_in)]
    for terms in facts.terms:
        days += [terms.signed_from, terms.signed_on, terms.effective_on]
    return {day.year for day in days if day is not None}
