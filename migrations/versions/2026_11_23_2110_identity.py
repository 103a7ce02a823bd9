"""Create units, tracks, people, users, memberships, sessions and API keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "identity"
down_revision = "foundation"
branch_labels = None
depends_on = None

# Instants are ISO text in UTC on SQLite, so that order and precision hold.
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
CODE = sa.String(32)


def identified() -> list[sa.Column]:
    return [sa.Column("id", sa.Uuid(), primary_key=True)]


def versioned() -> list[sa.Column]:
    return [
        *identified(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
    ]


def key_to(table: str, column: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(column, sa.Uuid(), sa.ForeignKey(f"{table}.id"), nullable=nullable)


def upgrade() -> None:
    create_units()
    create_accounts()
    create_sign_in()
    create_keys()


def create_units() -> None:
    op.create_table(
        "tracks",
        *versioned(),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("archived_at", INSTANT),
        sa.UniqueConstraint("county_id", "name"),
    )
    op.create_table(
        "units",
        *versioned(),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        key_to("units", "parent_id", nullable=True),
        sa.Column("path", sa.String(300), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("short_name", sa.String(40), nullable=False),
        sa.Column("kind", CODE, nullable=False),
        key_to("tracks", "track_id", nullable=True),
        sa.Column("is_verifying", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_to", sa.Date()),
        sa.UniqueConstraint("county_id", "code"),
        sa.UniqueConstraint("county_id", "path"),
    )
    op.create_table(
        "people",
        *versioned(),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        key_to("units", "unit_id"),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("post", sa.String(80), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("is_leader", sa.Boolean(), nullable=False),
        sa.Column("line", sa.String(60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("archived_at", INSTANT),
    )
    op.create_index("ix_people_county_name", "people", ["county_id", "name"])


def create_accounts() -> None:
    op.create_table(
        "users",
        *versioned(),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        key_to("people", "person_id"),
        sa.Column("login", sa.String(60), nullable=False),
        sa.Column("login_folded", sa.String(60), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("password_changed_at", INSTANT),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", INSTANT),
        sa.Column("totp_secret", sa.String(64), nullable=False),
        sa.Column("totp_confirmed_at", INSTANT),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("login_folded"),
    )
    op.create_table(
        "memberships",
        *identified(),
        key_to("users", "user_id"),
        key_to("units", "unit_id"),
        sa.Column("role", CODE, nullable=False),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_to", sa.Date()),
    )
    op.create_index("ix_memberships_user_id", "memberships", ["user_id"])
    op.create_index("ix_memberships_unit_id", "memberships", ["unit_id"])


def create_sign_in() -> None:
    op.create_table(
        "sessions",
        *identified(),
        key_to("users", "user_id"),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT),
        sa.Column("address", sa.String(60), nullable=False),
        sa.Column("device", sa.String(200), nullable=False),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_table(
        "sign_in_attempts",
        *identified(),
        sa.Column("login_folded", sa.String(60), nullable=False),
        sa.Column("address", sa.String(60), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_sign_in_attempts_login_at", "sign_in_attempts", ["login_folded", "at"])
    op.create_index("ix_sign_in_attempts_address_at", "sign_in_attempts", ["address", "at"])


def create_keys() -> None:
    op.create_table(
        "service_accounts",
        *versioned(),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        key_to("units", "unit_id"),
        sa.Column("role", CODE, nullable=False),
        sa.Column("disabled_at", INSTANT),
        sa.UniqueConstraint("county_id", "name"),
    )
    op.create_table(
        "api_keys",
        *identified(),
        key_to("service_accounts", "account_id"),
        sa.Column("key_id", sa.String(20), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT),
        sa.Column("last_used_at", INSTANT),
        sa.UniqueConstraint("key_id"),
    )


def downgrade() -> None:
    for table in (
        "api_keys",
        "service_accounts",
        "sign_in_attempts",
        "sessions",
        "memberships",
        "users",
        "people",
        "units",
        "tracks",
    ):
        op.drop_table(table)
