"""Migrate an empty database up, compare it with the models, go down and up again; on both databases."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import inspect

from app.core.migrate import at_head, drift, migrate, migration_connection
from app.main import metadata
from scripts.programs import postgresql_bin, throwaway_postgresql


def differences(url: str) -> list[str]:
    """Return what is wrong; empty when migrations and models agree and every step has a way back."""
    metadata()  # loads every feature's tables
    migrate(url)
    compared = compare(url, "after the way up")
    found = list(compared)
    migrate(url, "base")
    with migration_connection(url) as connection:
        left = set(inspect(connection).get_table_names()) - {"alembic_version"}
    found += [f"after the way down: table {name} is left" for name in sorted(left)]
    migrate(url)
    again = compare(url, "after down and up again")
    return found + (again if len(again) != len(compared) else [])


def compare(url: str, when: str) -> list[str]:
    with migration_connection(url) as connection:
        found = [f"{when}: {named(difference)}" for difference in drift(connection)]
        if not at_head(connection):
            found.append(f"{when}: not at the newest migration (more than one head?)")
    return found


def named(difference: Any) -> str:
    """Say which thing differs without its whole definition. `remove_…`: no model knows it; `add_…`: no migration."""
    if isinstance(difference, list):
        return "; ".join(named(each) for each in difference)
    kind, *parts = difference
    thing = next((part for part in reversed(parts) if getattr(part, "name", None)), None)
    table = getattr(getattr(thing, "table", None), "name", None)
    if thing is not None and not kind.startswith("modify"):
        return f"{kind} {f'{table}.' if table else ''}{thing.name}"
    return f"{kind} {' '.join(str(part) for part in parts if part)}"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        found = [f"SQLite, {line}" for line in differences(f"sqlite:///{Path(folder, 'drift.db')}")]
    if postgresql_bin():
        with throwaway_postgresql() as url:
            found += [f"PostgreSQL, {line}" for line in differences(url)]
    else:
        print("!! SKIPPED: migrations on PostgreSQL (not installed: apt-get install postgresql)")
    for line in found:
        print(line)
    print(
        f"migrations: {len(found)} differences" if found else "migrations agree with the models, up and down"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
