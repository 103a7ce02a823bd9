"""Create deals, terms, stages, credit, evidence and paid-in funds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "deals"
down_revision = "leads"
branch_labels = None
depends_on = None

# Instants are text in UTC on SQLite, timestamptz on PostgreSQL.
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
JSON_VALUE = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "occasions",
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occasions")),
    )
    op.create_index("ix_occasions_day", "occasions", ["county_id", "first_on"], unique=False)
    op.create_table(
        "project_lists",
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("level", sa.String(32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(length=40), nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_lists")),
        sa.UniqueConstraint(
            "county_id",
            "level",
            "year",
            "batch",
            "name",
            name=op.f("uq_project_lists_county_id_level_year_batch_name"),
        ),
    )
    op.create_table(
        "deals",
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_folded", sa.String(length=200), nullable=False),
        sa.Column("owner_unit_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("occasion_id", sa.Uuid(), nullable=True),
        sa.Column("responsible_unit_id", sa.Uuid(), nullable=True),
        sa.Column("responsible_person_id", sa.Uuid(), nullable=True),
        sa.Column("responsible_text", sa.String(length=60), nullable=False),
        sa.Column("leader_in_charge_id", sa.Uuid(), nullable=True),
        sa.Column("line", sa.String(length=60), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("stage_since", sa.Date(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("produced_on", sa.Date(), nullable=True),
        sa.Column("planned_start_on", sa.Date(), nullable=True),
        sa.Column("project_company", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("land_mu", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("industry", sa.String(length=60), nullable=False),
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("opening", sa.Boolean(), nullable=False),
        sa.Column("contract_pending", sa.Boolean(), nullable=False),
        sa.Column("platform_accepted_on", sa.Date(), nullable=True),
        sa.Column("statistics_entered_on", sa.Date(), nullable=True),
        sa.Column("terms_state", sa.String(32), nullable=False),
        sa.Column("pending_amendment", sa.Boolean(), nullable=False),
        sa.Column("verified_terms_id", sa.Uuid(), nullable=True),
        sa.Column("newest_terms_id", sa.Uuid(), nullable=True),
        sa.Column("region_flagged_at", INSTANT, nullable=True),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_deals_lead_id")),
        sa.ForeignKeyConstraint(
            ["leader_in_charge_id"], ["people.id"], name=op.f("fk_deals_leader_in_charge_id")
        ),
        sa.ForeignKeyConstraint(["occasion_id"], ["occasions.id"], name=op.f("fk_deals_occasion_id")),
        sa.ForeignKeyConstraint(["on_behalf_of"], ["people.id"], name=op.f("fk_deals_on_behalf_of")),
        sa.ForeignKeyConstraint(["owner_unit_id"], ["units.id"], name=op.f("fk_deals_owner_unit_id")),
        sa.ForeignKeyConstraint(
            ["responsible_person_id"], ["people.id"], name=op.f("fk_deals_responsible_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["responsible_unit_id"], ["units.id"], name=op.f("fk_deals_responsible_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deals")),
        sa.UniqueConstraint("county_id", "code", name=op.f("uq_deals_county_id_code")),
    )
    op.create_index("ix_deals_lead", "deals", ["lead_id"], unique=False)
    op.create_index("ix_deals_leader", "deals", ["leader_in_charge_id", "stage"], unique=False)
    op.create_index("ix_deals_list", "deals", ["county_id", "updated_at", "id"], unique=False)
    op.create_index("ix_deals_owner", "deals", ["owner_unit_id", "updated_at"], unique=False)
    op.create_index("ix_deals_state", "deals", ["county_id", "terms_state", "updated_at"], unique=False)
    op.create_table(
        "credits",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("share_percent", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_credits_deal_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_credits_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credits")),
        sa.UniqueConstraint("deal_id", "role", "unit_id", name=op.f("uq_credits_deal_id_role_unit_id")),
    )
    op.create_index("ix_credits_unit", "credits", ["unit_id", "role"], unique=False)
    op.create_table(
        "deal_notes",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("to_coordinate", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("support_needs", JSON_VALUE, nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_deal_notes_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_notes")),
    )
    op.create_index("ix_deal_notes_deal", "deal_notes", ["deal_id", "on_day"], unique=False)
    op.create_table(
        "deal_readers",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_deal_readers_deal_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_deal_readers_person_id")),
        sa.PrimaryKeyConstraint("deal_id", "person_id", name=op.f("pk_deal_readers")),
    )
    op.create_table(
        "deal_stages",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_deal_stages_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_stages")),
    )
    op.create_index("ix_deal_stages_deal", "deal_stages", ["deal_id", "on_day"], unique=False)
    op.create_table(
        "deal_terms",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("agreement", sa.String(32), nullable=False),
        sa.Column("signed_precision", sa.String(32), nullable=True),
        sa.Column("signed_from", sa.Date(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("total_fen", sa.BigInteger(), nullable=True),
        sa.Column("qualifier", sa.String(32), nullable=False),
        sa.Column("amount_text", sa.String(length=80), nullable=False),
        sa.Column("fixed_fen", sa.BigInteger(), nullable=True),
        sa.Column("phase_one_fen", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("original_amount", sa.Numeric(precision=24, scale=4), nullable=True),
        sa.Column("rate", sa.Numeric(precision=18, scale=8), nullable=True),
        sa.Column("rate_on", sa.Date(), nullable=True),
        sa.Column("rate_source", sa.String(length=80), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("opening_basis", sa.String(length=200), nullable=False),
        sa.Column("opening_basis_kind", sa.String(32), nullable=True),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("touched_by", JSON_VALUE, nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("refused_at", INSTANT, nullable=True),
        sa.Column("own_unit", sa.Boolean(), nullable=False),
        sa.Column("decision_note", sa.String(length=500), nullable=False),
        sa.Column("refusal_reasons", JSON_VALUE, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["corrects_id"], ["deal_terms.id"], name=op.f("fk_deal_terms_corrects_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_deal_terms_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_terms")),
        sa.UniqueConstraint("deal_id", "no", name=op.f("uq_deal_terms_deal_id_no")),
    )
    op.create_index("ix_deal_terms_state", "deal_terms", ["state", "submitted_at"], unique=False)
    op.create_table(
        "list_deals",
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_list_deals_deal_id")),
        sa.ForeignKeyConstraint(["list_id"], ["project_lists.id"], name=op.f("fk_list_deals_list_id")),
        sa.PrimaryKeyConstraint("list_id", "deal_id", name=op.f("pk_list_deals")),
    )
    op.create_table(
        "paid_ins",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("outside_fen", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_paid_ins_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paid_ins")),
    )
    op.create_index("ix_paid_ins_deal", "paid_ins", ["deal_id", "as_of"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("terms_id", sa.Uuid(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_evidence_deal_id")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_evidence_file_id")),
        sa.ForeignKeyConstraint(["terms_id"], ["deal_terms.id"], name=op.f("fk_evidence_terms_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index("ix_evidence_deal", "evidence", ["deal_id"], unique=False)
    op.create_table(
        "terms_exclusions",
        sa.Column("terms_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("part_fen", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["terms_id"], ["deal_terms.id"], name=op.f("fk_terms_exclusions_terms_id")),
        sa.PrimaryKeyConstraint("terms_id", "code", name=op.f("pk_terms_exclusions")),
    )
    op.create_table(
        "terms_investors",
        sa.Column("terms_id", sa.Uuid(), nullable=False),
        sa.Column("investor_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("origin_level", sa.String(32), nullable=False),
        sa.Column("region_code", sa.String(length=6), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("contribution_fen", sa.BigInteger(), nullable=True),
        sa.Column("returning_native", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["investor_id"], ["investors.id"], name=op.f("fk_terms_investors_investor_id")
        ),
        sa.ForeignKeyConstraint(["terms_id"], ["deal_terms.id"], name=op.f("fk_terms_investors_terms_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms_investors")),
        sa.UniqueConstraint("terms_id", "investor_id", name=op.f("uq_terms_investors_terms_id_investor_id")),
    )
    op.create_index("ix_terms_investors_investor", "terms_investors", ["investor_id"], unique=False)


def downgrade() -> None:
    op.drop_table("terms_investors")
    op.drop_table("terms_exclusions")
    op.drop_table("evidence")
    op.drop_table("paid_ins")
    op.drop_table("list_deals")
    op.drop_table("deal_terms")
    op.drop_table("deal_stages")
    op.drop_table("deal_readers")
    op.drop_table("deal_notes")
    op.drop_table("credits")
    op.drop_table("deals")
    op.drop_table("project_lists")
    op.drop_table("occasions")
