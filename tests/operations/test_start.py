"""What a web process carries from its start: what only a command, a ledger or a migration needs is left out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# Libraries and rooms that are imported where they are used, each slow or large.
LEFT_OUT = {
    "alembic",
    "app.demo",
    "app.transfers.commands",
    "chinese_calendar",
    "cn2an",
    "nh3",
    "phonenumbers",
    "pypinyin",
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
