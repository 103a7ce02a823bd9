"""How the demo's leads fare: stages, judgement, visits and end, drawn for one lead at a time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from app.core.clock import day_of
from app.core.ids import new_id
from app.demo.county import Demo, DemoUnit
from app.demo.made import DemoInvestor, DemoVisit, Signing
from app.demo.working import IDLE_CODES, later, on_time
from app.leads.rules import (
    Judgement,
    LeadStage,
    LostReason,
    Report,
    Ruling,
    RulingOutcome,
    Validity,
    VisitReceipt,
    protection,
)
from app.visits.rules import VisitKind, is_offline

_KINDS = {VisitKind.OUTBOUND: 42, VisitKind.INBOUND: 20, VisitKind.LOCAL: 12, VisitKind.CALL: 26}
_FAR = {LeadStage.CONTACTED: 28, LeadStage.VISITING: 34, LeadStage.NEGOTIATING: 28, LeadStage.AGREED: 10}
_ENTERED_AFTER = (0, 0, 0, 1, 1, 2, 3)
_ENTERED_LATE_AFTER = (4, 5, 6, 8, 12, 20)
_JUDGED_AFTER = (1, 1, 1, 2, 2, 2, 3, 3, 5, 9)
_REASONS_VALID = (
    LostReason.WENT_ELSEWHERE,
    LostReason.LAND,
    LostReason.POLICY,
    LostReason.INDUSTRY_CHAIN,
    LostReason.ENERGY_OR_ENVIRONMENT,
    LostReason.FUNDING,
    LostReason.PLANS_CHANGED,
    LostReason.OTHER,
)
_REASONS_INVALID = (LostReason.NO_ANSWER, LostReason.NOT_GENUINE, LostReason.DUPLICATE)


@dataclass(slots=True)
class Life:
    """One lead from its report to today. `stages` are (stage, day) in order."""

    id: UUID
    claim_id: UUID
    investor: DemoInvestor
    unit: DemoUnit
    reported_at: datetime
    signing: Signing | None = None
    complete_at: datetime | None = None
    first_contact_on: date | None = None
    judgement: Judgement | None = None
    stages: list[tuple[LeadStage, date]] = field(default_factory=list)
    visits: list[DemoVisit] = field(default_factory=list)
    lost_reason: LostReason | None = None
    ended_at: datetime | None = None
    seq: int = 1
    asked_for_ruling: bool = False
    ruling: Ruling | None = None

    @property
    def reported_on(self) -> date:
        return day_of(self.reported_at)

    @property
    def stage(self) -> LeadStage:
        return self.stages[-1][0]

    @property
    def validity(self) -> Validity:
        return self.judgement.validity if self.judgement else Validity.PENDING

    def receipts(self) -> tuple[VisitReceipt, ...]:
        return tuple(
            VisitReceipt(visit.to_on, visit.received_at, is_offline(visit.kind)) for visit in self.visits
        )

    def report(self) -> Report:
        """State the claim for the rule of protection, as the leads' queries do."""
        return Report(
            lead_id=self.claim_id,
            unit_id=self.unit.id,
            reported_at=self.reported_at,
            order=self.seq,
            complete_at=self.complete_at,
            judgements=(self.judgement,) if self.judgement else (),
            visits=self.receipts(),
            rulings=(self.ruling,) if self.ruling else (),
            ended_at=self.ended_at,
        )


def live(
    demo: Demo,
    random: Random,
    *,
    investor: DemoInvestor,
    unit: DemoUnit,
    reported_on: date,
    signing: Signing | None = None,
) -> Life:
    """Draw a lead's life up to today; one that a signing grew out of is valid and signed."""
    life = Life(new_id(), new_id(), investor, unit, demo.moment(random, reported_on), signing)
    life.stages.append((LeadStage.NEW, life.reported_on))
    _begin(demo, random, life)
    _judge(demo, random, life)
    last = signing.filed_on if signing else demo.last_day
    if life.validity is Validity.VALID:
        _work(random, life, last)
    else:
        _leave(random, life, last)
    if signing:
        life.stages.append((LeadStage.SIGNED, signing.filed_on))
        life.ended_at = demo.instant(signing.filed_on, 18)
    elif life.stage is LeadStage.LOST:
        life.ended_at = demo.instant(life.stages[-1][1], 18)
    _visit(demo, random, life)
    return life


def take_turns(demo: Demo, random: Random, family: list[Life]) -> None:
    """Number the claims on one investor, and let those that met another unit's hold be adjudicated."""
    for place, life in enumerate(family):
        life.seq = place + 1
        before = protection([each.report() for each in family[:place]], today=life.reported_on)
        if before.unit_id is None or before.unit_id == life.unit.id:
            continue
        life.asked_for_ruling = True
        decided = later(random, life.reported_on, 2, 12)
        if decided <= demo.last_day:
            outcome = RulingOutcome.SEPARATE_PROJECT if random.random() < 0.6 else RulingOutcome.NO_CLAIM
            life.ruling = Ruling(outcome, demo.instant(decided, 18))


def _begin(demo: Demo, random: Random, life: Life) -> None:
    whole = life.signing is not None or random.random() < 0.92
    if whole:
        life.complete_at = life.reported_at
        life.first_contact_on = life.reported_on - on_time(random, (0, 0, 1, 2, 4, 7))
    elif random.random() < 0.5 and (on := later(random, life.reported_on, 1, 6)) <= demo.last_day:
        life.first_contact_on = on
        life.complete_at = demo.instant(on, 18)


def _judge(demo: Demo, random: Random, life: Life) -> None:
    on = life.reported_on + on_time(random, _JUDGED_AFTER)
    judged = life.signing is not None or random.random() < 0.95
    if not judged or on > demo.last_day:
        return
    good = life.signing is not None or random.random() < 0.56
    validity = Validity.VALID if good else Validity.INVALID
    life.judgement = Judgement(
        validity, max(demo.moment(random, on), life.reported_at + timedelta(minutes=9))
    )


def _work(random: Random, life: Life, last: date) -> None:
    far = LeadStage.AGREED if life.signing else random.choices(list(_FAR), list(_FAR.values()))[0]
    day = life.reported_on
    for stage, low, high in (
        (LeadStage.CONTACTED, 0, 6),
        (LeadStage.VISITING, 8, 40),
        (LeadStage.NEGOTIATING, 15, 60),
        (LeadStage.AGREED, 20, 80),
    ):
        day = later(random, day, low, high)
        if day > last:
            return
        life.stages.append((stage, day))
        if stage is far:
            break
    age = (last - life.reported_on).days
    if not life.signing and random.random() < (0.45 if age < 200 else 0.86):
        _lose(life, random, later(random, day, 15, 160), last, _REASONS_VALID)


def _leave(random: Random, life: Life, last: date) -> None:
    if random.random() < 0.6 and (day := later(random, life.reported_on, 0, 5)) <= last:
        life.stages.append((LeadStage.CONTACTED, day))
    if random.random() < 0.85:
        _lose(life, random, later(random, life.reported_on, 12, 60), last, _REASONS_INVALID)


def _lose(life: Life, random: Random, day: date, last: date, reasons: tuple[LostReason, ...]) -> None:
    if day <= last and day >= life.stages[-1][1]:
        life.stages.append((LeadStage.LOST, day))
        life.lost_reason = random.choice(reasons)


def _visit(demo: Demo, random: Random, life: Life) -> None:
    """Plan the visits on the lead: many on a valid one, few on the others."""
    last = life.stages[-1][1] if life.ended_at else demo.last_day
    last = min(last, life.reported_on + timedelta(days=240), demo.last_day)
    most = random.choice((1, 2, 3, 3, 4, 6)) if life.validity is Validity.VALID else random.choice((0, 1, 1))
    span = (last - life.reported_on).days
    if life.complete_at is None or span < 0:
        return
    begin = max(life.reported_on, life.first_contact_on or life.reported_on)
    for _ in range(most):
        # More meetings in the first months than later.
        from_on = begin + timedelta(days=int(span * random.random() ** 1.6))
        visit = plan_visit(demo, random, life.investor, life.unit, from_on)
        if visit is None or visit.to_on > last:
            continue
        deal_id = life.signing.id if life.signing and visit.from_on >= life.signing.filed_on else None
        life.visits.append(replace(visit, lead_id=life.id, deal_id=deal_id))
    life.visits.sort(key=lambda visit: visit.from_on)


def plan_visit(
    demo: Demo, random: Random, investor: DemoInvestor, unit: DemoUnit, from_on: date
) -> DemoVisit | None:
    """Draw a visit that begins on a day; None where it would not be over or on record by now."""
    kind = random.choices(list(_KINDS), list(_KINDS.values()))[0]
    if kind is VisitKind.OUTBOUND and unit.code in IDLE_CODES and from_on.year == demo.today.year:
        kind = VisitKind.CALL
    days = random.choice((0, 0, 1, 1, 2, 3)) if kind is VisitKind.OUTBOUND else 0
    to_on = from_on + timedelta(days=days)
    late = random.random() < 0.09
    received_on = to_on + on_time(random, _ENTERED_LATE_AFTER if late else _ENTERED_AFTER)
    if received_on > demo.last_day:
        return None
    # Visits end before the office hours in which they are entered.
    received_at = demo.instant(received_on, 18, random.randint(0, 59))
    return DemoVisit(
        investor=investor, unit=unit, kind=kind, from_on=from_on, to_on=to_on, received_at=received_at
    )
