"""Create events, jobs, idempotency keys, files, options and the search index."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.ddl import append_only

revision = "foundation"
down_revision = None
branch_labels = None
depends_on = None

# Instants are ISO text in UTC on SQLite, so that order and precision hold.
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
CODE = sa.String(32)
TABLES = (
    "calendar_days",
    "counters",
    "dictionary_entries",
    "options",
    "counties",
    "search_index",
    "files",
    "idempotency_keys",
    "periodic_jobs",
    "jobs",
    "event_seals",
    "event_order",
    "event_pending",
    "event_private",
    "event_subjects",
    "events",
)


def identified() -> list[sa.Column]:
    return [sa.Column("id", sa.Uuid(), primary_key=True)]


def versioned() -> list[sa.Column]:
    return [
        *identified(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
    ]


def needed(name: str, kind: sa.types.TypeEngine) -> sa.Column:
    return sa.Column(name, kind, nullable=False)


def of_event(*, primary_key: bool = False) -> sa.Column:
    return sa.Column(
        "event_id", sa.Uuid(), sa.ForeignKey("events.id"), primary_key=primary_key, nullable=False
    )


def upgrade() -> None:
    create_events()
    create_event_chain()
    create_jobs()
    create_idempotency_keys()
    create_files()
    create_county()
    create_county_lists()
    create_search_index()
    create_search_text()
    for table in ("events", "event_subjects", "event_order", "event_seals"):
        append_only(table)
    append_only("event_private", allow_delete=True)  # deleting is how personal values are erased


def create_events() -> None:
    op.create_table(
        "events",
        *identified(),
        needed("county_id", sa.Uuid()),
        needed("kind", sa.String(80)),
        needed("subject_type", sa.String(40)),
        needed("subject_id", sa.Uuid()),
        sa.Column("unit_id", sa.Uuid()),
        needed("actor_kind", CODE),
        needed("actor_id", sa.Uuid()),
        needed("actor_name", sa.String(120)),
        sa.Column("on_behalf_of", sa.Uuid()),
        needed("request_id", sa.String(64)),
        needed("at", INSTANT),
        needed("changes", JSON),
        needed("note", sa.Text()),
        needed("confidential", sa.Boolean()),
        needed("private_hash", sa.String(64)),
    )
    op.create_index("ix_events_county_at", "events", ["county_id", "at", "id"])
    op.create_index("ix_events_actor_at", "events", ["actor_id", "at"])
    op.create_index("ix_events_kind_at", "events", ["kind", "at"])
    op.create_table(
        "event_subjects",
        of_event(primary_key=True),
        sa.Column("subject_type", sa.String(40), primary_key=True),
        sa.Column("subject_id", sa.Uuid(), primary_key=True),
        needed("at", INSTANT),
    )
    op.create_index(
        "ix_event_subjects_timeline", "event_subjects", ["subject_type", "subject_id", "at", "event_id"]
    )
    op.create_table(
        "event_private",
        of_event(primary_key=True),
        needed("salt", sa.LargeBinary(16)),
        needed("body", JSON),
    )


def create_event_chain() -> None:
    op.create_table("event_pending", of_event(primary_key=True))
    op.create_table(
        "event_order",
        sa.Column("position", sa.BigInteger(), primary_key=True, autoincrement=False),
        of_event(),
        sa.UniqueConstraint("event_id"),
    )
    op.create_table(
        "event_seals",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        needed("first_position", sa.BigInteger()),
        needed("last_position", sa.BigInteger()),
        needed("previous_hash", sa.String(64)),
        needed("hash", sa.String(64)),
        needed("sealed_at", INSTANT),
    )


def create_jobs() -> None:
    op.create_table(
        "jobs",
        *identified(),
        needed("kind", sa.String(80)),
        needed("payload", JSON),
        sa.Column("once_key", sa.String(200)),
        needed("state", CODE),
        needed("run_at", INSTANT),
        needed("created_at", INSTANT),
        needed("attempts", sa.Integer()),
        needed("lease", sa.String(32)),
        sa.Column("leased_until", INSTANT),
        sa.Column("finished_at", INSTANT),
        needed("last_error", sa.String(200)),
        sa.UniqueConstraint("once_key"),
    )
    op.create_index("ix_jobs_due", "jobs", ["state", "run_at"])
    op.create_table(
        "periodic_jobs",
        sa.Column("name", sa.String(120), primary_key=True),
        needed("next_at", INSTANT),
        needed("lease", sa.String(32)),
        sa.Column("leased_until", INSTANT),
        sa.Column("last_done_at", INSTANT),
        needed("last_error", sa.String(200)),
    )


def create_idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("holder", sa.String(160), primary_key=True),
        sa.Column("key", sa.String(255), primary_key=True),
        needed("request_hash", sa.String(64)),
        sa.Column("status", sa.Integer()),
        needed("body", sa.LargeBinary()),
        needed("headers", JSON),
        needed("created_at", INSTANT),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])


def create_files() -> None:
    op.create_table(
        "files",
        *identified(),
        needed("county_id", sa.Uuid()),
        needed("name", sa.String(200)),
        needed("media_type", sa.String(100)),
        needed("size", sa.BigInteger()),
        needed("sha256", sa.String(64)),
        needed("stored_as", sa.String(80)),
        sa.Column("width", sa.Integer()),
        sa.Column("height", sa.Integer()),
        needed("uploaded_by", sa.Uuid()),
        needed("created_at", INSTANT),
        sa.UniqueConstraint("stored_as"),
    )
    op.create_index("ix_files_county_created", "files", ["county_id", "created_at"])


def create_county() -> None:
    op.create_table(
        "counties",
        *versioned(),
        needed("code", sa.String(6)),
        needed("name", sa.String(60)),
        needed("is_demo", sa.Boolean()),
        sa.UniqueConstraint("code"),
    )
    op.create_table(
        "options",
        *identified(),
        needed("county_id", sa.Uuid()),
        needed("name", sa.String(80)),
        needed("value", JSON),
        needed("applies_from", sa.Date()),
        needed("decided_by", sa.Uuid()),
        needed("at", INSTANT),
    )
    op.create_index("ix_options_county_name", "options", ["county_id", "name", "applies_from"])


def create_county_lists() -> None:
    op.create_table(
        "dictionary_entries",
        *versioned(),
        needed("county_id", sa.Uuid()),
        needed("kind", sa.String(40)),
        needed("code", sa.String(60)),
        needed("label_zh", sa.String(120)),
        needed("label_en", sa.String(120)),
        needed("position", sa.Integer()),
        needed("active", sa.Boolean()),
        sa.UniqueConstraint("county_id", "kind", "code"),
    )
    op.create_table(
        "calendar_days",
        sa.Column("county_id", sa.Uuid(), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        needed("is_working", sa.Boolean()),
        needed("name", sa.String(60)),
    )
    op.create_table(
        "counters",
        sa.Column("county_id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(40), primary_key=True),
        needed("value", sa.Integer()),
    )


def by_code_point(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def create_search_index() -> None:
    op.create_table(
        "search_index",
        sa.Column(
            "no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True
        ),
        needed("subject_type", sa.String(40)),
        needed("subject_id", sa.Uuid()),
        needed("county_id", sa.Uuid()),
        sa.Column("unit_id", sa.Uuid()),
        needed("confidential", sa.Boolean()),
        needed("title", sa.String(200)),
        needed("title_folded", by_code_point(200)),
        needed("pinyin", by_code_point(200)),
        needed("initials", by_code_point(60)),
        needed("updated_at", INSTANT),
        sa.UniqueConstraint("subject_type", "subject_id"),
    )
    op.create_index("ix_search_index_title", "search_index", ["title_folded"])
    op.create_index("ix_search_index_pinyin", "search_index", ["pinyin"])
    op.create_index("ix_search_index_initials", "search_index", ["initials"])


def create_search_text() -> None:
    """Make the full text: FTS5 over ready-made tokens, or a tsvector under a GIN index."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_text USING fts5("
            "tokens, detail=none, tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* M* Co Cn'\")"
        )
        return
    op.execute(
        "CREATE TABLE search_text (no bigint PRIMARY KEY REFERENCES search_index (no) ON DELETE CASCADE, "
        "tokens tsvector NOT NULL)"
    )
    op.execute("CREATE INDEX search_text_tokens ON search_text USING gin (tokens)")


def downgrade() -> None:
    op.execute("DROP TABLE search_text")
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS luodi_append_only()")
