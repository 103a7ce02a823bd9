"""Find the programs that tests use beside Python, and start a throw-away PostgreSQL."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def chromium() -> str | None:
    """Return the path of Debian's Chromium, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def postgresql_bin() -> Path | None:
    """Return the folder of PostgreSQL's newest server binaries, or None. Debian keeps them off the PATH."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3])
    )
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def throwaway_postgresql() -> Iterator[str]:
    """Start a cluster in a temporary folder and yield its URL; durability is off because nothing is kept.

    PostgreSQL refuses to run as root, so root hands the folder to the `postgres` user.
    """
    binaries = postgresql_bin()
    if binaries is None:
        raise FileNotFoundError("initdb")
    folder = Path(tempfile.mkdtemp(prefix="luodi-pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off"

    def call(program: str, *arguments: str) -> None:
        command = [*as_user, str(binaries / program), *arguments]
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )

    try:
        call("initdb", "-D", str(data), "-U", "luodi", "--auth=trust", "--encoding=UTF8", "--no-sync")
        call("pg_ctl", "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            call("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "luodi", "luodi")
            yield f"postgresql+psycopg://luodi@127.0.0.1:{port}/luodi"
        finally:
            call("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
