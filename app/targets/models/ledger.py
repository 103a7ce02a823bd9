"""The progress ledger (台账): entries with their shares, freezes, named cut-offs."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Identified
from app.core.regions import OriginLevel
from app.targets.rules import Cause, CreditRole, Dimensions, FreezeState, LedgerEntry, ShareDelta


class LedgerRow(Identified, Base):
    """One entry, append-only by triggers. `recorded_at` is when it was known, the other two days as domain §4.

    Deal and terms lie above this room: their ids are plain.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("target_id", "seq"),
        # These two cover the sums by either day, known at any instant.
        Index(
            "ix_ledger_entries_effective",
            "target_id",
            "effective_on",
            "recorded_at",
            "delta_fen",
            "delta_count",
        ),
        Index(
            "ix_ledger_entries_booked",
            "target_id",
            "booked_on",
            "recorded_at",
            "delta_fen",
            "delta_count",
            "cause",
        ),
        Index("ix_ledger_entries_deal", "deal_id", "target_id", "seq"),
        Index("ix_ledger_entries_recorded", "target_id", "recorded_at"),
    )

    target_id: Mapped[UUID] = mapped_column(ForeignKey("targets.id"))
    seq: Mapped[int] = mapped_column(BigInteger)
    deal_id: Mapped[UUID]
    terms_id: Mapped[UUID]
    rule_version_id: Mapped[UUID] = mapped_column(ForeignKey("rule_versions.id"))
    delta_fen: Mapped[int] = mapped_column(BigInteger)
    delta_count: Mapped[int]
    origin: Mapped[OriginLevel]
    region: Mapped[str] = mapped_column(String(8), default="")
    returning_native: Mapped[bool]
    chain: Mapped[str] = mapped_column(String(60), default="")
    effective_on: Mapped[date]
    day_is_exact: Mapped[bool]
    booked_on: Mapped[date]
    recorded_at: Mapped[datetime]
    cause: Mapped[Cause]
    actor_id: Mapped[UUID]
    event_id: Mapped[UUID | None]

    shares: Mapped[list[EntryShare]] = relationship(
        lazy="raise", order_by="(EntryShare.role, EntryShare.unit_id)"
    )

    @property
    def as_entry(self) -> LedgerEntry:
        """The entry as the rules replay it; its shares must be loaded."""
        return LedgerEntry(
            deal_id=self.deal_id,
            terms_id=self.terms_id,
            version_id=self.rule_version_id,
            delta_fen=self.delta_fen,
            delta_count=self.delta_count,
            dimensions=Dimensions(self.origin, self.region, self.returning_native, self.chain),
            effective_on=self.effective_on,
            day_is_exact=self.day_is_exact,
            booked_on=self.booked_on,
            cause=self.cause,
            shares=tuple(
                ShareDelta(one.role, one.unit_id, one.share_percent, one.delta_fen) for one in self.shares
            ),
            seq=self.seq,
            recorded_at=self.recorded_at,
        )


class EntryShare(Base):
    """A unit's part of an entry in a role; the percent says by which share."""

    __tablename__ = "entry_shares"
    __table_args__ = (Index("ix_entry_shares_unit", "unit_id", "role", "entry_id"),)

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_entries.id"), primary_key=True)
    role: Mapped[CreditRole] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), primary_key=True)
    share_percent: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    delta_fen: Mapped[int] = mapped_column(BigInteger)


class Freeze(Identified, Base):
    """A freeze (封账) of a target's periods through a day: proposed by one person, decided by another.

    `highest_seq` is the newest entry when it was confirmed.
    """

    __tablename__ = "freezes"
    __table_args__ = (
        # One proposal at a time.
        Index(
            "uq_freezes_open",
            "target_id",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
        Index("ix_freezes_target", "target_id", "through"),
    )

    target_id: Mapped[UUID] = mapped_column(ForeignKey("targets.id"))
    through: Mapped[date]
    state: Mapped[FreezeState]
    note: Mapped[str] = mapped_column(String(500), default="")
    proposed_by: Mapped[UUID]
    proposed_by_name: Mapped[str] = mapped_column(String(60))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_by_name: Mapped[str] = mapped_column(String(60), default="")
    decided_at: Mapped[datetime | None]
    highest_seq: Mapped[int | None] = mapped_column(BigInteger)


class Cutoff(Identified, Base):
    """A named cut-off (截点), such as 第47周上报: a day and an instant, to compare a later one with."""

    __tablename__ = "cutoffs"
    __table_args__ = (
        UniqueConstraint("county_id", "name"),
        Index("ix_cutoffs_known", "county_id", "known_at"),
    )

    county_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(80))
    as_of: Mapped[date]
    known_at: Mapped[datetime]
    taken_by: Mapped[UUID]
    taken_by_name: Mapped[str] = mapped_column(String(60))
