"""Create deals, terms, stages, credit, evidence and paid-in funds."""

revision = "deals"
down_revision = "leads"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
