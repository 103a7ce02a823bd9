"""The county and what it decides: dated settings, dictionaries, its calendar, its counters."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.columns import JsonValue
from app.core.db import Base, Identified, Versioned


class County(Identified, Versioned, Base):
    """The county whose records these are. `code` is its GB/T 2260 code."""

    __tablename__ = "counties"
    __table_args__ = (UniqueConstraint("code"),)

    code: Mapped[str] = mapped_column(String(6))
    name: Mapped[str] = mapped_column(String(60))
    is_demo: Mapped[bool] = mapped_column(default=False)


class OptionRow(Identified, Base):
    """A setting's value from a day on. Rows are added, never changed; the latest decision for a day holds."""

    __tablename__ = "options"
    __table_args__ = (Index("ix_options_county_name", "county_id", "name", "applies_from"),)

    county_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(80))
    value: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    applies_from: Mapped[date]
    decided_by: Mapped[UUID]
    at: Mapped[datetime]


class DictionaryEntry(Identified, Versioned, Base):
    """A word of one of the county's lists (industry chains, exclusions). The code is stable, the labels are not."""

    __tablename__ = "dictionary_entries"
    __table_args__ = (UniqueConstraint("county_id", "kind", "code"),)

    county_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(60))
    label_zh: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(120))
    position: Mapped[int]
    active: Mapped[bool]


class CalendarDay(Base):
    """A day on which the county works or rests otherwise than the week or the national calendar says."""

    __tablename__ = "calendar_days"

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(60))


class Counter(Base):
    """The last number given out under a name, such as L2022."""

    __tablename__ = "counters"

    county_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int]
