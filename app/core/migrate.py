"""Run migrations from code: the configuration is built here, and a lock keeps two runs apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

from app.core.db import Base
from app.core.resources import resource_dir
from app.core.writer_lock import WriterLock

# Any constant: PostgreSQL's advisory lock that migrating processes share.
ADVISORY_LOCK = 75_110_345


def migrate(database_url: str, revision: str = "head") -> None:
    """Bring the database up (or down, to a named revision). Two at once run one after the other."""
    with migration_connection(database_url) as connection:
        config = alembic_config(connection)
        script = ScriptDirectory.from_config(config)
        here = MigrationContext.configure(connection).get_current_revision()
        if revision == "base" or (here and revision != "head" and _is_below(script, revision, here)):
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)


def alembic_config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resource_dir("migrations")))
    config.attributes["connection"] = connection
    return config


def at_head(connection: Connection) -> bool:
    """Say whether every migration that this version ships has run."""
    script = ScriptDirectory.from_config(alembic_config())
    return set(MigrationContext.configure(connection).get_current_heads()) == set(script.get_heads())


def head_revision() -> str:
    """Return the name of the newest migration that this version ships."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head() or ""


def revision_of(connection: Connection) -> str | None:
    """Return the newest migration that has run; None in a database without tables."""
    return MigrationContext.configure(connection).get_current_revision()


def drift(connection: Connection) -> list[Any]:
    """Return what the models and the migrated database disagree about; full-text tables are not models'."""
    context = MigrationContext.configure(
        connection, opts={"include_name": include_name, "compare_type": True}
    )
    return list(compare_metadata(context, Base.metadata))


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out what SQLite's full-text index creates for itself."""
    return not (
        kind == "table" and name is not None and (name.startswith("search_text") or name == "alembic_version")
    )


@contextmanager
def migration_connection(database_url: str) -> Iterator[Connection]:
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url)
        try:
            with WriterLock(Path(f"{path}.lock")), engine.connect() as connection:
                # Batch mode rebuilds tables, which foreign keys would forbid half-way.
                connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
                yield connection
                connection.commit()
        finally:
            engine.dispose()
        return
    engine = create_engine(url)
    try:
        with engine.connect() as holder:
            holder.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
            with engine.begin() as connection:
                yield connection
    finally:
        engine.dispose()


def _is_below(script: ScriptDirectory, revision: str, here: str) -> bool:
    return any(step.revision == revision for step in script.iterate_revisions(here, "base"))
