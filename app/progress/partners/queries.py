"""Targets, progress and entries for programs: the same figures as the pages', in the same words of scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.core.actor import Actor
from app.core.money import rate_string, round_half_up
from app.core.options import County
from app.core.paging import Key, keyset_page
from app.core.wire import Money, Ref
from app.deals import queries as deals
from app.deals.models import Deal
from app.identity.models import Unit
from app.progress.partners.schemas import (
    BandSumOut,
    EntryListing,
    EntryOut,
    MonthOut,
    OriginSumOut,
    ProgressOut,
    ProgressTargetOut,
    ReasonSumOut,
    RuleOut,
    ShareOut,
    SumOut,
    TargetListing,
    TargetOut,
    TopOut,
    UnitSumOut,
)
from app.progress.picture import Picture
from app.targets.managing.queries import get_target, visible_to
from app.targets.models import LedgerRow, Target
from app.targets.reading.queries import Asked, entries
from app.targets.rules import Total, counts_deals


def page_of_targets(
    session: Session, actor: Actor, wanted: TargetListing, *, after: Sequence[Any] | None, today: date
) -> tuple[list[TargetOut], tuple[Any, ...] | None]:
    """Return a page of the county's targets and the position of its last row where more follow."""
    chosen = visible_to(actor)
    for column, value in (
        (Target.year, wanted.year),
        (Target.measure, wanted.measure),
        (Target.set_by, wanted.set_by),
    ):
        if value is not None:
            chosen = chosen.where(column == value)
    found = keyset_page(
        session,
        chosen.options(selectinload(Target.amounts), selectinload(Target.rule)),
        (Key(Target.year, descending=wanted.sort == "-year"), Key(Target.position), Key(Target.id)),
        limit=wanted.limit,
        after=after,
        position_of=lambda target: (target.year, target.position, target.id),
    )
    return shown(session, actor, found.items, today=today), found.position


def shown(session: Session, actor: Actor, targets: Iterable[Target], *, today: date) -> list[TargetOut]:
    """Return targets as programs read them; amounts and rules must be loaded."""
    county = _county(session, actor)
    made = []
    for target in targets:
        amount = target.amount_on(today)
        in_deals = counts_deals(target.measure)
        made.append(
            TargetOut(
                id=target.id,
                name=target.name,
                unit=county,
                year=target.year,
                measure=target.measure,
                set_by=target.set_by,
                amount=None if in_deals else Money.maybe(amount),
                count=amount if in_deals else None,
                rule=Ref(id=target.rule.id, name=target.rule.name),
                version=target.version,
            )
        )
    return made


def progress_out(session: Session, actor: Actor, it: Picture) -> ProgressOut:
    """Return a picture as programs read it."""
    cut, head, progress = it.cut, it.headline, it.headline.progress
    target, in_deals = cut.target, head.in_deals
    gap = progress.gap_points
    versions = cut.version_numbers
    return ProgressOut(
        target=_target(session, actor, it),
        as_of=cut.as_of,
        known_at=cut.known_at,
        rule=RuleOut(code=target.rule.code, version=max(versions) if versions else None),
        done=Money.of(head.done.fen),
        count=head.done.count,
        pending=_sum(head.pending),
        reported=_sum(head.reported),
        completion_rate=rate_string(progress.completion),
        time_progress=rate_string(progress.time_passed) or "0.0000",
        pace_gap_points=None if gap is None else f"{round_half_up(gap, 1):f}",
        remaining=None if in_deals else Money.of(progress.remaining),
        remaining_count=progress.remaining if in_deals else None,
        by_month=_months(it),
        by_band=[
            BandSumOut(band=band, done=Money.of(one.fen), count=one.count) for band, one in it.bands.items()
        ],
        by_unit=_units(it),
        by_origin=[
            OriginSumOut(origin=origin, done=Money.of(one.fen), count=one.count)
            for origin, one in it.origins.items()
        ],
        top=_top(it),
        not_counted=[
            ReasonSumOut(reason=reason, count=one.count, amount=Money.of(one.fen))
            for reason, one in it.not_counted.items()
        ],
    )


def _target(session: Session, actor: Actor, it: Picture) -> ProgressTargetOut:
    target, in_deals = it.cut.target, it.headline.in_deals
    return ProgressTargetOut(
        id=target.id,
        name=target.name,
        unit=_county(session, actor),
        year=target.year,
        measure=target.measure,
        amount=None if in_deals else Money.maybe(it.cut.amount),
        count=it.cut.amount if in_deals else None,
    )


def _months(it: Picture) -> list[MonthOut]:
    return [
        MonthOut(
            month=f"{it.cut.target.year}-{point.month:02d}",
            done=Money.of(point.added.fen),
            cumulative=Money.of(point.cumulative.fen),
            count=point.added.count,
        )
        for point in it.curve.points
    ]


def page_of_entries(
    session: Session, actor: Actor, target_id: UUID, wanted: EntryListing, *, before_seq: int | None
) -> tuple[list[EntryOut], int | None]:
    """Return a page of a target's entries, the newest first, and the number to go on before where more follow.

    Raises NotFound.
    """
    get_target(session, actor, target_id)
    asked = Asked(target_id=target_id, as_of=wanted.as_of, known_at=wanted.known_at)
    rows = entries(session, asked, cause=wanted.cause, before_seq=before_seq, limit=wanted.limit + 1)
    kept = rows[: wanted.limit]
    names = _deal_names(session, actor, {row.deal_id for row in kept})
    units = _unit_names(session, {share.unit_id for row in kept for share in row.shares})
    found = [_entry(row, names, units) for row in kept]
    return found, kept[-1].seq if len(rows) > wanted.limit else None


def _entry(row: LedgerRow, names: dict[UUID, str], units: dict[UUID, str]) -> EntryOut:
    seen = row.deal_id in names
    return EntryOut(
        seq=row.seq,
        deal=Ref(id=row.deal_id, name=names[row.deal_id]) if seen else None,
        delta=Money.of(row.delta_fen),
        delta_count=row.delta_count,
        cause=row.cause,
        origin=row.origin,
        returning_native=row.returning_native,
        industry_chain=row.chain,
        effective_on=row.effective_on,
        booked_on=row.booked_on,
        recorded_at=row.recorded_at,
        shares=[
            ShareOut(
                unit=Ref(id=share.unit_id, name=units.get(share.unit_id, "")),
                role=share.role,
                share_percent=f"{share.share_percent:.2f}",
                amount=Money.of(share.delta_fen),
            )
            for share in row.shares
            if seen
        ],
    )


def _deal_names(session: Session, actor: Actor, ids: set[UUID]) -> dict[UUID, str]:
    if not ids:
        return {}
    chosen = deals.visible_to(actor).where(Deal.id.in_(ids)).with_only_columns(Deal.id, Deal.name)
    return {row.id: row.name for row in session.execute(chosen)}


def _unit_names(session: Session, ids: set[UUID]) -> dict[UUID, str]:
    if not ids:
        return {}
    return {unit.id: unit.shown_name for unit in session.scalars(select(Unit).where(Unit.id.in_(ids)))}


def _units(it: Picture) -> list[UnitSumOut]:
    found, others = [], Total()
    for track in it.tracks:
        others = others.plus(track.shown.others.fen, track.shown.others.count)
        found += [
            UnitSumOut(
                unit=Ref(id=line.unit_id, name=line.name),
                done=Money.of(line.done.fen),
                count=line.done.count,
            )
            for line in track.shown.rows
        ]
    if others != Total():
        found.append(UnitSumOut(unit=None, done=Money.of(others.fen), count=others.count))
    return found


def _top(it: Picture) -> list[TopOut]:
    found, others = [], it.top.others
    for line in it.top.rows:
        if line.is_open:
            deal = Ref(id=line.deal_id, name=line.name)
            found.append(TopOut(deal=deal, amount=Money.of(line.done.fen), count=line.done.count))
        else:
            others = others.plus(line.done.fen, line.done.count)
    if others != Total():
        found.append(TopOut(deal=None, amount=Money.of(others.fen), count=others.count))
    return found


def _sum(one: Total) -> SumOut:
    return SumOut(amount=Money.of(one.fen), count=one.count)


def _county(session: Session, actor: Actor) -> Ref:
    county = session.get_one(County, actor.county_id)
    return Ref(id=county.id, name=county.name)
