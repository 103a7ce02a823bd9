"""Two cut-offs of one target, and the entries that lie between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.progress import queries, rules
from app.progress.lines.queries import deal_lines
from app.progress.picture import headline_of
from app.progress.queries import Cut
from app.progress.rules import EntryFilter, Headline, Seen
from app.targets.models import Cutoff
from app.targets.rules import Cause, Total


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The two headlines and what lies between: `by_cause` sums to the difference of 已认定.

    `is_in_order` False: one cut-off is of a later day but was kept before, so that neither holds the other's entries.
    """

    earlier_cut: Cut
    earlier: Headline
    later: Headline
    between: Total
    by_cause: Mapping[Cause, Total]
    is_in_order: bool


def comparison(session: Session, actor: Actor, cut: Cut, kept: Cutoff) -> Comparison:
    """Compare a cut-off with one that was kept before; six statements."""
    before = replace(cut, as_of=kept.as_of, known_at=kept.known_at, is_past=True, name=kept.name)
    entries = queries.entries_known(session, cut)
    seen = Seen(kept.as_of, kept.known_at)
    between = rules.picked(
        entries, EntryFilter(beyond=seen, basis=cut.basis), year=cut.target.year, as_of=cut.as_of
    )
    return Comparison(
        earlier_cut=before,
        earlier=_headline(session, actor, before),
        later=headline_of(cut, entries, deal_lines(session, actor, cut, entries)),
        between=rules.total(between),
        by_cause=rules.by_cause(between),
        is_in_order=kept.as_of <= cut.as_of and kept.known_at <= cut.known_at,
    )


def _headline(session: Session, actor: Actor, cut: Cut) -> Headline:
    entries = queries.entries_known(session, cut)
    return headline_of(cut, entries, deal_lines(session, actor, cut, entries))
