"""What happened: one row per change, append-only, with the personal values apart so that they can be erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.actor import ActorKind
from app.core.columns import JsonValue
from app.core.db import Base, Identified

HASH_LENGTH = 64


class Event(Identified, Base):
    """One change. `changes` is {field: [old, new]}; `private_hash` is empty where nothing personal changed.

    `on_behalf_of` is the person of the roster for whom the actor typed (代填).
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_county_at", "county_id", "at", "id"),
        Index("ix_events_actor_at", "actor_id", "at"),
        Index("ix_events_kind_at", "kind", "at"),
    )

    county_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(80))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    unit_id: Mapped[UUID | None]
    actor_kind: Mapped[ActorKind]
    actor_id: Mapped[UUID]
    actor_name: Mapped[str] = mapped_column(String(120))
    on_behalf_of: Mapped[UUID | None]
    request_id: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    changes: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    note: Mapped[str] = mapped_column(Text)
    confidential: Mapped[bool]
    private_hash: Mapped[str] = mapped_column(String(HASH_LENGTH))

    private: Mapped[EventPrivate | None] = relationship(lazy="raise", viewonly=True)

    @property
    def subject(self) -> tuple[str, UUID]:
        return self.subject_type, self.subject_id


class EventSubject(Base):
    """On which records' timelines an event shows; its own subject is one of them."""

    __tablename__ = "event_subjects"
    __table_args__ = (Index("ix_event_subjects_timeline", "subject_type", "subject_id", "at", "event_id"),)

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class EventPrivate(Base):
    """The personal values of a change. Erasing deletes the row and with it the salt, so the hash says nothing."""

    __tablename__ = "event_private"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    body: Mapped[dict[str, Any]] = mapped_column(JsonValue)


class EventPending(Base):
    """Events that have no position yet: what the sealing job picks up without looking through all events."""

    __tablename__ = "event_pending"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)


class EventOrder(Base):
    """The position of a committed event, given by one job at a time: readers by position never skip one."""

    __tablename__ = "event_order"
    __table_args__ = (UniqueConstraint("event_id"),)

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"))


class EventSeal(Base):
    """A batch of positions with its hash, which covers the hash before it."""

    __tablename__ = "event_seals"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    first_position: Mapped[int] = mapped_column(BigInteger)
    last_position: Mapped[int] = mapped_column(BigInteger)
    previous_hash: Mapped[str] = mapped_column(String(HASH_LENGTH))
    hash: Mapped[str] = mapped_column(String(HASH_LENGTH))
    sealed_at: Mapped[datetime]
