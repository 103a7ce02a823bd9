"""Create events, jobs, idempotency keys, files, options and the search index."""

revision = "foundation"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
