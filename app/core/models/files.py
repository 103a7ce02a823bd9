"""Uploaded files: what is known of each; the content lies outside the web root."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Identified


class File(Identified, Base):
    """A stored file. `name` is what people called it, `stored_as` a random name that nobody can guess."""

    __tablename__ = "files"
    __table_args__ = (
        UniqueConstraint("stored_as"),
        Index("ix_files_county_created", "county_id", "created_at"),
    )

    county_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    stored_as: Mapped[str] = mapped_column(String(80))
    width: Mapped[int | None]
    height: Mapped[int | None]
    uploaded_by: Mapped[UUID]
    created_at: Mapped[datetime]

    @property
    def is_image(self) -> bool:
        return self.width is not None
