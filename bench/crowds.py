"""Sixteen people at once: a server with its worker processes, and a small client that keeps connections open."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from time import monotonic, perf_counter, sleep
from urllib.error import URLError
from urllib.request import urlopen

HOST = "127.0.0.1"
CLIENTS = 16


@dataclass(frozen=True, slots=True)
class Crowd:
    """What a number of clients got in some seconds, each asking again as soon as it was answered."""

    clients: int
    seconds: float
    ms: list[float]
    refused: int

    @property
    def per_second(self) -> float:
        return len(self.ms) / self.seconds

    @property
    def middle(self) -> float:
        return median(self.ms)

    @property
    def p95(self) -> float:
        return quantiles(self.ms, n=20)[-1]


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: how long it took to answer first, and its processes."""

    port: int
    started_s: float
    process: subprocess.Popen[bytes]

    def processor_s(self, database: str) -> float:
        """Return what the server has computed so far, PostgreSQL's part for this database with it."""
        backends = [pid for pid in _processes() if _command(pid).startswith(f"postgres: luodi {database} ")]
        return sum(_computed(pid) for pid in [*_descendants(self.process.pid), *backends])

    def memory_mib(self) -> list[tuple[float, float]]:
        """Return two sizes of each process, the largest first: its part of the machine's memory, with what processes
        share divided among them, and what is resident in it, with what is shared counted whole in each."""
        found = [
            (_size(pid, "smaps_rollup", "Pss"), _size(pid, "status", "VmRSS")) for pid in self.processes()
        ]
        return sorted((one for one in found if one[1] > 30), reverse=True)

    def processes(self) -> list[int]:
        return _descendants(self.process.pid)


@contextmanager
def serving(url: str, *, port: int, workers: int) -> Iterator[Server]:
    """Start `luodi serve` on a filled database; background jobs run in a process of their own, as in production."""
    settings = {
        "LUODI_DATABASE_URL": url,
        "LUODI_BASE_URL": f"http://{HOST}:{port}",
        "LUODI_LOG_LEVEL": "WARNING",
        "LUODI_WORKER_IN_SERVE": "false",
    }
    command = [sys.executable, "-m", "app", "serve", "--port", str(port), "--workers", str(workers)]
    begun = perf_counter()
    process = subprocess.Popen(command, env=os.environ | settings, start_new_session=True)  # noqa: S603
    try:
        yield Server(port, _first_answer(port, process) - begun, process)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def _first_answer(port: int, process: subprocess.Popen[bytes]) -> float:
    deadline = monotonic() + 120
    while monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"http://{HOST}:{port}/readyz", timeout=5):
                return perf_counter()
        except (URLError, OSError):
            sleep(0.01)
    raise RuntimeError("the server did not start")


def crowd(
    port: int,
    make_request: Callable[[int], bytes],
    *,
    clients: int = CLIENTS,
    seconds: float,
    expect: int = 200,
) -> Crowd:
    """Let clients ask for some seconds; `make_request` gives the whole text of the n-th request."""
    return asyncio.run(_crowd(port, make_request, clients=clients, seconds=seconds, expect=expect))


def get_text(target: str, port: int, **headers: str) -> bytes:
    """Write a GET request as it goes over the wire."""
    lines = [
        f"GET {target} HTTP/1.1",
        f"Host: {HOST}:{port}",
        *(f"{name}: {text}" for name, text in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post_text(target: str, port: int, body: bytes, **headers: str) -> bytes:
    """Write a POST request with a JSON body as it goes over the wire."""
    lines = [
        f"POST {target} HTTP/1.1",
        f"Host: {HOST}:{port}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name.replace('_', '-')}: {text}" for name, text in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


async def _crowd(
    port: int, make_request: Callable[[int], bytes], *, clients: int, seconds: float, expect: int
) -> Crowd:
    times: list[float] = []
    refused = number = 0
    end = perf_counter() + seconds

    async def one() -> None:
        nonlocal refused, number
        reader, writer = await asyncio.open_connection(HOST, port)
        while perf_counter() < end:
            number += 1
            request = make_request(number)
            begun = perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(_length(head))
            if head.startswith(b"HTTP/1.1 %d" % expect):
                times.append((perf_counter() - begun) * 1000)
            else:
                refused += 1
        writer.close()

    begun = perf_counter()
    await asyncio.gather(*(one() for _ in range(clients)))
    return Crowd(clients, perf_counter() - begun, times, refused)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0


def _descendants(pid: int) -> list[int]:
    found = [pid]
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            for child in file.read().split():
                found += _descendants(int(child))
    except OSError:
        pass
    return found


def _processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _command(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/cmdline") as file:
            return file.read()
    except OSError:
        return ""


def _computed(pid: int) -> float:
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _size(pid: int, file_name: str, name: str) -> float:
    """Return a size of a process in MiB as the kernel gives it; 0 once the process has gone."""
    try:
        with open(f"/proc/{pid}/{file_name}") as file:
            return next((int(line.split()[1]) / 1024 for line in file if line.startswith(f"{name}:")), 0.0)
    except OSError:
        return 0.0
