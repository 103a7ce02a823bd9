"""Create leads, protections and adjudications."""

import sqlalchemy as sa
from alembic import op

revision = "leads"
down_revision = "targets"
branch_labels = None
depends_on = None

# Instants are text in UTC on SQLite, timestamptz on PostgreSQL.
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    op.create_table(
        "leads",
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("investor_id", sa.Uuid(), nullable=False),
        sa.Column("owner_unit_id", sa.Uuid(), nullable=False),
        sa.Column("owner_person_id", sa.Uuid(), nullable=True),
        sa.Column("owner_text", sa.String(length=60), nullable=False),
        sa.Column("reported_by_unit_id", sa.Uuid(), nullable=False),
        sa.Column("referred_by_unit_id", sa.Uuid(), nullable=True),
        sa.Column("referrer_text", sa.String(length=120), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("stage_since", sa.Date(), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("planned_min_fen", sa.BigInteger(), nullable=True),
        sa.Column("planned_max_fen", sa.BigInteger(), nullable=True),
        sa.Column("planned_qualifier", sa.String(32), nullable=False),
        sa.Column("expected_signing_on", sa.Date(), nullable=True),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("land_mu", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("validity", sa.String(32), nullable=False),
        sa.Column("judged_at", INSTANT, nullable=True),
        sa.Column("judged_by", sa.Uuid(), nullable=True),
        sa.Column("judgement_note", sa.String(length=500), nullable=False),
        sa.Column("reply", sa.String(length=500), nullable=False),
        sa.Column("replied_at", INSTANT, nullable=True),
        sa.Column("lost_reason", sa.String(32), nullable=True),
        sa.Column("lost_to", sa.String(length=120), nullable=False),
        sa.Column("lost_note", sa.String(length=500), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("in_pool_since", sa.Date(), nullable=True),
        sa.Column("reported_at", INSTANT, nullable=False),
        sa.Column("first_contact_on", sa.Date(), nullable=True),
        sa.Column("last_contact_on", sa.Date(), nullable=True),
        sa.Column("last_activity_on", sa.Date(), nullable=False),
        sa.Column("next_step", sa.String(length=300), nullable=False),
        sa.Column("next_follow_up_on", sa.Date(), nullable=True),
        sa.Column("protected_until", sa.Date(), nullable=True),
        sa.Column("deal_id", sa.Uuid(), nullable=True),
        sa.Column("source_system", sa.String(length=60), nullable=True),
        sa.Column("external_id", sa.String(length=120), nullable=True),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["investor_id"], ["investors.id"], name=op.f("fk_leads_investor_id")),
        sa.ForeignKeyConstraint(["on_behalf_of"], ["people.id"], name=op.f("fk_leads_on_behalf_of")),
        sa.ForeignKeyConstraint(["owner_person_id"], ["people.id"], name=op.f("fk_leads_owner_person_id")),
        sa.ForeignKeyConstraint(["owner_unit_id"], ["units.id"], name=op.f("fk_leads_owner_unit_id")),
        sa.ForeignKeyConstraint(
            ["referred_by_unit_id"], ["units.id"], name=op.f("fk_leads_referred_by_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["reported_by_unit_id"], ["units.id"], name=op.f("fk_leads_reported_by_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
        sa.UniqueConstraint("county_id", "code", name=op.f("uq_leads_county_id_code")),
        sa.UniqueConstraint(
            "county_id",
            "source_system",
            "external_id",
            name=op.f("uq_leads_county_id_source_system_external_id"),
        ),
    )
    op.create_index("ix_leads_follow_up", "leads", ["owner_unit_id", "next_follow_up_on"], unique=False)
    op.create_index("ix_leads_investor", "leads", ["investor_id"], unique=False)
    op.create_index("ix_leads_list", "leads", ["county_id", "updated_at", "id"], unique=False)
    op.create_index("ix_leads_owner", "leads", ["owner_unit_id", "stage", "updated_at"], unique=False)
    op.create_index("ix_leads_owner_person", "leads", ["owner_person_id", "stage"], unique=False)
    op.create_index("ix_leads_pool", "leads", ["county_id", "in_pool_since"], unique=False)
    op.create_index("ix_leads_protection", "leads", ["county_id", "protected_until"], unique=False)
    op.create_index("ix_leads_stage", "leads", ["county_id", "stage", "updated_at"], unique=False)
    op.create_table(
        "lead_claims",
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("investor_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("reported_at", INSTANT, nullable=False),
        sa.Column("complete_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["investor_id"], ["investors.id"], name=op.f("fk_lead_claims_investor_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_lead_claims_lead_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_lead_claims_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_claims")),
        sa.UniqueConstraint("investor_id", "seq", name=op.f("uq_lead_claims_investor_id_seq")),
    )
    op.create_index("ix_lead_claims_lead", "lead_claims", ["lead_id", "seq"], unique=False)
    op.create_table(
        "lead_readers",
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_lead_readers_lead_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_lead_readers_person_id")),
        sa.PrimaryKeyConstraint("lead_id", "person_id", name=op.f("pk_lead_readers")),
    )
    op.create_table(
        "lead_adjudications",
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("second_project", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=True),
        sa.Column("decision_note", sa.String(length=500), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["lead_claims.id"], name=op.f("fk_lead_adjudications_claim_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_adjudications")),
    )
    op.create_index("ix_lead_adjudications_claim", "lead_adjudications", ["claim_id"], unique=False)
    op.create_index(
        "ix_lead_adjudications_open", "lead_adjudications", ["county_id", "decided_at"], unique=False
    )
    op.create_table(
        "lead_contact_receipts",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("offline", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["lead_claims.id"], name=op.f("fk_lead_contact_receipts_claim_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_contact_receipts")),
    )
    op.create_index(
        "ix_lead_contact_receipts_claim", "lead_contact_receipts", ["claim_id", "received_at"], unique=False
    )
    op.create_table(
        "lead_judgements",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("validity", sa.String(32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["lead_claims.id"], name=op.f("fk_lead_judgements_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_judgements")),
    )
    op.create_index("ix_lead_judgements_claim", "lead_judgements", ["claim_id", "at"], unique=False)


def downgrade() -> None:
    op.drop_table("lead_judgements")
    op.drop_table("lead_contact_receipts")
    op.drop_table("lead_adjudications")
    op.drop_table("lead_readers")
    op.drop_table("lead_claims")
    op.drop_table("leads")
