"""Alembic's entry: takes the connection that `app.core.migrate` opened; the URL never comes from a file."""

from alembic import context

from app.core.migrate import include_name, migration_connection
from app.main import metadata
from app.settings import get_settings


def run(connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata(),
        render_as_batch=True,
        include_name=include_name,
        compare_type=True,
        transactional_ddl=connection.dialect.name == "postgresql",
    )
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    with migration_connection(get_settings().database_url) as opened:
        run(opened)
