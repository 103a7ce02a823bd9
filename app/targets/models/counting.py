"""Counting rules (口径) and their published versions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.columns import JsonValue
from app.core.db import Base, Identified, Versioned
from app.targets.rules import RuleVersion, clauses_from_body


class CountingRule(Identified, Versioned, Base):
    """A counting rule; what it says stands in its versions, of which it has at least one."""

    __tablename__ = "counting_rules"
    __table_args__ = (UniqueConstraint("county_id", "code"),)

    county_id: Mapped[UUID]
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    archived_at: Mapped[datetime | None]

    versions: Mapped[list[RuleVersionRow]] = relationship(
        lazy="raise", back_populates="rule", order_by="RuleVersionRow.number"
    )


class RuleVersionRow(Identified, Base):
    """A published version: `body` is the clauses as JSON. It is never changed, only replaced for the same days.

    `basis` is the document that it rests on (文号).
    """

    __tablename__ = "rule_versions"
    __table_args__ = (
        UniqueConstraint("rule_id", "number"),
        # Exactly one version judges each signing day.
        Index(
            "uq_rule_versions_day",
            "rule_id",
            "applies_to_signed_from",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    rule_id: Mapped[UUID] = mapped_column(ForeignKey("counting_rules.id"))
    number: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    applies_to_signed_from: Mapped[date]
    basis: Mapped[str] = mapped_column(String(200), default="")
    published_at: Mapped[datetime]
    published_by: Mapped[UUID]
    published_by_name: Mapped[str] = mapped_column(String(60))
    superseded_at: Mapped[datetime | None]

    rule: Mapped[CountingRule] = relationship(lazy="raise", back_populates="versions")

    @property
    def as_rule(self) -> RuleVersion:
        """The version as the rules judge by it."""
        return RuleVersion(
            id=self.id,
            applies_to_signed_from=self.applies_to_signed_from,
            clauses=clauses_from_body(self.body),
        )
