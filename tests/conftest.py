"""What every test may begin with: a migrated database of its own on SQLite or PostgreSQL, settings, a clock.

`--db sqlite` (default), `--db postgresql` or `--db both`. The SQLite file is copied, and the PostgreSQL
database cloned, from one that was migrated once.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy.engine import make_url

from app.core.db import Database
from app.core.migrate import migrate
from app.settings import Settings
from scripts.programs import postgresql_bin, throwaway_postgresql
from tests.factories.application import one_event_loop, take_back_apps

# No test fails by wall time: a busy machine once took 289 ms for an example that takes a third of one.
hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")

# Where workers of a parallel run find the cluster that the first process started.
CLUSTER = "LUODI_TEST_CLUSTER"
TEMPLATE = "luodi_template"
NOT_INSTALLED = "PostgreSQL is not installed: apt-get install postgresql"
_cluster = ExitStack()
_numbers = count(1)
_opened: dict[str, Database] = {}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--db", choices=("sqlite", "postgresql", "both"), default="sqlite", help="databases to test on"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "fresh_database: changes the schema, so the database is thrown away after it"
    )
    # Nothing of the developer's own settings may reach a test.
    for name in [name for name in os.environ if name.startswith("LUODI_") and name != CLUSTER]:
        del os.environ[name]
    first = not hasattr(config, "workerinput")
    if first and config.getoption("--db") != "sqlite" and postgresql_bin() and not config.option.collectonly:
        os.environ[CLUSTER] = _cluster.enter_context(throwaway_postgresql())


def pytest_unconfigure() -> None:
    _cluster.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_url" not in metafunc.fixturenames:
        return
    chosen = metafunc.config.getoption("--db")
    databases = ["sqlite", "postgresql"] if chosen == "both" else [chosen]
    missing = [pytest.mark.skip(reason=NOT_INSTALLED)] if postgresql_bin() is None else []
    metafunc.parametrize(
        "database_url",
        [pytest.param(name, marks=missing if name == "postgresql" else []) for name in databases],
        indirect=True,
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What touches no database runs with the SQLite ones, once."""
    if config.getoption("--db") != "postgresql":
        return
    chosen = [item for item in items if "database_url" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database at the newest migration, empty."""
    path = tmp_path_factory.mktemp("migrated") / "luodi.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def database_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the SQLite database of the running test lies: always the same file, so that its engine can be kept."""
    return tmp_path_factory.mktemp("database")


@pytest.fixture(scope="session")
def migrated_template() -> str:
    """A PostgreSQL database at the newest migration, empty; returns its URL. One per process that runs tests."""
    cluster = make_url(os.environ[CLUSTER])
    name = f"{TEMPLATE}_{os.getpid()}"
    _execute(f'CREATE DATABASE "{name}"')
    url = cluster.set(database=name).render_as_string(hide_password=False)
    migrate(url)
    return url


@pytest.fixture(scope="session")
def shared_database(migrated_template: str) -> str:
    """A PostgreSQL database that tests use one after the other: emptying it is ten times as fast as cloning."""
    return _clone(migrated_template)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated, empty database that this test has to itself."""
    if request.param == "sqlite":
        folder = tmp_path
        if not request.node.get_closest_marker("fresh_database"):
            folder = request.getfixturevalue("database_folder")
            shutil.rmtree(
                folder
            )  # whatever the test before left: a journal would be played back into the new file
            folder.mkdir()
        path = folder / "luodi.db"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite:///{path}"
        return
    if request.node.get_closest_marker("fresh_database"):
        url = _clone(request.getfixturevalue("migrated_template"))
        yield url
        _execute(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')
        return
    url = request.getfixturevalue("shared_database")
    _empty(url)
    yield url


def _clone(template: str) -> str:
    url = make_url(template)
    name = f"luodi_{os.getpid()}_{next(_numbers)}"
    _execute(f'CREATE DATABASE "{name}" TEMPLATE "{url.database}"')
    return url.set(database=name).render_as_string(hide_password=False)


def _empty(url: str) -> None:
    """Empty the tables that hold rows, after whatever the test before left at work is gone.

    Row by row and without triggers: to truncate would make new files for every table that refers to one and for its
    indexes, which takes thirty times as long as to delete a test's few rows.
    """
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute((others + "pg_backend_pid() AND state <> 'idle'").encode())
        listed = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        tables = [f'"{name}"' for (name,) in listed if name != "alembic_version"]
        asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables)
        held = [name for (name,) in connection.execute(asked.encode()).fetchall()]
        if held:
            connection.execute("SET session_replication_role = replica")
            connection.execute("; ".join(f"DELETE FROM {name}" for name in held).encode())
        for (name,) in connection.execute("SELECT sequencename FROM pg_sequences").fetchall():
            connection.execute(f'ALTER SEQUENCE "{name}" RESTART'.encode())


def _execute(statement: str) -> None:
    plain = os.environ[CLUSTER].replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(scope="session", autouse=True)
def files_apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests upload from the folder in which this checkout's own county keeps its files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LUODI_DATA_DIR", str(tmp_path_factory.mktemp("files")))
        yield


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", worker_in_serve=False)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The test's database. Its engine is kept for the next test: it knows the statements that it has compiled.

    So are PostgreSQL's connections, whose processes know the tables; those of a SQLite file go with it.
    """
    opened = _opened.get(settings.database_url) or Database(settings)
    _opened[settings.database_url] = opened
    yield opened
    if settings.database_url.startswith("sqlite"):
        opened.dispose()


@pytest.fixture(scope="session", autouse=True)
def event_loop_of_all() -> Iterator[None]:
    with one_event_loop():
        yield


@pytest.fixture(autouse=True)
def apps_come_back() -> Iterator[None]:
    yield
    take_back_apps()


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> datetime:
        """Go on by days, hours, minutes or seconds; returns the new instant."""
        self.now += timedelta(**by)
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Half past ten on Tuesday 22 November 2022, in Shanghai."""
    return Clock(datetime(2022, 11, 22, 2, 30, tzinfo=UTC))
