"""Start Luodi for a first look: migrate, load the demo county into an empty database, serve.

All in one process: starting Python anew for each step would cost seconds.
"""

from __future__ import annotations

import os
import socket
import sys

from sqlalchemy import create_engine, text

from app.cli import serve
from app.core.i18n import label
from app.core.migrate import at_head, migrate, migration_connection
from app.demo.accounts import ACCOUNTS, PASSWORD
from app.demo.commands import demo as load_demo
from app.settings import get_settings

HOST = "127.0.0.1"


def main() -> int:
    port = int(os.environ.get("PORT", "8000"))
    if taken(port):
        print(f"Port {port} is in use. Choose another: make run PORT={port + 1}", file=sys.stderr)
        return 1
    os.environ.setdefault("LUODI_BASE_URL", f"http://{HOST}:{port}")
    url = get_settings().database_url
    with migration_connection(url) as connection:
        ready = at_head(connection)
    if not ready:
        migrate(url)
    users, demo = contents(url)
    if not users:
        print("Loading the demo county (fictional) …", flush=True)
        load_demo()
        demo = True
    print(greeting(port, demo=demo), flush=True)
    serve(host=HOST, port=port, workers=1)
    return 0


def taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def contents(url: str) -> tuple[int, bool]:
    """Return how many users there are and whether the county is the fictional one."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            users = connection.execute(text("SELECT count(*) FROM users")).scalar_one()
            demo = connection.execute(text("SELECT count(*) FROM counties WHERE is_demo")).scalar_one()
    finally:
        engine.dispose()
    return int(users), bool(demo)


def greeting(port: int, *, demo: bool) -> str:
    lines = ["", f"  落地 Luodi   http://{HOST}:{port}", ""]
    if demo:
        lines += [f"  演示数据·虚构 · password of every account: {PASSWORD}"]
        lines += [f"    {login:<9}{label('zh_CN', role)} · {post}" for login, role, _unit, post in ACCOUNTS]
    return "\n".join([*lines, "", "  Ctrl+C stops it; the data stays.", ""])


if __name__ == "__main__":
    sys.exit(main())
