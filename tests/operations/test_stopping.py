"""A stop is graceful: who is being served is served to the end, nothing is half written, and the process ends soon."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from app.core.db import Database
from app.core.writer_lock import WriterLock
from app.identity.models import SessionRow
from app.settings import Settings
from tests.factories.identity import PASSWORD, make_user

Start = Callable[..., subprocess.Popen]
UP_WITHIN_S = 30
STOPS_WITHIN_S = 12


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def start(settings: Settings, port: int) -> Iterator[Start]:
    """Start `luodi …` on this test's database as systemd would."""
    running = []

    def begin(*words: str, **more: str) -> subprocess.Popen:
        environment = os.environ | {
            "LUODI_DATABASE_URL": settings.database_url,
            "LUODI_DATA_DIR": str(settings.data_dir),
            "LUODI_BASE_URL": f"http://127.0.0.1:{port}",
            **more,
        }
        process = subprocess.Popen([sys.executable, "-m", "app.cli", *words], env=environment)
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.wait()


def wait_until_up(address: str, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + UP_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not come up: {process.poll()}")


def test_a_request_under_way_is_answered_after_the_order_to_stop(
    settings: Settings, database: Database, start: Start, port: int
) -> None:
    if not database.is_sqlite:
        pytest.skip("the writers' file lock, by which the request is held up, is SQLite's")
    with database.writing() as session:
        login = make_user(session).login
    server = start("serve", "--port", str(port), LUODI_WORKER_IN_SERVE="false")
    address = f"http://127.0.0.1:{port}"
    wait_until_up(address, server)
    answers: list[httpx.Response] = []
    with httpx.Client(base_url=address, headers={"Sec-Fetch-Site": "same-origin"}, timeout=20) as browser:
        token = re.search(r'name="csrf_token"\s+value="([^"]+)"', browser.get("/login").text)
        assert token
        form = {"csrf_token": token[1], "login": login, "password": PASSWORD}
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


def test_the_worker_stops_when_told(settings: Settings, database: Database, start: Start) -> None:
    worker = start("worker")
    time.sleep(3)
    assert worker.poll() is None
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=STOPS_WITHIN_S) == 0


def test_several_processes_count_requests_together(
    settings: Settings, database: Database, start: Start, port: int
) -> None:
    server = start("serve", "--port", str(port), "--workers", "2", LUODI_METRICS_TOKEN="watch-tower")
    address = f"http://127.0.0.1:{port}"
    wait_until_up(address, server)
    for _ in range(20):
        httpx.get(f"{address}/healthz")
    page = httpx.get(f"{address}/metrics", headers={"Authorization": "Bearer watch-tower"}).text
    counted = re.search(r'^luodi_requests_total\{method="GET",status="2xx"\} (\S+)', page, re.MULTILINE)
    assert counted and float(counted[1]) >= 21
    server.send_signal(signal.SIGTERM)
    server.wait(timeout=STOPS_WITHIN_S)
