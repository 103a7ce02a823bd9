"""A stop is graceful: who is being served is served to the end, nothing is half written, and the process ends soon."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from app.core.db import Database
from app.core.models import PeriodicJob
from app.core.writer_lock import WriterLock
from app.identity.models import SessionRow
from app.settings import Settings
from tests.factories.identity import PASSWORD, form_token, make_user
from tests.operations.running import UP_WITHIN_S, free_port, start_luodi, wait_until_up

Start = Callable[..., subprocess.Popen[bytes]]
STOPS_WITHIN_S = 60
LISTENING = "0A"  # tcp_states.h
TOKEN = {"Authorization": "Bearer watch-tower"}


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start(settings: Settings, database: Database, port: int) -> Iterator[Start]:
    if not database.is_sqlite:
        pytest.skip("once is enough; on PostgreSQL tests/operations/test_outages.py stops both processes")
    running = []

    def begin(*words: str, **more: str) -> subprocess.Popen[bytes]:
        running.append(start_luodi(settings, *words, port=port, **more))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.wait()


def children_of(process: subprocess.Popen[bytes]) -> list[int]:
    """The server processes below the one that watches them."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(child) for child in listed]


def listening_on(port: int) -> int:
    """Count the sockets that wait for connections on a port of this machine."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == LISTENING for row in rows)


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + UP_WITHIN_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_two_processes_count_together_replace_a_dead_one_and_stop_when_everybody_is_served(
    database: Database, start: Start, port: int
) -> None:
    with database.writing() as session:
        login = make_user(session).login
    address = f"http://127.0.0.1:{port}"
    switches = {"LUODI_WORKER_IN_SERVE": "false", "LUODI_METRICS_TOKEN": "watch-tower"}
    server = start("serve", "--port", str(port), "--workers", "2", **switches)
    wait_until_up(address, server)
    wait_until(lambda: len(children_of(server)) == 2)
    wait_until(lambda: listening_on(port) == 2)

    for _ in range(20):
        httpx.get(f"{address}/healthz")
    page = httpx.get(f"{address}/metrics", headers=TOKEN).text
    counted = re.search(r'^luodi_requests_total\{method="GET",status="2xx"\} (\S+)', page, re.MULTILINE)
    assert counted and float(counted[1]) >= 21

    dead = children_of(server)[0]
    os.kill(dead, signal.SIGKILL)
    wait_until(lambda: len(children_of(server)) == 2 and dead not in children_of(server))
    wait_until_up(address, server)

    answers: list[httpx.Response] = []
    with httpx.Client(base_url=address, headers={"Sec-Fetch-Site": "same-origin"}, timeout=30) as browser:
        form = {"login": login, "password": PASSWORD, "csrf_token": form_token(browser.get("/login").text)}
        asking = threading.Thread(target=lambda: answers.append(browser.post("/login", data=form)))
        with WriterLock(Path(f"{database.url.database}.lock")):
            asking.start()
            time.sleep(1.5)  # the request now waits for its turn to write
            server.send_signal(signal.SIGTERM)
            time.sleep(1)
            assert answers == [] and server.poll() is None
        asking.join(timeout=STOPS_WITHIN_S)
    assert [answer.status_code for answer in answers] == [303]
    assert server.wait(timeout=STOPS_WITHIN_S) in (0, -signal.SIGTERM)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SessionRow)) == 1
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{address}/healthz")


def test_the_worker_stops_when_told(database: Database, start: Start) -> None:
    worker = start("worker")

    def at_work() -> bool:
        assert worker.poll() is None
        with database.reading() as session:
            return bool(session.scalar(select(func.count()).select_from(PeriodicJob)))

    wait_until(at_work)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=STOPS_WITHIN_S) == 0
