"""What a web process carries from its start: what only a command, a ledger or a migration needs is left out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import Settings

# Libraries and rooms that are imported where they are used, each slow or large.
LEFT_OUT = {
    "alembic",
    "app.demo",
    "app.transfers.commands",
    "chinese_calendar",
    "cn2an",
    "nh3",
    "phonenumbers",
    "psycopg",
    "rapidfuzz",
    "uvicorn",
    "xlsxwriter",
}


def test_a_web_process_imports_no_library_that_its_pages_hardly_use(tmp_path: Path) -> None:
    started = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, gc, app.cli, app.asgi; print(*sys.modules, gc.isenabled(), gc.get_freeze_count() > 0)",
        ],
        env=os.environ | {"LUODI_DATABASE_URL": f"sqlite:///{tmp_path}/luodi.db"},
        check=True,
        capture_output=True,
        text=True,
    )
    *imported, is_collecting, is_frozen = started.stdout.split()
    assert LEFT_OUT & set(imported) == set()
    assert (is_collecting, is_frozen) == ("True", "True"), (
        "garbage is collected again, without what was imported"
    )


@pytest.mark.parametrize(
    ("url", "threads", "at_once"),
    [
        ("sqlite:///luodi.db", 0, 8),
        ("postgresql+psycopg://luodi@db/luodi", 0, 16),
        ("sqlite:///luodi.db", 5, 5),
        ("postgresql+psycopg://luodi@db/luodi", 5, 5),
    ],
)
def test_a_worker_handles_as_many_requests_as_its_database_can_use(
    url: str, threads: int, at_once: int
) -> None:
    assert Settings(database_url=url, threads=threads).requests_at_once == at_once
