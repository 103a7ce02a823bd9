"""First-report protection (首报首谈): which one of the reports of an investor holds it, and until when (domain §5).

Days are Shanghai calendar days; the report's day is day 0 and the last day is included. Everything is replayed from
the facts, so that pages, jobs and a later dispute all see the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.core.clock import day_of, end_of_day
from app.leads.rules.first_reports import (
    BlindMessage,
    Filing,
    LeadProtection,
    ProtectionState,
    ProtectionTerms,
    Report,
    RulingOutcome,
    Standing,
)
from app.leads.rules.stages import Validity
from app.leads.rules.windows import Claim, claim_of, in_grace, known_by


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Who holds at the end, whose place is reserved, and when each past holder last held."""

    holder: Claim | None
    reserved: Claim | None
    last_held: Mapping[UUID, datetime]

    @property
    def place(self) -> Claim | None:
        return self.holder or self.reserved


def protection(
    reports: Iterable[Report], *, today: date, terms: ProtectionTerms = ProtectionTerms()
) -> ProtectionState:
    """Decide who holds an investor, from all the reports of it; facts after today are not known yet.

    A complete report holds if nobody else does; the earliest goes first, by server time and then by order. It lapses
    after 7 days unless judged valid, then lasts 90 days from the report, and 180 if an offline visit made within the
    90 was received by day 93: until then the place stays reserved. A judgement that comes after the lapse lets the
    report hold again only where nobody has taken the investor in between. A report made while another unit holds
    waits, and its own days run meanwhile.
    """
    now = end_of_day(today) - timedelta(microseconds=1)
    known = [known_by(report, now) for report in reports if report.reported_at <= now]
    claims = sorted((claim_of(report, terms) for report in known), key=lambda claim: claim.place)
    outcome = _replay(claims, now)
    holder, reserved, place = outcome.holder, outcome.reserved, outcome.place
    window = holder.window_at(now) if holder else None
    return ProtectionState(
        lead_id=place.report.lead_id if place else None,
        unit_id=place.report.unit_id if place else None,
        basis=window.basis if window else None,
        held_until=window.last_day if window else None,
        reserved_until=reserved.grace[2] if reserved and reserved.grace else None,
        leads={claim.report.lead_id: _standing(claim, outcome, today=today, terms=terms) for claim in claims},
    )


def filing(state: ProtectionState, *, unit_id: UUID, second_project: bool) -> Filing:
    """Tell what a unit meets that files this investor: free, its own, held by another, or (a second project of a
    held investor) adjudication. A reserved place still counts as held."""
    if state.unit_id is None:
        return Filing.FREE
    if state.unit_id == unit_id:
        return Filing.OWN
    return Filing.ADJUDICATION if second_project else Filing.HELD


def blind_message(state: ProtectionState, *, unit_id: UUID) -> BlindMessage | None:
    """Give what a unit may learn about another's hold; None where nobody else holds the investor."""
    until = state.reserved_until or state.held_until
    if state.unit_id is None or state.unit_id == unit_id or until is None:
        return None
    return BlindMessage(unit_id=state.unit_id, held_until=until)


def is_complete(*, has_contact: bool, content: str, contacted_on: date | None) -> bool:
    """Tell whether a report can hold: it needs a contact, a content and a first contact."""
    return has_contact and bool(content.strip()) and contacted_on is not None


def _replay(claims: Sequence[Claim], now: datetime) -> _Outcome:
    """Walk through every instant at which something changes."""
    instants = {now}
    ruled: dict[datetime, list[Claim]] = {}
    for claim in claims:
        for window in claim.windows:
            instants.add(window.begin)
            instants.add(window.end)
        instants.update(claim.grace[:2] if claim.grace else ())
        for ruling in claim.report.rulings:
            if ruling.outcome is RulingOutcome.TAKES_HOLD:
                ruled.setdefault(ruling.at, []).append(claim)
            instants.add(ruling.at)
    holder: Claim | None = None
    reserved: Claim | None = None
    ousted: set[UUID] = set()
    last_held: dict[UUID, datetime] = {}
    for instant in sorted(instant for instant in instants if instant <= now):
        if holder and holder.window_at(instant) is None:
            last_held[holder.report.lead_id] = instant
            reserved, holder = holder if in_grace(holder, instant) else None, None
        if reserved and not in_grace(reserved, instant):
            reserved = None
        winner = next((claim for claim in ruled.get(instant, ()) if claim.window_at(instant)), None)
        if winner and winner is not holder:
            loser = holder or reserved
            if loser:
                ousted.add(loser.report.lead_id)
                last_held[loser.report.lead_id] = instant if holder else last_held[loser.report.lead_id]
            ousted.discard(winner.report.lead_id)
            holder, reserved = winner, None
        if holder is None:
            holder = next(
                (
                    claim
                    for claim in claims
                    if (reserved is None or claim is reserved)
                    and claim.report.lead_id not in ousted
                    and claim.window_at(instant)
                ),
                None,
            )
            reserved = None if holder else reserved
    return _Outcome(holder, reserved, last_held)


def _standing(claim: Claim, outcome: _Outcome, *, today: date, terms: ProtectionTerms) -> LeadProtection:
    report = claim.report
    window = claim.window_at(end_of_day(today) - timedelta(microseconds=1))
    if claim is outcome.holder and window:
        return LeadProtection(Standing.HOLDS, window.basis, window.last_day)
    last_held = outcome.last_held.get(report.lead_id)
    lapsed_on = day_of(last_held) if last_held else None
    if settled := _settled(report):
        return LeadProtection(settled, lapsed_on=lapsed_on)
    if claim is outcome.reserved:
        return LeadProtection(Standing.RESERVED, lapsed_on=lapsed_on)
    if outcome.place and (window or report.complete_at is None):
        own = outcome.place.report.unit_id == report.unit_id
        return LeadProtection(Standing.OWN_UNIT_HOLDS if own else Standing.WAITING, lapsed_on=lapsed_on)
    if report.complete_at is None and today <= day_of(report.reported_at) + timedelta(days=terms.first_days):
        return LeadProtection(Standing.INCOMPLETE)
    return LeadProtection(Standing.LAPSED, lapsed_on=lapsed_on, in_pool=outcome.place is None)


def _settled(report: Report) -> Standing | None:
    """Name the decision that took the report out of the question, if there is one."""
    ruling = report.rulings[-1].outcome if report.rulings else None
    if report.ended_at:
        return Standing.ENDED
    if ruling is RulingOutcome.SEPARATE_PROJECT:
        return Standing.SEPARATE
    if ruling is RulingOutcome.NO_CLAIM:
        return Standing.REFUSED
    if report.judgements and report.judgements[-1].validity is Validity.INVALID:
        return Standing.INVALID
    return None
