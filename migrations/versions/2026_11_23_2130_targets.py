"""Create counting rules, targets and the progress ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.ddl import append_only

revision = "targets"
down_revision = "investors"
branch_labels = None
depends_on = None

# Instants are text in UTC on SQLite, timestamptz on PostgreSQL.
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
JSON_VALUE = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
APPEND_ONLY = ("ledger_entries", "entry_shares", "target_amounts")


def upgrade() -> None:
    op.create_table(
        "counting_rules",
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counting_rules")),
        sa.UniqueConstraint("county_id", "code", name=op.f("uq_counting_rules_county_id_code")),
    )
    op.create_table(
        "cutoffs",
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=False),
        sa.Column("taken_by_name", sa.String(length=60), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cutoffs")),
        sa.UniqueConstraint("county_id", "name", name=op.f("uq_cutoffs_county_id_name")),
    )
    op.create_index("ix_cutoffs_known", "cutoffs", ["county_id", "known_at"], unique=False)
    op.create_table(
        "rule_versions",
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", JSON_VALUE, nullable=False),
        sa.Column("applies_to_signed_from", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.Column("published_by_name", sa.String(length=60), nullable=False),
        sa.Column("superseded_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["counting_rules.id"], name=op.f("fk_rule_versions_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_versions")),
        sa.UniqueConstraint("rule_id", "number", name=op.f("uq_rule_versions_rule_id_number")),
    )
    op.create_index(
        "uq_rule_versions_day",
        "rule_versions",
        ["rule_id", "applies_to_signed_from"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "targets",
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.String(32), nullable=False),
        sa.Column("measure", sa.String(32), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("credit_role", sa.String(32), nullable=False),
        sa.Column("pace", sa.String(32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["counting_rules.id"], name=op.f("fk_targets_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_targets")),
        sa.UniqueConstraint(
            "county_id",
            "year",
            "set_by",
            "measure",
            "rule_id",
            name=op.f("uq_targets_county_id_year_set_by_measure_rule_id"),
        ),
    )
    op.create_table(
        "freezes",
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("through", sa.Date(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_by_name", sa.String(length=60), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=60), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("highest_seq", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name=op.f("fk_freezes_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freezes")),
    )
    op.create_index("ix_freezes_target", "freezes", ["target_id", "through"], unique=False)
    op.create_index(
        "uq_freezes_open",
        "freezes",
        ["target_id"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("terms_id", sa.Uuid(), nullable=False),
        sa.Column("rule_version_id", sa.Uuid(), nullable=False),
        sa.Column("delta_fen", sa.BigInteger(), nullable=False),
        sa.Column("delta_count", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(32), nullable=False),
        sa.Column("region", sa.String(length=8), nullable=False),
        sa.Column("returning_native", sa.Boolean(), nullable=False),
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("day_is_exact", sa.Boolean(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("cause", sa.String(32), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_version_id"], ["rule_versions.id"], name=op.f("fk_ledger_entries_rule_version_id")
        ),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name=op.f("fk_ledger_entries_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("target_id", "seq", name=op.f("uq_ledger_entries_target_id_seq")),
    )
    op.create_index(
        "ix_ledger_entries_booked",
        "ledger_entries",
        ["target_id", "booked_on", "recorded_at", "delta_fen", "delta_count", "cause"],
        unique=False,
    )
    op.create_index("ix_ledger_entries_deal", "ledger_entries", ["deal_id", "target_id", "seq"], unique=False)
    op.create_index(
        "ix_ledger_entries_effective",
        "ledger_entries",
        ["target_id", "effective_on", "recorded_at", "delta_fen", "delta_count"],
        unique=False,
    )
    op.create_index(
        "ix_ledger_entries_recorded", "ledger_entries", ["target_id", "recorded_at"], unique=False
    )
    op.create_table(
        "published_figures",
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("ranked", sa.Integer(), nullable=True),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name=op.f("fk_published_figures_target_id")),
        sa.PrimaryKeyConstraint("target_id", "year", "month", name=op.f("pk_published_figures")),
    )
    op.create_table(
        "target_amounts",
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("applies_from", sa.Date(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_by_name", sa.String(length=60), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name=op.f("fk_target_amounts_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_amounts")),
        sa.UniqueConstraint(
            "target_id",
            "applies_from",
            "set_at",
            name=op.f("uq_target_amounts_target_id_applies_from_set_at"),
        ),
    )
    op.create_table(
        "target_plan_months",
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name=op.f("fk_target_plan_months_target_id")),
        sa.PrimaryKeyConstraint("target_id", "month", name=op.f("pk_target_plan_months")),
    )
    op.create_table(
        "entry_shares",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("share_percent", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("delta_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entries.id"], name=op.f("fk_entry_shares_entry_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_entry_shares_unit_id")),
        sa.PrimaryKeyConstraint("entry_id", "role", "unit_id", name=op.f("pk_entry_shares")),
    )
    op.create_index("ix_entry_shares_unit", "entry_shares", ["unit_id", "role", "entry_id"], unique=False)
    op.create_table(
        "target_parts",
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("track_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("chain", sa.String(length=60), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_target_parts_person_id")),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name=op.f("fk_target_parts_target_id")),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name=op.f("fk_target_parts_track_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_target_parts_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_parts")),
        sa.UniqueConstraint("target_id", "chain", name=op.f("uq_target_parts_target_id_chain")),
        sa.UniqueConstraint("target_id", "person_id", name=op.f("uq_target_parts_target_id_person_id")),
        sa.UniqueConstraint("target_id", "track_id", name=op.f("uq_target_parts_target_id_track_id")),
        sa.UniqueConstraint("target_id", "unit_id", name=op.f("uq_target_parts_target_id_unit_id")),
    )
    for table in APPEND_ONLY:
        append_only(table)


def downgrade() -> None:
    for table in (
        "target_parts",
        "entry_shares",
        "target_plan_months",
        "target_amounts",
        "published_figures",
        "ledger_entries",
        "freezes",
        "targets",
        "rule_versions",
        "cutoffs",
        "counting_rules",
    ):
        op.drop_table(table)
