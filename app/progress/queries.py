"""What the number is read from: targets, the ledger as it was known, units, leads in talks, who was out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.remembered import remembered
from app.identity.models import Track, Unit
from app.identity.rules import UnitKind
from app.progress.schemas import CutInput
from app.targets.models import (
    CountingRule,
    Cutoff,
    EntryShare,
    LedgerRow,
    PlanMonth,
    PublishedFigure,
    Target,
    TargetPart,
)
from app.targets.queries import frozen_through
from app.targets.reading.queries import Asked
from app.targets.rules import Basis, Dimensions, LedgerEntry, RuleVersion, counts_deals
from app.visits.models import Visit, VisitUnit
from app.visits.rules import VisitKind


@dataclass(frozen=True, slots=True)
class Cut:
    """A target at a cut-off. `is_past` says that the reader asked for what was known earlier than now.

    `frozen_through` is the last day of the months that were closed by then.
    """

    target: Target
    as_of: date
    known_at: datetime
    is_past: bool
    basis: Basis
    name: str = ""
    frozen_through: date | None = None

    @property
    def asked(self) -> Asked:
        """The question in the ledger's words."""
        return Asked(target_id=self.target.id, as_of=self.as_of, known_at=self.known_at)

    @property
    def amount(self) -> int | None:
        """What was to be reached, as it applied on the day and was decided by then."""
        return self.target.amount_on(self.as_of, known_at=self.known_at)

    @property
    def versions(self) -> list[RuleVersion]:
        """The versions of the rule that held at the instant of knowing; before all of them, those that hold now."""
        rows = self.target.rule.versions
        held = [
            row
            for row in rows
            if row.published_at <= self.known_at
            and (row.superseded_at is None or row.superseded_at > self.known_at)
        ]
        return [row.as_rule for row in held or [row for row in rows if row.superseded_at is None]]

    @property
    def version_numbers(self) -> list[int]:
        """The numbers of those versions, for the footer."""
        held = {version.id for version in self.versions}
        return [row.number for row in self.target.rule.versions if row.id in held]


def targets_offered(session: Session, actor: Actor) -> list[Target]:
    """Return the county's root targets with rule, versions and amounts: newest year first, the county's own first.

    They are kept until something changes.
    """
    chosen = (
        select(Target)
        .where(Target.county_id == actor.county_id, Target.archived_at.is_(None))
        .options(
            joinedload(Target.rule).joinedload(CountingRule.versions),
            joinedload(Target.amounts),
        )
        .order_by(Target.year.desc(), Target.position, Target.set_by, Target.id)
    )
    return remembered(
        session, ("progress.targets", actor.county_id), lambda: list(session.scalars(chosen).unique())
    )


def cut_of(
    session: Session, targets: Sequence[Target], wanted: CutInput, *, today: date, now: datetime
) -> Cut:
    """Return the target and cut-off that an address asks for; without a word the year's first target, today.

    Raises NotFound for a target or a kept cut-off that the county does not have.
    """
    as_of, known_at, name = wanted.as_of, wanted.known_at, ""
    if wanted.cutoff is not None:
        kept = session.get(Cutoff, wanted.cutoff)
        if kept is None or kept.county_id != targets[0].county_id:
            raise NotFound()
        as_of, known_at, name = kept.as_of, kept.known_at, kept.name
    year = (as_of or today).year
    in_order = sorted(targets, key=lambda target: (target.year != year, -target.year))
    chosen = next((one for one in in_order if wanted.target in (None, one.id)), None)
    if chosen is None:
        raise NotFound()
    return Cut(
        target=chosen,
        as_of=as_of or today,
        known_at=min(known_at, now) if known_at else now,
        is_past=known_at is not None and known_at < now,
        basis=wanted.basis,
        name=name,
        frozen_through=_frozen_through(session, chosen, known_at=known_at),
    )


def _frozen_through(session: Session, target: Target, *, known_at: datetime | None) -> date | None:
    def found() -> date | None:
        return frozen_through(session, [target.id], known_at=known_at).get(target.id)

    return remembered(session, ("progress.frozen", target.id, known_at), found)


def entries_known(session: Session, cut: Cut) -> list[LedgerEntry]:
    """Return a target's entries at a cut-off in their order, without shares: one statement for a dozen sums.

    A county's year is some hundred entries; grouping them in six statements would cost more than reading them.
    """
    row = LedgerRow
    chosen = select(
        row.seq, row.deal_id, row.terms_id, row.rule_version_id, row.delta_fen, row.delta_count,
        row.origin, row.region, row.returning_native, row.chain,
        row.effective_on, row.day_is_exact, row.booked_on, row.cause, row.recorded_at,
    )  # fmt: skip
    return [
        _entry(found) for found in session.execute(chosen.where(*cut.asked.conditions()).order_by(row.seq))
    ]


def shares_by_entry(
    session: Session, cut: Cut, *, unit_id: UUID | None = None, track_id: UUID | None = None
) -> dict[int, int]:
    """Return {seq: fen} of what a unit, or the units of a track, hold in the target's role of credit; else of all."""
    chosen = (
        select(LedgerRow.seq, func.sum(EntryShare.delta_fen))
        .join(EntryShare, EntryShare.entry_id == LedgerRow.id)
        .where(*cut.asked.conditions(), EntryShare.role == cut.target.credit_role)
        .group_by(LedgerRow.seq)
    )
    if unit_id is not None:
        chosen = chosen.where(EntryShare.unit_id == unit_id)
    if track_id is not None:
        chosen = chosen.join(Unit, Unit.id == EntryShare.unit_id).where(Unit.track_id == track_id)
    return {seq: int(fen) for seq, fen in session.execute(chosen)}


def last_year_by_day(session: Session, cut: Cut) -> list[tuple[date, int]]:
    """Return what last year's target of the same kind booked, by day: fen, or deals where it counts deals."""
    target = cut.target
    before = select(Target.id).where(
        Target.county_id == target.county_id,
        Target.year == target.year - 1,
        Target.set_by == target.set_by,
        Target.measure == target.measure,
        Target.rule_id == target.rule_id,
        Target.archived_at.is_(None),
    )
    amount = LedgerRow.delta_count if counts_deals(target.measure) else LedgerRow.delta_fen
    day = LedgerRow.effective_on if cut.basis is Basis.EFFECTIVE else LedgerRow.booked_on
    chosen = select(day, func.sum(amount)).where(
        LedgerRow.target_id.in_(before), LedgerRow.recorded_at <= cut.known_at
    )
    return [(found[0], int(found[1])) for found in session.execute(chosen.group_by(day).order_by(day))]


def plan_months(session: Session, target_id: UUID) -> dict[int, int]:
    """Return what each month is to bring, where somebody planned it."""
    chosen = select(PlanMonth.month, PlanMonth.amount).where(PlanMonth.target_id == target_id)
    return {row.month: row.amount for row in session.execute(chosen)}


def published_figures(session: Session, target_id: UUID) -> list[PublishedFigure]:
    """Return what bulletins published for this target and the year before, in order."""
    chosen = select(PublishedFigure).where(PublishedFigure.target_id == target_id)
    return list(session.scalars(chosen.order_by(PublishedFigure.year, PublishedFigure.month)))


def unit_parts(session: Session, target_id: UUID) -> dict[UUID, int]:
    """Return the units' parts of a target."""
    chosen = select(TargetPart.unit_id, TargetPart.amount).where(
        TargetPart.target_id == target_id, TargetPart.unit_id.is_not(None)
    )
    return {unit_id: amount for unit_id, amount in session.execute(chosen) if unit_id is not None}


@dataclass(frozen=True, slots=True)
class UnitPlace:
    """A unit of the county and the track inside which it is ranked; `last_out_on` is its last outing, None for none."""

    unit: Unit
    track: Track | None
    last_out_on: date | None

    def is_listed(self, day: date) -> bool:
        """Whether the unit was there on a day and recruits for the county: not its root, not a partner."""
        unit = self.unit
        begun = unit.valid_from is None or unit.valid_from <= day
        stands = begun and (unit.valid_to is None or unit.valid_to >= day)
        return stands and unit.parent_id is not None and unit.kind is not UnitKind.PARTNER


def units_with_outings(session: Session, cut: Cut) -> list[UnitPlace]:
    """Return the county's units by track and tree, closed ones too, with the last day each went out to investors."""
    out = (
        select(VisitUnit.unit_id, func.max(Visit.to_on).label("last_on"))
        .join(Visit, Visit.id == VisitUnit.visit_id)
        .where(
            Visit.county_id == cut.target.county_id,
            Visit.kind == VisitKind.OUTBOUND,
            Visit.archived_at.is_(None),
            Visit.from_on <= cut.as_of,
            Visit.received_at <= cut.known_at,
        )
        .group_by(VisitUnit.unit_id)
        .subquery()
    )
    chosen = (
        select(Unit, Track, out.c.last_on)
        .outerjoin(Track, Track.id == Unit.track_id)
        .outerjoin(out, out.c.unit_id == Unit.id)
        .where(Unit.county_id == cut.target.county_id)
        .order_by(Track.position, Track.name, Unit.path, Unit.id)
    )
    return [UnitPlace(unit, track, last_on) for unit, track, last_on in session.execute(chosen)]


def kept_cutoffs(session: Session, actor: Actor) -> list[Cutoff]:
    """Return the county's named cut-offs, the newest first."""
    chosen = select(Cutoff).where(Cutoff.county_id == actor.county_id)
    return list(session.scalars(chosen.order_by(Cutoff.known_at.desc(), Cutoff.id).limit(60)))


def kept_cutoff(session: Session, actor: Actor, cutoff_id: UUID) -> Cutoff:
    """Return a named cut-off of the county. Raises NotFound."""
    kept = session.get(Cutoff, cutoff_id)
    if kept is None or kept.county_id != actor.county_id:
        raise NotFound()
    return kept


def _entry(found: Any) -> LedgerEntry:
    return LedgerEntry(
        seq=found.seq,
        deal_id=found.deal_id,
        terms_id=found.terms_id,
        version_id=found.rule_version_id,
        delta_fen=found.delta_fen,
        delta_count=found.delta_count,
        dimensions=Dimensions(found.origin, found.region, found.returning_native, found.chain),
        effective_on=found.effective_on,
        day_is_exact=found.day_is_exact,
        booked_on=found.booked_on,
        cause=found.cause,
        recorded_at=found.recorded_at,
    )


def track_name(session: Session, cut: Cut, track_id: UUID) -> str:
    """Return the name of a track of the county; empty where it has none such."""
    chosen = select(Track.name).where(Track.id == track_id, Track.county_id == cut.target.county_id)
    return session.scalar(chosen) or ""


def unit_name(session: Session, cut: Cut, unit_id: UUID) -> str:
    """Return the name of a unit of the county; empty where it has none such."""
    chosen = select(Unit).where(Unit.id == unit_id, Unit.county_id == cut.target.county_id)
    unit = session.scalar(chosen)
    return unit.shown_name if unit else ""
