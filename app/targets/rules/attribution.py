"""Year of credit: which year each part of a deal belongs to, as its terms follow one another (domain §3).

A deal's amount lies in layers. The contract is the base: same-year amendments change it, and the minimum tests its
total. A raise of a later year is a layer of that year, judged by the increment setting. A cut takes from the newest
layer first, and so reaches into earlier years as an adjustment. Once a year is over, what a layer brought to it can
only shrink: later terms never raise an earlier year's figure, only corrections do, because they restate the terms
themselves. A raise within the year of a cut first gives back what that cut took.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from app.targets.rules.clauses import Reason, countable_fen, eligible_fen, in_order, standing_reasons
from app.targets.rules.facts import DealFacts, TermsFacts, TermsKind, TermsState
from app.targets.rules.sequence import Happening, in_force
from app.targets.rules.versions import ExpansionMode, IncrementMode, RuleVersion, judging_version

VERIFIED = frozenset({TermsState.VERIFIED})
REPORTED = frozenset({TermsState.VERIFIED, TermsState.SUBMITTED})


@dataclass(frozen=True, slots=True)
class Layer:
    """A part of a deal's amount and the year it belongs to; `fen` is what is left of it, `counted_fen` what counts.

    `signed` are the terms that made it; `year` is None where their day is not known precisely enough.
    """

    signed: Happening
    version: RuleVersion
    year: int | None
    fen: int
    counted_fen: int = 0
    counts_deal: bool = False
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What stands once terms have happened: every layer, and the terms that say whose money it is."""

    happening: Happening
    on: date | None
    terms: TermsFacts | None
    layers: tuple[Layer, ...]


@dataclass(slots=True)
class _Open:
    """A layer while its deal's terms are followed; `most` bounds what it can still bring once its year is over."""

    signed: Happening
    version: RuleVersion
    fen: int
    muted: bool = False
    most: int | None = None
    held: tuple[str, ...] = ()
    counted_fen: int = 0
    counts_deal: bool = False
    reasons: tuple[str, ...] = ()

    def closed(self) -> Layer:
        return Layer(
            self.signed,
            self.version,
            self.signed.year,
            self.fen,
            self.counted_fen,
            self.counts_deal,
            self.reasons,
        )


@dataclass(slots=True)
class _Book:
    deal: DealFacts
    versions: Sequence[RuleVersion]
    layers: list[_Open] = field(default_factory=list)
    taken: list[tuple[_Open, int]] = field(default_factory=list)


def attribute(
    deal: DealFacts, versions: Sequence[RuleVersion], *, states: Collection[TermsState] = VERIFIED
) -> list[Step]:
    """Follow a deal's terms and give what stands after each of them.

    Submitted amendments without an exact total change nothing: their difference is not known.
    """
    book = _Book(deal, versions)
    steps: list[Step] = []
    on: date | None = None
    standing: TermsFacts | None = None
    for happening in in_force(deal.terms, states=states):
        terms, ends = happening.terms, happening.terms.kind is TermsKind.TERMINATION
        if standing is not None and not ends and _is_unsure(terms, versions, happening):
            continue
        if on is not None and happening.last is not None and happening.last.year > on.year:
            _end_year(book)
        on = happening.last or on
        if not ends:
            _lay(book, happening)
            standing = terms
        if standing is not None:
            _count(book, standing, terminated=ends)
        steps.append(Step(happening, on, standing, tuple(layer.closed() for layer in book.layers)))
    return steps


def supposed_layer(deal: DealFacts, version: RuleVersion, happening: Happening) -> Layer:
    """Judge terms as though they were a contract that begins a deal, to name every reason that keeps them out."""
    book = _Book(deal, (version,))
    book.layers.append(_Open(happening, version, countable_fen(happening.terms, version.clauses) or 0))
    _count(book, happening.terms, terminated=happening.terms.kind is TermsKind.TERMINATION)
    return replace(book.layers[0].closed(), counted_fen=0, counts_deal=False)


def _is_unsure(terms: TermsFacts, versions: Sequence[RuleVersion], happening: Happening) -> bool:
    clauses = judging_version(versions, happening.last).clauses
    return terms.state is TermsState.SUBMITTED and countable_fen(terms, clauses) is None


def _end_year(book: _Book) -> None:
    book.taken.clear()
    for layer in book.layers:
        layer.most, layer.held = layer.counted_fen, layer.reasons


def _lay(book: _Book, happening: Happening) -> None:
    terms, layers = happening.terms, book.layers
    if not layers:
        version = judging_version(book.versions, happening.last)
        # A letter of intent lays nothing: the deal begins with its contract, on the contract's day.
        if terms.agreement in version.clauses.agreements:
            layers.append(_Open(happening, version, countable_fen(terms, version.clauses) or 0))
        return
    total = countable_fen(terms, layers[0].version.clauses)
    if total is None:
        return
    change = total - sum(layer.fen for layer in layers)
    if change < 0:
        _cut(book, -change)
    elif change > 0:
        _raise(book, happening, change)


def _cut(book: _Book, fen: int) -> None:
    for layer in reversed(book.layers):
        part = min(layer.fen, fen)
        if part:
            layer.fen, fen = layer.fen - part, fen - part
            book.taken.append((layer, part))


def _raise(book: _Book, happening: Happening, fen: int) -> None:
    while book.taken and fen:
        layer, taken = book.taken.pop()
        part = min(taken, fen)
        layer.fen, fen = layer.fen + part, fen - part
        if taken > part:
            book.taken.append((layer, taken - part))
    if not fen:
        return
    base = book.layers[0]
    version = judging_version(book.versions, happening.last)
    expands = happening.terms.kind is TermsKind.INCREASE
    muted = expands and version.clauses.expansion is ExpansionMode.NOTHING
    if happening.year is not None and happening.year == base.signed.year and not muted:
        base.fen += fen
    else:
        book.layers.append(_Open(happening, version, fen, muted=muted))


def _count(book: _Book, terms: TermsFacts, *, terminated: bool) -> None:
    running = short = 0
    counted = False
    for layer in book.layers:
        clauses = layer.version.clauses
        reasons = standing_reasons(terms, clauses, book.deal)
        if terminated:
            reasons.append(Reason.TERMINATED)
        if layer.muted:
            reasons.append(Reason.ALREADY_COUNTED)
        eligible = eligible_fen(layer.fen, terms, clauses)
        running += eligible
        is_base = layer is book.layers[0]
        cumulative = clauses.increment is IncrementMode.CUMULATIVE and not is_base
        tested = running if cumulative else eligible
        is_tested = is_base or clauses.increment is not IncrementMode.ANY
        # An amount that is not exact may be more than it says: it fails by that, never by its size.
        exact = countable_fen(terms, clauses) is not None
        if is_tested and exact and not layer.muted and not clauses.meets_minimum(tested):
            reasons.append(Reason.BELOW_MINIMUM)
        worth = eligible
        if reasons == [Reason.BELOW_MINIMUM]:
            short += eligible
        elif cumulative and not reasons:
            # The new total meets the minimum: it brings what was too small before.
            worth, short = eligible + short, 0
        _settle(layer, worth, reasons)
        layer.counts_deal = layer.counted_fen > 0 and not counted
        counted = counted or layer.counts_deal


def _settle(layer: _Open, worth: int, reasons: list[str]) -> None:
    layer.reasons = in_order(reasons)
    layer.counted_fen = 0 if reasons or layer.signed.year is None else worth
    if layer.most is not None and layer.counted_fen > layer.most:
        layer.counted_fen = layer.most
        if layer.most == 0:
            layer.reasons = layer.held
