"""Run migrations from code: the configuration is built here, and a lock keeps two runs apart.

Alembic is imported where it migrates: a web worker only asks whether the database is at the head.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import make_url

from app.core.db import Base
from app.core.resources import resource_dir
from app.core.writer_lock import WriterLock

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

# Any constant: PostgreSQL's advisory lock that migrating processes share.
ADVISORY_LOCK = 75_110_345
_REVISION = re.compile(r'^revision = "(\w+)"', re.MULTILINE)
_DOWN_REVISION = re.compile(r'^down_revision = "(\w+)"', re.MULTILINE)


def migrate(database_url: str, revision: str = "head") -> None:
    """Bring the database up (or down, to a named revision). Two at once run one after the other."""
    from alembic import command
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with migration_connection(database_url) as connection:
        config = alembic_config(connection)
        script = ScriptDirectory.from_config(config)
        here = MigrationContext.configure(connection).get_current_revision()
        if revision == "base" or (here and revision != "head" and _is_below(script, revision, here)):
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)


def alembic_config(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(resource_dir("migrations")))
    config.attributes["connection"] = connection
    return config


def at_head(connection: Connection) -> bool:
    """Say whether every migration that this version ships has run."""
    return revision_of(connection) == head_revision()


@lru_cache
def head_revision() -> str:
    """Return the name of the newest migration that this version ships: the one that no other builds on."""
    files = sorted((resource_dir("migrations") / "versions").glob("*.py"))
    texts = [path.read_text(encoding="utf-8") for path in files]
    built_on = {name for text in texts for name in _DOWN_REVISION.findall(text)}
    (head,) = {name for text in texts for name in _REVISION.findall(text)} - built_on
    return str(head)


def revision_of(connection: Connection) -> str | None:
    """Return the newest migration that has run; None in a database without tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def drift(connection: Connection) -> list[Any]:
    """Return what the models and the migrated database disagree about; full-text tables are not models'."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

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
