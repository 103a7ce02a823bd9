"""Create leads, protections and adjudications."""

revision = "leads"
down_revision = "targets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
