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


class Cluster:
    """A throw-away PostgreSQL in a folder. PostgreSQL refuses to run as root: root hands the folder to `postgres`."""

    def __init__(self, folder: Path, options: str = "") -> None:
        self._folder = folder
        self._binaries = postgresql_bin()
        self._as_user: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
            self._as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        # Durability is off, because nothing is kept.
        self._options = f"-p {self.port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off {options}"

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://luodi@127.0.0.1:{self.port}/luodi"

    def create(self) -> None:
        """Make the cluster and its database. Raises FileNotFoundError where PostgreSQL is not installed."""
        data = str(self._folder / "data")
        self._call("initdb", "-D", data, "-U", "luodi", "--auth=trust", "--encoding=UTF8", "--no-sync")
        self.start()
        try:
            self._call("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "luodi", "luodi")
        except BaseException:
            self.stop()
            raise

    def start(self) -> None:
        log = str(self._folder / "log")
        data = str(self._folder / "data")
        self._call("pg_ctl", "-D", data, "-o", self._options, "-l", log, "-w", "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it as `fast` does (connections are told) or `immediate` (as if it were killed)."""
        self._call("pg_ctl", "-D", str(self._folder / "data"), "-m", mode, "-w", "stop")

    def _call(self, program: str, *arguments: str) -> None:
        if self._binaries is None:
            raise FileNotFoundError("initdb")
        subprocess.run(
            [*self._as_user, str(self._binaries / program), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )


@contextmanager
def throwaway_cluster(options: str = "-c synchronous_commit=off") -> Iterator[Cluster]:
    """Start a cluster in a temporary folder; it may be stopped and started in between."""
    folder = Path(tempfile.mkdtemp(prefix="luodi-pg-"))
    try:
        cluster = Cluster(folder, options)
        cluster.create()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def throwaway_postgresql() -> Iterator[str]:
    """Start a cluster in a temporary folder and yield its URL."""
    with throwaway_cluster() as cluster:
        yield cluster.url
