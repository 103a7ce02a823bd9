"""The search index: one row per record. The full text beside it (`search_text`) is made per database."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


def _by_code_point(length: int) -> String:
    # A prefix is a range of code points; PostgreSQL's default order would not use the index for it.
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class SearchEntry(Base):
    """What search knows of a record. `no` grows with each new record, so that newest first is by it."""

    __tablename__ = "search_index"
    __table_args__ = (
        UniqueConstraint("subject_type", "subject_id"),
        Index("ix_search_index_title", "county_id", "title_folded"),
        Index("ix_search_index_pinyin", "county_id", "pinyin"),
        Index("ix_search_index_initials", "county_id", "initials"),
    )

    no: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    county_id: Mapped[UUID]
    unit_id: Mapped[UUID | None]
    confidential: Mapped[bool]
    title: Mapped[str] = mapped_column(String(200))
    title_folded: Mapped[str] = mapped_column(_by_code_point(200))
    pinyin: Mapped[str] = mapped_column(_by_code_point(200))
    initials: Mapped[str] = mapped_column(_by_code_point(60))
    updated_at: Mapped[datetime]
