"""The assessment of a deal for a year: what it brings, verified and pending, and everything that keeps it out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.core.regions import OriginLevel
from app.targets.rules.attribution import Layer, Step, attribute, supposed_layer
from app.targets.rules.clauses import Reason, in_order
from app.targets.rules.contributions import (
    Line,
    contributions,
    pending_contributions,
    qualifying_layer,
)
from app.targets.rules.facts import DealFacts, TermsState
from app.targets.rules.sequence import Happening
from app.targets.rules.versions import Measure, RuleVersion, judging_version

_SIGNED = frozenset({Measure.SIGNED_INVESTMENT, Measure.SIGNED_COUNT})
_ANY_STATE = frozenset(TermsState)
# Whose terms speak for a deal that has no verified ones: what is reported, else what is worked on, else what was.
_NEXT_BEST = (
    frozenset({TermsState.SUBMITTED}),
    frozenset({TermsState.DRAFT, TermsState.REFUSED}),
    _ANY_STATE,
)


@dataclass(frozen=True, slots=True, order=True)
class OriginPart:
    """A part of a counted amount by where it comes from (其中)."""

    origin: OriginLevel
    region: str
    returning: bool
    fen: int


@dataclass(frozen=True, slots=True)
class Counted:
    """An amount in fen, the deals it counts, and its parts by origin, which sum to it; for a change all are signed."""

    fen: int
    count: int
    parts: tuple[OriginPart, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is counted here."""
        return not self.fen and not self.count


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a deal brings to one year. 合计上报 is `verified` + `pending`.

    `reasons` is empty where the deal counts; else it names everything that keeps its verified terms out, or, where it
    has none, its newest terms besides `not_verified`. `version` is the one version that judges the deal's terms.
    """

    version: RuleVersion
    verified: Counted
    pending: Counted
    reasons: tuple[str, ...]

    @property
    def counts(self) -> bool:
        """Whether the deal is in the year's verified number."""
        return not self.verified.is_nothing


def assess(
    deal: DealFacts,
    versions: Sequence[RuleVersion],
    *,
    year: int,
    measure: Measure | None = None,
    as_of: date | None = None,
) -> Assessment:
    """Judge a deal for a year's target by its rule's versions, of which exactly one judges its terms.

    `as_of` leaves out what happened after a day. Raises ValueError where the versions do not cover each day once.
    """
    steps, verified = _speaking(deal, versions)
    version = _judging(steps, versions)
    measure = measure or version.clauses.measure
    done = counted(contributions(deal, versions, measure=measure), year=year, as_of=as_of)
    reasons: Iterable[str] = ()
    if done.is_nothing and measure in _SIGNED:
        reasons = _signed_reasons(deal, steps, version, year)
    elif done.is_nothing:
        reasons = _achieved_reasons(deal, versions, steps, measure, year)
    if not verified:
        reasons = [*reasons, Reason.NOT_VERIFIED]
    pending = counted(pending_contributions(deal, versions, measure=measure), year=year, as_of=as_of)
    return Assessment(version, done, pending, in_order(reasons))


def counted(lines: Iterable[Line], *, year: int, as_of: date | None = None) -> Counted:
    """Sum the lines of a year, with the parts by origin."""
    fen = count = 0
    parts: dict[tuple[OriginLevel, str, bool], int] = {}
    for line in lines:
        if line.year != year or (as_of is not None and line.effective_on > as_of):
            continue
        fen, count = fen + line.delta_fen, count + line.delta_count
        origin = (line.dimensions.origin, line.dimensions.region, line.dimensions.returning)
        parts[origin] = parts.get(origin, 0) + line.delta_fen
    return Counted(
        fen, count, tuple(sorted(OriginPart(*origin, part) for origin, part in parts.items() if part))
    )


def _speaking(deal: DealFacts, versions: Sequence[RuleVersion]) -> tuple[list[Step], bool]:
    verified = attribute(deal, versions)
    if verified:
        return verified, True
    found = (attribute(deal, versions, states=states) for states in _NEXT_BEST)
    return next((steps for steps in found if steps), []), False


def _judging(steps: Sequence[Step], versions: Sequence[RuleVersion]) -> RuleVersion:
    if not steps:
        return judging_version(versions, None)
    last = steps[-1]
    return last.layers[0].version if last.layers else judging_version(versions, last.happening.last)


def _signed_reasons(deal: DealFacts, steps: Sequence[Step], version: RuleVersion, year: int) -> Iterable[str]:
    if not steps:
        return ()
    layers = steps[-1].layers
    of_year = [layer for layer in layers if layer.year == year]
    if of_year:
        return [reason for layer in of_year for reason in layer.reasons]
    base = layers[0] if layers else supposed_layer(deal, version, steps[-1].happening)
    if _has_counted(layers) and any(step.happening.year == year for step in steps):
        return [*base.reasons, Reason.ALREADY_COUNTED]
    return [*base.reasons, *_period_reasons(base.signed, year)]


def _has_counted(layers: Sequence[Layer]) -> bool:
    return any(layer.counts_deal for layer in layers)


def _period_reasons(signed: Happening, year: int) -> Iterable[str]:
    if signed.first is None or signed.last is None:
        yield Reason.UNKNOWN_SIGNING_DAY
    elif not signed.first.year <= year <= signed.last.year:
        yield Reason.OUTSIDE_PERIOD
    elif signed.year is None:
        # A range across the year's end: nobody knows on which side of it the day lies.
        yield Reason.UNKNOWN_SIGNING_DAY


def _achieved_reasons(
    deal: DealFacts, versions: Sequence[RuleVersion], steps: Sequence[Step], measure: Measure, year: int
) -> Iterable[str]:
    states = {step.happening.terms.state for step in steps}
    layer = qualifying_layer(deal, versions, states=states)
    if layer is None:
        return ()
    days = {
        Measure.STARTED_COUNT: [min(filter(None, (deal.started_on, deal.produced_on)), default=None)],
        Measure.PRODUCING_COUNT: [deal.produced_on],
    }.get(measure, [one.on for one in deal.paid_in])
    known = [day for day in days if day is not None]
    outside = bool(known) and all(day.year != year for day in known)
    return [*layer.reasons, *([Reason.OUTSIDE_PERIOD] if outside else [])]
