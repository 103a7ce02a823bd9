"""Create investors, their names and contacts."""

import sqlalchemy as sa
from alembic import op

revision = "investors"
down_revision = "identity"
branch_labels = None
depends_on = None

# Instants are ISO text in UTC on SQLite, so that order and precision hold.
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
LIVE = "canonical_id IS NULL AND archived_at IS NULL"


def identified() -> list[sa.Column]:
    return [sa.Column("id", sa.Uuid(), primary_key=True)]


def versioned() -> list[sa.Column]:
    return [
        *identified(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
    ]


def key_to(table: str, column: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(column, sa.Uuid(), sa.ForeignKey(f"{table}.id"), nullable=nullable)


def words(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length), nullable=False)


def unique_where(name: str, columns: list[str], where: str, *, table: str = "investors") -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=True, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    create_investors()
    create_names_and_tags()
    create_contacts()
    create_merges()


def create_investors() -> None:
    op.create_table(
        "investors",
        *versioned(),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        words("kind", 32),
        words("name", 200),
        words("name_folded", 200),
        words("name_core", 200),
        words("name_pinyin", 400),
        words("name_initials", 100),
        words("uscc", 18),
        words("region_code", 6),
        words("country", 2),
        words("address", 300),
        words("group_name", 120),
        sa.Column("returning_native", sa.Boolean(), nullable=False),
        words("industry", 60),
        sa.Column("note", sa.Text(), nullable=False),
        key_to("investors", "canonical_id", nullable=True),
        sa.Column("created_by", sa.Uuid()),
        key_to("units", "unit_id", nullable=True),
        sa.Column("archived_at", INSTANT),
    )
    unique_where("uq_investors_company_name", ["county_id", "name_folded"], f"kind = 'company' AND {LIVE}")
    unique_where("uq_investors_uscc", ["county_id", "uscc"], f"uscc <> '' AND {LIVE}")
    op.create_index("ix_investors_county_core", "investors", ["county_id", "name_core"])
    op.create_index("ix_investors_county_folded", "investors", ["county_id", "name_folded"])
    op.create_index("ix_investors_county_pinyin", "investors", ["county_id", "name_pinyin"])
    op.create_index("ix_investors_county_updated", "investors", ["county_id", "updated_at", "id"])
    op.create_index("ix_investors_canonical", "investors", ["canonical_id"])


def create_names_and_tags() -> None:
    op.create_table(
        "investor_names",
        *identified(),
        key_to("investors", "investor_id"),
        words("name", 200),
        words("name_folded", 200),
        key_to("investors", "merged_id", nullable=True),
        sa.Column("added_at", INSTANT, nullable=False),
    )
    op.create_index("ix_investor_names_folded", "investor_names", ["name_folded"])
    op.create_index("ix_investor_names_investor", "investor_names", ["investor_id"])
    op.create_table(
        "investor_tags",
        sa.Column("investor_id", sa.Uuid(), sa.ForeignKey("investors.id"), primary_key=True),
        sa.Column("tag", sa.String(40), primary_key=True),
    )


def create_contacts() -> None:
    op.create_table(
        "contacts",
        *versioned(),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        key_to("investors", "investor_id"),
        key_to("units", "unit_id"),
        words("name", 60),
        words("post", 80),
        words("phone", 40),
        words("wechat", 60),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("archived_at", INSTANT),
    )
    op.create_index("ix_contacts_investor", "contacts", ["investor_id"])
    op.create_index("ix_contacts_unit", "contacts", ["unit_id"])


def create_merges() -> None:
    op.create_table(
        "investor_merges",
        *identified(),
        key_to("investors", "merged_id"),
        key_to("investors", "into_id"),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        words("reason", 300),
        sa.Column("undone_at", INSTANT),
    )
    unique_where("uq_investor_merges_standing", ["merged_id"], "undone_at IS NULL", table="investor_merges")


def downgrade() -> None:
    op.drop_table("investor_merges")
    op.drop_table("contacts")
    op.drop_table("investor_tags")
    op.drop_table("investor_names")
    op.drop_table("investors")
