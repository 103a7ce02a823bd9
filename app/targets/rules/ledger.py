"""The ledger's arithmetic: which entries to append so that what stands becomes what a deal contributes (domain §4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.targets.rules.causes import Cause
from app.targets.rules.contributions import Dimensions, Line
from app.targets.rules.facts import CreditFacts
from app.targets.rules.shares import ShareDelta


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDraft:
    """An entry to append to a target's ledger. Within each role the shares sum to `delta_fen`."""

    deal_id: UUID
    terms_id: UUID
    version_id: UUID
    delta_fen: int
    delta_count: int
    dimensions: Dimensions
    effective_on: date
    day_is_exact: bool
    booked_on: date
    cause: Cause
    shares: tuple[ShareDelta, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry(EntryDraft):
    """An entry that stands: `seq` is its place in its target's ledger, `recorded_at` the instant it was known."""

    seq: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class _Key:
    """What entries must agree in to be summed: a change of any of it is a reversal and a new entry."""

    effective_on: date
    day_is_exact: bool
    dimensions: Dimensions
    credits: tuple[CreditFacts, ...]

    def order(self) -> tuple[object, ...]:
        credits_ = [(one.role, one.unit_id, one.share_percent) for one in self.credits]
        return (self.effective_on, not self.day_is_exact, self.dimensions, credits_)


@dataclass(slots=True)
class _Held:
    terms_id: UUID
    version_id: UUID
    cause: Cause
    shares: dict[CreditFacts, int]
    fen: int = 0
    count: int = 0


def differences(
    entries: Iterable[LedgerEntry],
    lines: Iterable[Line],
    *,
    deal_id: UUID,
    cause: Cause | None = None,
    first_open_on: date | None = None,
) -> list[EntryDraft]:
    """Compare what stands with what a deal contributes, and give the entries to append; empty where both agree.

    `entries` are one deal's in one target, `lines` the deal's of that target's year. Reversals come first, then what
    is new, by effective day. `cause` None names each entry by its terms' kind, and a reversal reclassified. Posting
    the same facts again appends nothing, and the sums depend only on the last lines, not on what was posted between.
    """
    standing, wanted = _standing(entries), _wanted(lines)
    gone = sorted(standing.keys() - wanted.keys(), key=_Key.order)
    drafts = []
    for key in [*gone, *sorted(wanted, key=_Key.order)]:
        then = standing.get(key)
        now = wanted.get(key) or _emptied(standing[key])
        shares = tuple(_share_delta(one, now, then) for one in key.credits)
        fen = now.fen - (then.fen if then else 0)
        count = now.count - (then.count if then else 0)
        if not fen and not count and not any(share.delta_fen for share in shares):
            continue
        drafts.append(
            EntryDraft(
                deal_id=deal_id,
                terms_id=now.terms_id,
                version_id=now.version_id,
                delta_fen=fen,
                delta_count=count,
                dimensions=key.dimensions,
                effective_on=key.effective_on,
                day_is_exact=key.day_is_exact,
                booked_on=booked_day(key.effective_on, first_open_on=first_open_on),
                cause=cause or now.cause,
                shares=shares,
            )
        )
    return drafts


def booked_day(effective_on: date, *, first_open_on: date | None) -> date:
    """Give the day an entry is booked on: its effective day, or the first open day where that period is frozen."""
    return effective_on if first_open_on is None else max(effective_on, first_open_on)


def first_open_day(frozen_through: Sequence[date]) -> date | None:
    """Give the first day after all frozen periods; None where nothing is frozen."""
    return max(frozen_through) + timedelta(days=1) if frozen_through else None


def is_prior_year_adjustment(booked_on: date, *, year: int) -> bool:
    """Tell whether an entry of a year's target lies in the period after its end (以前年度调整)."""
    return booked_on.year > year


def _standing(entries: Iterable[LedgerEntry]) -> dict[_Key, _Held]:
    found: dict[_Key, _Held] = {}
    for entry in sorted(entries, key=lambda one: one.seq):
        key = _key(entry.effective_on, entry.day_is_exact, entry.dimensions, entry.shares)
        held = found.setdefault(key, _held(entry, key))
        held.terms_id, held.version_id = entry.terms_id, entry.version_id
        _add(held, entry)
    return found


def _wanted(lines: Iterable[Line]) -> dict[_Key, _Held]:
    found: dict[_Key, _Held] = {}
    for line in lines:
        key = _key(line.effective_on, line.day_is_exact, line.dimensions, line.shares)
        held = found.setdefault(key, _held(line, key))
        held.terms_id, held.version_id, held.cause = line.terms_id, line.version_id, line.cause
        _add(held, line)
    return {key: held for key, held in found.items() if held.fen or held.count or any(held.shares.values())}


def _emptied(held: _Held) -> _Held:
    return _Held(held.terms_id, held.version_id, Cause.RECLASSIFIED, dict.fromkeys(held.shares, 0))


def _share_delta(one: CreditFacts, now: _Held, then: _Held | None) -> ShareDelta:
    fen = now.shares[one] - (then.shares[one] if then else 0)
    return ShareDelta(one.role, one.unit_id, one.share_percent, fen)


def _key(on: date, exact: bool, dimensions: Dimensions, shares: Sequence[ShareDelta]) -> _Key:
    credits_ = (CreditFacts(one.role, one.unit_id, one.share_percent) for one in shares)
    return _Key(on, exact, dimensions, tuple(sorted(credits_, key=lambda one: (one.role, one.unit_id))))


def _held(source: Line | LedgerEntry, key: _Key) -> _Held:
    return _Held(source.terms_id, source.version_id, source.cause, dict.fromkeys(key.credits, 0))


def _add(held: _Held, source: Line | LedgerEntry) -> None:
    held.fen += source.delta_fen
    held.count += source.delta_count
    for share in source.shares:
        held.shares[CreditFacts(share.role, share.unit_id, share.share_percent)] += share.delta_fen
