"""What a deal contributes to each year of a measure: dated lines with their dimensions and shares (domain §4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from app.core.regions import OriginLevel
from app.targets.rules.attribution import REPORTED, VERIFIED, Layer, Step, attribute, supposed_layer
from app.targets.rules.causes import Cause, cause_of_terms
from app.targets.rules.clauses import Origin, spread
from app.targets.rules.facts import CreditFacts, DealFacts, TermsFacts, TermsKind, TermsState
from app.targets.rules.shares import ShareDelta, ordered_credits, share_deltas
from app.targets.rules.versions import Measure, RuleVersion, judging_version


@dataclass(frozen=True, slots=True, order=True)
class Dimensions:
    """What an amount is read by: the investor's origin as the rule sees it, his region, and the industry chain."""

    origin: OriginLevel
    region: str
    returning: bool
    chain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One change of what a deal contributes to a year. Shares sum to `delta_fen` within each role.

    `effective_on` is the day of the cause; where `day_is_exact` is false, the last day on which it can have been.
    """

    year: int
    effective_on: date
    day_is_exact: bool
    dimensions: Dimensions
    credits: tuple[CreditFacts, ...]
    delta_fen: int
    delta_count: int
    shares: tuple[ShareDelta, ...]
    terms_id: UUID
    version_id: UUID
    cause: Cause


@dataclass(frozen=True, slots=True)
class _Held:
    fen: int
    count: int
    version_id: UUID | None


@dataclass(frozen=True, slots=True)
class _Moment:
    on: date
    day_is_exact: bool
    terms: TermsFacts


_Place = tuple[int, Dimensions]
_NOTHING = _Held(0, 0, None)


def contributions(
    deal: DealFacts,
    versions: Sequence[RuleVersion],
    *,
    measure: Measure | None = None,
    states: Collection[TermsState] = VERIFIED,
) -> list[Line]:
    """Give every line that a deal's terms in some states make, for all years, in the order of their days.

    `measure` None takes the one that the judging version names. The lines depend on nothing but the facts: neither
    on the order in which terms were verified nor on what was posted before.
    """
    measure = measure or _own_measure(deal, versions, states)
    if measure in {Measure.SIGNED_INVESTMENT, Measure.SIGNED_COUNT}:
        return _signed_lines(deal, attribute(deal, versions, states=states))
    return list(_achieved_lines(deal, versions, measure, states))


def pending_contributions(
    deal: DealFacts, versions: Sequence[RuleVersion], *, measure: Measure | None = None
) -> list[Line]:
    """Give what submitted terms would change if they were verified now (待认定): an amendment by its difference.

    Lines that stand either way cancel out.
    """
    verified = contributions(deal, versions, measure=measure)
    reported = contributions(deal, versions, measure=measure, states=REPORTED)
    unmatched = list(verified)
    added = []
    for line in reported:
        if line in unmatched:
            unmatched.remove(line)
        else:
            added.append(line)
    return [_opposite(line) for line in unmatched] + added


def qualifying_layer(
    deal: DealFacts, versions: Sequence[RuleVersion], *, states: Collection[TermsState] = VERIFIED
) -> Layer | None:
    """Judge a deal by its last terms without their period, for measures of what followed the signing.

    A termination undoes nothing that was reached. None where no terms are in force.
    """
    held = [step for step in attribute(deal, versions, states=states) if step.terms is not None]
    held = [step for step in held if step.happening.terms.kind is not TermsKind.TERMINATION]
    if not held:
        return None
    last = held[-1]
    version = last.layers[0].version if last.layers else judging_version(versions, last.happening.last)
    return supposed_layer(deal, version, last.happening)


def _own_measure(deal: DealFacts, versions: Sequence[RuleVersion], states: Collection[TermsState]) -> Measure:
    days = [one.signed_on for one in deal.terms if one.state in states and one.signed_on is not None]
    return judging_version(versions, min(days, default=None)).clauses.measure


def _signed_lines(deal: DealFacts, steps: Iterable[Step]) -> list[Line]:
    lines: list[Line] = []
    before: dict[_Place, _Held] = {}
    for step in steps:
        if step.on is None or step.terms is None:
            continue
        after = _held_by_place(deal, step.terms, step.layers)
        moment = _Moment(step.on, step.happening.day_is_exact, step.happening.terms)
        lines += _changes(deal, moment, before, after)
        before = after
    return lines


def _held_by_place(deal: DealFacts, terms: TermsFacts, layers: Iterable[Layer]) -> dict[_Place, _Held]:
    held: dict[_Place, _Held] = {}
    for layer in layers:
        if layer.year is None or not layer.counted_fen:
            continue
        parts = spread(layer.counted_fen, terms, layer.version.clauses)
        main = max(parts, key=lambda origin: parts[origin])
        for origin, fen in parts.items():
            place = (layer.year, _dimensions(deal, origin))
            known = held.get(place, _NOTHING)
            count = known.count + int(layer.counts_deal and origin == main)
            held[place] = _Held(known.fen + fen, count, layer.version.id)
    return held


def _changes(
    deal: DealFacts, moment: _Moment, before: dict[_Place, _Held], after: dict[_Place, _Held]
) -> Iterator[Line]:
    credits_ = ordered_credits(deal.credits)
    for place in sorted(before.keys() | after.keys()):
        old, new = before.get(place, _NOTHING), after.get(place, _NOTHING)
        if (old.fen, old.count) == (new.fen, new.count):
            continue
        version_id = new.version_id or old.version_id
        assert version_id is not None
        yield Line(
            year=place[0],
            effective_on=moment.on,
            day_is_exact=moment.day_is_exact,
            dimensions=place[1],
            credits=credits_,
            delta_fen=new.fen - old.fen,
            delta_count=new.count - old.count,
            shares=share_deltas(credits_, before_fen=old.fen, after_fen=new.fen),
            terms_id=moment.terms.id,
            version_id=version_id,
            cause=cause_of_terms(moment.terms),
        )


def _achieved_lines(
    deal: DealFacts, versions: Sequence[RuleVersion], measure: Measure, states: Collection[TermsState]
) -> Iterator[Line]:
    layer = qualifying_layer(deal, versions, states=states)
    if layer is None or layer.reasons:
        return
    terms, clauses = layer.signed.terms, layer.version.clauses
    places: dict[Origin, _Held] = {}
    for on, fen, count in _achievements(deal, measure, layer.fen):
        # Each year begins from what the earlier ones hold: a statement is of everything since the beginning.
        parts = spread(fen, terms, clauses) if fen > 0 else {}
        main = max(parts, key=lambda origin: parts[origin], default=None)
        after = {
            origin: _Held(part, count if origin == main else 0, layer.version.id)
            for origin, part in parts.items()
        }
        yield from _changes(
            deal,
            _Moment(on, day_is_exact=True, terms=terms),
            {(on.year, _dimensions(deal, origin)): held for origin, held in places.items()},
            {(on.year, _dimensions(deal, origin)): held for origin, held in after.items()},
        )
        places = after


def _achievements(deal: DealFacts, measure: Measure, total_fen: int) -> Iterator[tuple[date, int, int]]:
    """Give day, sum reached and deals reached, by day."""
    if measure is Measure.STARTED_COUNT:
        days = [day for day in (deal.started_on, deal.produced_on) if day is not None]
        yield from [(min(days), total_fen, 1)] if days else []
    elif measure is Measure.PRODUCING_COUNT:
        yield from [(deal.produced_on, total_fen, 1)] if deal.produced_on else []
    else:
        for statement in sorted(deal.paid_in, key=lambda one: one.on):
            fen = statement.total_fen if measure is Measure.PAID_IN else statement.outside_fen
            if fen is not None:
                yield statement.on, fen, 0


def _dimensions(deal: DealFacts, origin: Origin) -> Dimensions:
    return Dimensions(origin.level, origin.region, origin.returning, deal.chain)


def _opposite(line: Line) -> Line:
    return replace(
        line,
        delta_fen=-line.delta_fen,
        delta_count=-line.delta_count,
        shares=tuple(replace(share, delta_fen=-share.delta_fen) for share in line.shares),
    )
