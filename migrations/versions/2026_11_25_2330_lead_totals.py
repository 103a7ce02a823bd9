"""Let a list's totals be summed from an index alone: what leads come to, by county and unit."""

from alembic import op

revision = "lead_totals"
down_revision = "remarks"
branch_labels = None
depends_on = None

COLUMNS = ["county_id", "owner_unit_id", "archived_at", "validity", "planned_min_fen", "planned_max_fen"]


def upgrade() -> None:
    op.create_index("ix_leads_totals", "leads", COLUMNS)


def downgrade() -> None:
    op.drop_index("ix_leads_totals", table_name="leads")
