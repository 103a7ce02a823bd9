"""Put the county before each token of the full text, and first in the indexes of titles and their readings."""

import base64
import hashlib
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "search_by_county"
down_revision = "remarks"
branch_labels = None
depends_on = None

INDEXES = {"title": "title_folded", "pinyin": "pinyin", "initials": "initials"}
counties = sa.table("counties", sa.column("id", sa.Uuid()))
PUT_BEFORE = {
    "sqlite": "UPDATE search_text SET tokens = :mark || replace(tokens, ' ', ' ' || :mark) "
    "WHERE tokens <> '' AND rowid IN (SELECT no FROM search_index WHERE county_id = :county)",
    "postgresql": "UPDATE search_text SET tokens = array_to_tsvector("
    "ARRAY(SELECT :mark || token FROM unnest(tsvector_to_array(tokens)) AS token)) "
    "WHERE no IN (SELECT no FROM search_index WHERE county_id = :county)",
}
TAKE_AWAY = {
    "sqlite": "UPDATE search_text SET tokens = substr(replace(' ' || tokens, ' ' || :mark, ' '), 2) "
    "WHERE tokens <> '' AND rowid IN (SELECT no FROM search_index WHERE county_id = :county)",
    "postgresql": "UPDATE search_text SET tokens = array_to_tsvector("
    "ARRAY(SELECT substr(token, 5) FROM unnest(tsvector_to_array(tokens)) AS token)) "
    "WHERE no IN (SELECT no FROM search_index WHERE county_id = :county)",
}


def upgrade() -> None:
    for name, column in INDEXES.items():
        op.drop_index(f"ix_search_index_{name}", "search_index")
        op.create_index(f"ix_search_index_{name}", "search_index", ["county_id", column])
    change_tokens(PUT_BEFORE)


def downgrade() -> None:
    change_tokens(TAKE_AWAY)
    for name, column in INDEXES.items():
        op.drop_index(f"ix_search_index_{name}", "search_index")
        op.create_index(f"ix_search_index_{name}", "search_index", [column])


def change_tokens(by_dialect: dict[str, str]) -> None:
    connection = op.get_bind()
    changing = sa.text(by_dialect[connection.dialect.name]).bindparams(
        sa.bindparam("county", type_=sa.Uuid())
    )
    for county in connection.scalars(sa.select(counties.c.id)).all():
        connection.execute(changing, {"mark": mark_of(county), "county": county})


def mark_of(county_id: UUID) -> str:
    """As `core.fulltext` made it when this migration was written."""
    digest = hashlib.blake2b(county_id.bytes, digest_size=5).digest()
    return base64.b32encode(digest).decode().lower()[:4]
