"""Sums over a target's ledger, done in SQL; `rules.replay` says what each of them means.

Callers have the target from `managing.queries.get_target`, which looks after whose it is. Sums are the county's: what
of another unit's a reader may see by name is for the page to decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, extract, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from app.core.clock import Period
from app.core.regions import OriginLevel
from app.targets.models import EntryShare, LedgerRow
from app.targets.queries import in_lots
from app.targets.rules import Basis, Cause, CreditRole, Statement, Total, is_prior_year_adjustment

ENTRIES_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which entries of a target: up to and including a day by one of its days, of those recorded by an instant.

    None asks for all. `since` leaves out what was known before: what changed after that instant.
    """

    target_id: UUID
    as_of: date | None = None
    known_at: datetime | None = None
    basis: Basis = Basis.EFFECTIVE
    since: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        found = [LedgerRow.target_id == self.target_id]
        if self.as_of is not None:
            found.append(_day(self.basis) <= self.as_of)
        if self.known_at is not None:
            found.append(LedgerRow.recorded_at <= self.known_at)
        if self.since is not None:
            found.append(LedgerRow.recorded_at > self.since)
        return found


@dataclass(frozen=True, slots=True)
class OriginTotal:
    """What comes from one place, and whether natives return with it."""

    origin: OriginLevel
    region: str
    returning: bool
    total: Total


@dataclass(frozen=True, slots=True)
class DealTotal:
    """What one deal stands for in a target, with its main dimensions."""

    deal_id: UUID
    total: Total
    effective_on: date


def standing(session: Session, asked: Asked) -> Total:
    """Return what stands (已认定)."""
    return _total(session.execute(select(_FEN, _COUNT).where(*asked.conditions())).one())


def by_month(session: Session, asked: Asked) -> dict[date | None, Total]:
    """Sum by month, named by its first day: of booking, or of signing where the basis is the effective day.

    By signing, None holds what was signed on a day not known exactly (签约月份未公布).
    """
    day = _day(asked.basis)
    year, month = extract("year", day), extract("month", day)
    exact: ColumnElement[bool] | InstrumentedAttribute[bool] = LedgerRow.day_is_exact
    keys = [year, month, exact] if asked.basis is Basis.EFFECTIVE else [year, month]
    rows = session.execute(select(_FEN, _COUNT, *keys).where(*asked.conditions()).group_by(*keys))
    found: dict[date | None, Total] = {}
    for row in rows:
        known = asked.basis is Basis.BOOKED or bool(row[4])
        key = date(int(row[2]), int(row[3]), 1) if known else None
        found[key] = found.get(key, Total()).plus(int(row[0]), int(row[1]))
    return found


def by_unit(session: Session, asked: Asked, *, role: CreditRole) -> dict[UUID, Total]:
    """Sum the units' shares in a role; a unit counts every deal that it holds a share of, so counts may overlap."""
    fen = func.coalesce(func.sum(EntryShare.delta_fen), 0)
    chosen = (
        select(fen, _COUNT, EntryShare.unit_id)
        .join(EntryShare, EntryShare.entry_id == LedgerRow.id)
        .where(*asked.conditions(), EntryShare.role == role)
        .group_by(EntryShare.unit_id)
    )
    return {row[2]: _total(row) for row in session.execute(chosen)}


def by_chain(session: Session, asked: Asked) -> dict[str, Total]:
    """Sum by industry chain; empty is no chain."""
    rows = _grouped(session, asked, LedgerRow.chain)
    return {row[2]: _total(row) for row in rows}


def by_origin(session: Session, asked: Asked) -> list[OriginTotal]:
    """Sum by where the money comes from, the largest first; places that cancelled out are left away."""
    rows = _grouped(session, asked, LedgerRow.origin, LedgerRow.region, LedgerRow.returning_native)
    found = [OriginTotal(row[2], row[3], row[4], _total(row)) for row in rows]
    kept = [one for one in found if one.total != Total()]
    return sorted(kept, key=lambda one: (-one.total.fen, one.origin, one.region, one.returning))


def by_cause(session: Session, asked: Asked) -> dict[Cause, Total]:
    """Sum by cause: with `since`, why the number changed after an instant."""
    return {row[2]: _total(row) for row in _grouped(session, asked, LedgerRow.cause)}


def by_deal(
    session: Session, asked: Asked, *, deal_ids: Iterable[UUID] | None = None
) -> dict[UUID, DealTotal]:
    """Sum by deal: the rows behind a standing; deals that cancelled out are left away."""
    first = func.min(LedgerRow.effective_on)
    chosen = select(_FEN, _COUNT, LedgerRow.deal_id, first).where(*asked.conditions())
    chosen = chosen.group_by(LedgerRow.deal_id).having((_FEN != 0) | (_COUNT != 0))
    found: dict[UUID, DealTotal] = {}
    lots = [None] if deal_ids is None else list(in_lots(deal_ids))
    for some in lots:
        narrowed = chosen if some is None else chosen.where(LedgerRow.deal_id.in_(some))
        for row in session.execute(narrowed):
            found[row[2]] = DealTotal(row[2], _total(row), row[3])
    return found


def statement(
    session: Session, target_id: UUID, *, period: Period, year: int, known_at: datetime | None = None
) -> Statement:
    """Return a period's statement by booking: 上期累计 + 本期新增 = 本期累计, opening entries as a part of the new."""
    asked = Asked(target_id=target_id, as_of=period.last, known_at=known_at, basis=Basis.BOOKED)
    inside = LedgerRow.booked_on >= period.first
    opening = inside & (LedgerRow.cause == Cause.OPENING)
    columns = [
        func.coalesce(func.sum(case((condition, amount), else_=0)), 0)
        for condition in (~inside, inside, opening)
        for amount in (LedgerRow.delta_fen, LedgerRow.delta_count)
    ]
    row = session.execute(select(*columns).where(*asked.conditions())).one()
    before, added, of_opening = (Total(int(row[at]), int(row[at + 1])) for at in (0, 2, 4))
    return Statement(
        before=before,
        added=added,
        opening=of_opening,
        after=before.plus(added.fen, added.count),
        is_adjustment=is_prior_year_adjustment(period.last, year=year),
    )


def entries(
    session: Session,
    asked: Asked,
    *,
    deal_id: UUID | None = None,
    cause: Cause | None = None,
    before_seq: int | None = None,
    limit: int = ENTRIES_PAGE,
) -> list[LedgerRow]:
    """Return a page of entries with their shares, the newest first; the next page begins before the last `seq`."""
    chosen = select(LedgerRow).where(*asked.conditions())
    if deal_id is not None:
        chosen = chosen.where(LedgerRow.deal_id == deal_id)
    if cause is not None:
        chosen = chosen.where(LedgerRow.cause == cause)
    if before_seq is not None:
        chosen = chosen.where(LedgerRow.seq < before_seq)
    ordered = chosen.order_by(LedgerRow.seq.desc()).limit(limit).options(selectinload(LedgerRow.shares))
    return list(session.scalars(ordered))


def standing_of_deals(session: Session, deal_ids: Iterable[UUID]) -> dict[UUID, dict[UUID, Total]]:
    """Return {deal: {target: what it stands for there}}, for lists that say which deals count."""
    found: dict[UUID, dict[UUID, Total]] = {}
    for some in in_lots(deal_ids):
        key = (LedgerRow.deal_id, LedgerRow.target_id)
        chosen = select(_FEN, _COUNT, *key).where(LedgerRow.deal_id.in_(some)).group_by(*key)
        for row in session.execute(chosen):
            found.setdefault(row[2], {})[row[3]] = _total(row)
    return found


_FEN: ColumnElement[int] = func.coalesce(func.sum(LedgerRow.delta_fen), 0)
_COUNT: ColumnElement[int] = func.coalesce(func.sum(LedgerRow.delta_count), 0)


def _day(basis: Basis) -> InstrumentedAttribute[date]:
    return LedgerRow.effective_on if basis is Basis.EFFECTIVE else LedgerRow.booked_on


def _grouped(session: Session, asked: Asked, *keys: InstrumentedAttribute[Any]) -> Iterable[Any]:
    chosen: Select[Any] = select(_FEN, _COUNT, *keys).where(*asked.conditions()).group_by(*keys)
    return session.execute(chosen)


def _total(row: Any) -> Total:
    # PostgreSQL sums whole numbers to exact decimals.
    return Total(int(row[0]), int(row[1]))
