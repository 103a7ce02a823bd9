"""Create visits and trips."""

revision = "visits"
down_revision = "deals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
