"""The spans in which one report can hold its investor, worked out from its own facts alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import TypeVar
from uuid import UUID

from app.core.clock import day_of, end_of_day
from app.leads.rules.first_reports import (
    Judgement,
    ProtectionBasis,
    ProtectionTerms,
    Report,
    Ruling,
    RulingOutcome,
    VisitReceipt,
)
from app.leads.rules.stages import Validity

Dated = TypeVar("Dated", Judgement, Ruling)


@dataclass(frozen=True, slots=True)
class Window:
    """A span in which the report can hold, `end` excluded; `last_day` is what people are told."""

    begin: datetime
    end: datetime
    basis: ProtectionBasis
    last_day: date


@dataclass(frozen=True, slots=True)
class Claim:
    """A report with its windows and its grace (begin, end, last day)."""

    report: Report
    windows: tuple[Window, ...]
    # While it lasts, nobody else may begin to hold: the visit that renews may still be on its way.
    grace: tuple[datetime, datetime, date] | None

    @property
    def place(self) -> tuple[datetime, datetime, int, UUID]:
        """Order claims: by when they were complete, then reported, then admitted."""
        complete_at = self.report.complete_at or datetime.max.replace(tzinfo=self.report.reported_at.tzinfo)
        return (
            max(self.report.reported_at, complete_at),
            self.report.reported_at,
            self.report.order,
            self.report.lead_id,
        )

    def window_at(self, instant: datetime) -> Window | None:
        """Give the window that is open at an instant."""
        for window in self.windows:
            if window.begin <= instant < window.end:
                return window
        return None


def known_by(report: Report, now: datetime) -> Report:
    """Give the report as it was known at an instant: later judgements, visits and rulings left out, in order."""
    return replace(
        report,
        complete_at=report.complete_at if report.complete_at and report.complete_at <= now else None,
        judgements=_until(report.judgements, now),
        visits=tuple([visit for visit in report.visits if visit.received_at <= now]),
        rulings=_until(report.rulings, now),
        ended_at=report.ended_at if report.ended_at and report.ended_at <= now else None,
    )


def _until(items: tuple[Dated, ...], now: datetime) -> tuple[Dated, ...]:
    return tuple(sorted([item for item in items if item.at <= now], key=attrgetter("at"))) if items else ()


def claim_of(report: Report, terms: ProtectionTerms) -> Claim:
    """Work out the windows of one report: none while it is incomplete."""
    if report.complete_at is None:
        return Claim(report, (), None)
    day_0 = day_of(report.reported_at)
    begin = max(report.reported_at, report.complete_at)
    valid_last = day_0 + timedelta(days=terms.valid_days)
    grace_last = valid_last + timedelta(days=terms.grace_days)
    renewed_at = _renewed_at(report.visits, day_0, valid_last, grace_last)
    windows: list[Window] = []
    for validity, since, until in _validity_spans(report, begin):
        if validity is Validity.PENDING:
            windows += _window(
                since, until, ProtectionBasis.FIRST_DAYS, day_0 + timedelta(days=terms.first_days)
            )
        elif validity is Validity.VALID and renewed_at is not None:
            last = day_0 + timedelta(days=terms.renewed_days)
            first_part = min(until, max(since, min(renewed_at, end_of_day(valid_last))))
            windows += _window(since, first_part, ProtectionBasis.VALID, valid_last)
            windows += _window(max(since, renewed_at), until, ProtectionBasis.RENEWED, last)
        elif validity is Validity.VALID:
            windows += _window(since, until, ProtectionBasis.VALID, valid_last)
    return Claim(report, tuple(windows), (end_of_day(valid_last), end_of_day(grace_last), grace_last))


def _window(begin: datetime, until: datetime, basis: ProtectionBasis, last_day: date) -> list[Window]:
    end = min(until, end_of_day(last_day))
    return [Window(begin, end, basis, last_day)] if begin < end else []


def _renewed_at(
    visits: Iterable[VisitReceipt], day_0: date, valid_last: date, grace_last: date
) -> datetime | None:
    """Give when the first visit was received that renews; a visit that is only announced does not."""
    return min(
        (
            visit.received_at
            for visit in visits
            if visit.offline
            and day_0 <= visit.visited_on <= valid_last
            and visit.visited_on <= day_of(visit.received_at) <= grace_last
        ),
        default=None,
    )


def _validity_spans(report: Report, begin: datetime) -> list[tuple[Validity, datetime, datetime]]:
    """Cut the report's life at its judgements; a ruling that gives it the hold judges it valid as well."""
    far = datetime.max.replace(tzinfo=begin.tzinfo)
    end = report.ended_at or far
    turns = [(judged.at, judged.validity) for judged in report.judgements]
    for ruling in report.rulings:
        if ruling.outcome is RulingOutcome.TAKES_HOLD:
            turns.append((ruling.at, Validity.VALID))
        else:
            end = min(end, ruling.at)
    turns.sort(key=lambda turn: turn[0])
    starts = [(begin, Validity.PENDING), *turns]
    spans = []
    for place, (at, validity) in enumerate(starts):
        until = starts[place + 1][0] if place + 1 < len(starts) else far
        since, until = max(at, begin), min(until, end)
        if since < until:
            spans.append((validity, since, until))
    return spans


def in_grace(claim: Claim, instant: datetime) -> bool:
    """Tell whether the claim, valid to its last valid day, may still be renewed by a visit on its way."""
    if claim.grace is None or not claim.grace[0] <= instant < claim.grace[1]:
        return False
    spans = _validity_spans(claim.report, max(claim.report.reported_at, claim.report.complete_at or instant))
    return any(validity is Validity.VALID and since <= instant < until for validity, since, until in spans)
