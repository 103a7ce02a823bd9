"""Create visits and trips."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "visits"
down_revision = "deals"
branch_labels = None
depends_on = None

# Instants are text in UTC on SQLite, timestamptz on PostgreSQL.
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
JSON_VALUE = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "trips",
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("owner_unit_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("destination", sa.String(length=120), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["owner_unit_id"], ["units.id"], name=op.f("fk_trips_owner_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trips")),
    )
    op.create_index("ix_trips_owner", "trips", ["owner_unit_id", "from_on"], unique=False)
    op.create_table(
        "trip_people",
        sa.Column("trip_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_trip_people_person_id")),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_trip_people_trip_id")),
        sa.PrimaryKeyConstraint("trip_id", "person_id", name=op.f("pk_trip_people")),
    )
    op.create_table(
        "visits",
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("investor_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("deal_id", sa.Uuid(), nullable=True),
        sa.Column("trip_id", sa.Uuid(), nullable=True),
        sa.Column("occasion_id", sa.Uuid(), nullable=True),
        sa.Column("owner_unit_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("their_people", sa.String(length=300), nullable=False),
        sa.Column("our_other_people", sa.String(length=300), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("needs_leader", sa.Text(), nullable=False),
        sa.Column("next_step", sa.String(length=300), nullable=False),
        sa.Column("next_follow_up_on", sa.Date(), nullable=True),
        sa.Column("no_follow_up", sa.Boolean(), nullable=False),
        sa.Column("followed_up_at", INSTANT, nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("days_late", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_by_name", sa.String(length=60), nullable=False),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_visits_deal_id")),
        sa.ForeignKeyConstraint(["investor_id"], ["investors.id"], name=op.f("fk_visits_investor_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_visits_lead_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["visits.id"], name=op.f("fk_visits_merged_into_id")),
        sa.ForeignKeyConstraint(["occasion_id"], ["occasions.id"], name=op.f("fk_visits_occasion_id")),
        sa.ForeignKeyConstraint(["on_behalf_of"], ["people.id"], name=op.f("fk_visits_on_behalf_of")),
        sa.ForeignKeyConstraint(["owner_unit_id"], ["units.id"], name=op.f("fk_visits_owner_unit_id")),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_visits_trip_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("county_id", "code", name=op.f("uq_visits_county_id_code")),
    )
    op.create_index("ix_visits_deal", "visits", ["deal_id"], unique=False)
    op.create_index("ix_visits_follow_up", "visits", ["owner_unit_id", "next_follow_up_on"], unique=False)
    op.create_index("ix_visits_investor_day", "visits", ["investor_id", "from_on"], unique=False)
    op.create_index("ix_visits_lead", "visits", ["lead_id"], unique=False)
    op.create_index("ix_visits_list", "visits", ["county_id", "from_on", "id"], unique=False)
    op.create_index("ix_visits_owner", "visits", ["owner_unit_id", "from_on"], unique=False)
    op.create_index("ix_visits_trip", "visits", ["trip_id"], unique=False)
    op.create_table(
        "visit_people",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_visit_people_person_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_people_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "person_id", name=op.f("pk_visit_people")),
    )
    op.create_index("ix_visit_people_person", "visit_people", ["person_id"], unique=False)
    op.create_table(
        "visit_photos",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_visit_photos_file_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_photos_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "file_id", name=op.f("pk_visit_photos")),
    )
    op.create_table(
        "visit_units",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_visit_units_unit_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_units_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "unit_id", name=op.f("pk_visit_units")),
    )
    op.create_index("ix_visit_units_unit", "visit_units", ["unit_id"], unique=False)


def downgrade() -> None:
    op.drop_table("visit_units")
    op.drop_table("visit_photos")
    op.drop_table("visit_people")
    op.drop_table("visits")
    op.drop_table("trip_people")
    op.drop_table("trips")
