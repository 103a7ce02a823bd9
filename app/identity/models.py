"""Tables of people and units. A person (名册) needs no account; a user is a person's account."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, LargeBinary, String, UniqueConstraint, func
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.actor import Role
from app.core.columns import JsonValue
from app.core.db import Base, Identified, Versioned
from app.identity.devices import device_name
from app.identity.rules import UnitKind


class Track(Identified, Versioned, Base):
    """A class of units (赛道) inside which units are ranked."""

    __tablename__ = "tracks"
    __table_args__ = (UniqueConstraint("county_id", "name"),)

    county_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(60))
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]


class Unit(Identified, Versioned, Base):
    """A unit of the county's tree. `path` is `/<code>/<code>/`, so that "below" is a prefix test."""

    __tablename__ = "units"
    __table_args__ = (
        UniqueConstraint("county_id", "code"),
        UniqueConstraint("county_id", "path"),
    )

    county_id: Mapped[UUID]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"))
    path: Mapped[str] = mapped_column(String(300))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    short_name: Mapped[str] = mapped_column(String(40), default="")
    kind: Mapped[UnitKind]
    track_id: Mapped[UUID | None] = mapped_column(ForeignKey("tracks.id"))
    is_verifying: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    track: Mapped[Track | None] = relationship(lazy="raise")
    parent: Mapped[Unit | None] = relationship(lazy="raise", remote_side="Unit.id")

    @hybrid_property
    def shown_name(self) -> str:
        return self.short_name or self.name

    @shown_name.inplace.expression
    @classmethod
    def _shown_name_in_sql(cls) -> ColumnElement[str]:
        return shown_name(cls)


def shown_name(unit: Any) -> ColumnElement[str]:
    """Clause: a unit's name as it is shown, of the class, an alias or the columns of its table."""
    return func.coalesce(func.nullif(unit.short_name, ""), unit.name)


class Person(Identified, Versioned, Base):
    """Somebody on the roster (名册): leaders and staff. `line` is a leader's field of responsibility (口)."""

    __tablename__ = "people"
    __table_args__ = (Index("ix_people_county_name", "county_id", "name"),)

    county_id: Mapped[UUID]
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(String(60))
    post: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    is_leader: Mapped[bool] = mapped_column(default=False)
    line: Mapped[str] = mapped_column(String(60), default="")
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship(lazy="raise")


class User(Identified, Versioned, Base):
    """An account. The password is stored as an argon2id hash; `totp_step` is the last accepted one-time step."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("login_folded"),)

    county_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    login: Mapped[str] = mapped_column(String(60))
    login_folded: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200))
    password_changed_at: Mapped[datetime | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None]
    totp_secret: Mapped[str] = mapped_column(String(64), default="")
    totp_confirmed_at: Mapped[datetime | None]
    totp_step: Mapped[int] = mapped_column(default=0)
    is_demo: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship(lazy="raise")
    memberships: Mapped[list[MembershipRow]] = relationship(lazy="raise", back_populates="user")


class MembershipRow(Identified, Base):
    """A role that a user holds in a unit, from a day to a day (None: open)."""

    __tablename__ = "memberships"
    __table_args__ = (Index("ix_memberships_user_id", "user_id"), Index("ix_memberships_unit_id", "unit_id"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    role: Mapped[Role]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    user: Mapped[User] = relationship(lazy="raise", back_populates="memberships")
    unit: Mapped[Unit] = relationship(lazy="raise")


class SessionRow(Identified, Base):
    """A sign-in: the token itself is only in the browser's cookie, here is its SHA-256."""

    __tablename__ = "sessions"
    __table_args__ = (UniqueConstraint("token_hash"), Index("ix_sessions_user_id", "user_id"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(60), default="")
    device: Mapped[str] = mapped_column(String(200), default="")

    user: Mapped[User] = relationship(lazy="raise")

    @property
    def device_name(self) -> str:
        return device_name(self.device)


class SignInAttempt(Identified, Base):
    """One failed or successful sign-in, for throttling and the sign-in log (kept twelve months)."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        Index("ix_sign_in_attempts_login_at", "login_folded", "at"),
        Index("ix_sign_in_attempts_address_at", "address", "at"),
    )

    login_folded: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    succeeded: Mapped[bool]


class ServiceAccount(Identified, Versioned, Base):
    """A program that acts: it holds one role in one unit, and keys."""

    __tablename__ = "service_accounts"
    __table_args__ = (UniqueConstraint("county_id", "name"),)

    county_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(120))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    role: Mapped[Role]
    disabled_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship(lazy="raise")
    keys: Mapped[list[ApiKey]] = relationship(lazy="raise", back_populates="account")


class ApiKey(Identified, Base):
    """A bearer key `luodi_<key_id>_<secret>`; the secret is stored as SHA-256 (it is random, not a password)."""

    __tablename__ = "api_keys"
    __table_args__ = (UniqueConstraint("key_id"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("service_accounts.id"))
    key_id: Mapped[str] = mapped_column(String(20))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    scopes: Mapped[list[str]] = mapped_column(JsonValue)
    per_minute: Mapped[int] = mapped_column(default=120)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]

    account: Mapped[ServiceAccount] = relationship(lazy="raise", back_populates="keys")
