"""What migrations need besides tables. Alembic's batch mode drops triggers, so they are re-made from here."""

from __future__ import annotations

from alembic import op


def append_only(table: str, *, allow_delete: bool = False) -> None:
    """Forbid updates (and deletes) of a table's rows in the database itself."""
    verbs = ("UPDATE",) if allow_delete else ("UPDATE", "DELETE")
    if op.get_bind().dialect.name == "sqlite":
        for verb in verbs:
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION luodi_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for verb in verbs:
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION luodi_append_only()"
        )


def drop_append_only(table: str) -> None:
    suffix = "" if op.get_bind().dialect.name == "sqlite" else f" ON {table}"
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{suffix}")
