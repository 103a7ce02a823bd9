"""Create investors, their names and contacts."""

revision = "investors"
down_revision = "identity"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
