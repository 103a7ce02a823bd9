"""Create counting rules, targets and the progress ledger."""

revision = "targets"
down_revision = "investors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
