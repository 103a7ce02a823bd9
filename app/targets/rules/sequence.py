"""The terms in force, in their order, each as its corrections restate it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from app.core.clock import DayPrecision
from app.targets.rules.facts import TermsFacts, TermsKind, TermsState

SIGNED_BY_CONTRACT = frozenset({TermsKind.ORIGINAL, TermsKind.UPGRADE})


@dataclass(frozen=True, slots=True)
class Happening:
    """Terms in force and the days on which they can have happened; no days where these are unknown."""

    terms: TermsFacts
    first: date | None
    last: date | None
    day_is_exact: bool

    @property
    def year(self) -> int | None:
        """The year that holds all of these days; None where it is not known."""
        if self.first is None or self.last is None or self.first.year != self.last.year:
            return None
        return self.last.year


def in_force(terms: Sequence[TermsFacts], *, states: Collection[TermsState]) -> list[Happening]:
    """Give the terms in some states, by number, with corrections worked in.

    What a correction says stands in the place of what it corrects, as though it had been said there; the last one
    holds. A corrected termination did not happen. Terms never happen before the ones they follow.
    """
    ordered = sorted(terms, key=lambda one: one.no)
    roots = _roots(ordered, states)
    said: dict[UUID, TermsFacts] = {}
    for one in ordered:
        if one.state in states:
            said[roots[one.id].id] = one
    places = [one for one in ordered if one.id in said]
    found: list[Happening] = []
    last: date | None = None
    for root in places:
        happening = _not_before(_happening(_restated(root, said[root.id])), last)
        last = happening.last or last
        found.append(happening)
    return found


def _roots(ordered: Sequence[TermsFacts], states: Collection[TermsState]) -> dict[UUID, TermsFacts]:
    """Give for each of the terms the ones whose place they take: their own, or what a chain of corrections corrects.

    A correction that names none corrects the last ones that stand, in one of the states: whether others were handed in
    or taken back meanwhile must change nothing.
    """
    roots: dict[UUID, TermsFacts] = {}
    latest: TermsFacts | None = None
    for one in ordered:
        named = roots.get(one.corrects) if one.corrects else latest
        if one.kind is TermsKind.CORRECTION and named is not None:
            roots[one.id] = named
        else:
            roots[one.id] = one
            if one.state in states:
                latest = one
    return roots


def _restated(root: TermsFacts, said: TermsFacts) -> TermsFacts:
    if said is root:
        return root
    days = said if said.signed_on is not None else root
    return replace(
        said,
        kind=TermsKind.AMENDMENT if root.kind is TermsKind.TERMINATION else root.kind,
        signed_on=days.signed_on,
        signed_from=days.signed_from,
        signed_precision=days.signed_precision,
        effective_on=said.effective_on or root.effective_on,
    )


def _happening(terms: TermsFacts) -> Happening:
    if terms.kind not in SIGNED_BY_CONTRACT and terms.effective_on is not None:
        return Happening(terms, terms.effective_on, terms.effective_on, day_is_exact=True)
    exact = terms.signed_precision in {None, DayPrecision.DAY} and terms.signed_from in {
        None,
        terms.signed_on,
    }
    return Happening(terms, terms.signed_from or terms.signed_on, terms.signed_on, day_is_exact=exact)


def _not_before(happening: Happening, last: date | None) -> Happening:
    if last is None or happening.last is None or happening.last >= last:
        return happening
    return replace(happening, first=last, last=last)
