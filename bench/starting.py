"""Start-up, memory of a worker, migration from empty, the demo county: what an operator waits for once."""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from app.core.resources import PACKAGE, resource_dir

LIBRARIES = ("fastapi", "jinja2", "pydantic_settings", "sqlalchemy.orm", "structlog", "typer", "uvicorn")


def compile_as_installed() -> None:
    """Compile program and migrations as the image and pip do; where Python writes no bytecode, each start would."""
    for folder in (PACKAGE, resource_dir("migrations")):
        compileall.compile_dir(folder, quiet=1)


def seconds_of(url: str, *command: str) -> float:
    """Return how long one `luodi` command takes, the start of Python included."""
    settings = {"LUODI_DATABASE_URL": url, "LUODI_LOG_LEVEL": "WARNING"}
    begun = perf_counter()
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "app", *command],
        env=os.environ | settings,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return perf_counter() - begun


def seconds_of_libraries() -> float:
    """Return how long a process takes that imports what the server is made of, and nothing of ours."""
    begun = perf_counter()
    subprocess.run([sys.executable, "-c", f"import {', '.join(LIBRARIES)}"], check=True)  # noqa: S603
    return perf_counter() - begun


@contextmanager
def empty_database(url: str) -> Iterator[str]:
    """Give a new database beside the measured one, and remove it afterwards."""
    beside = make_url(url)
    if beside.get_backend_name() == "sqlite":
        with TemporaryDirectory(dir=Path(beside.database or ".").parent) as folder:
            yield f"sqlite:///{folder}/luodi.db"
        return
    name = "bench_empty"
    engine = create_engine(beside.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        yield beside.set(database=name).render_as_string(hide_password=False)
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()
