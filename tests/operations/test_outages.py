"""PostgreSQL restarted, killed, refused, silent while people work: an answer in time, and on with it afterwards."""

from __future__ import annotations

import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from app.core.actor import Role
from app.core.db import Database
from app.core.ids import new_id
from app.core.migrate import migrate
from app.core.models import EventPending
from app.core.postgresql import PING_SILENT_AFTER_S, SILENT_AFTER_S
from app.leads.models import Lead
from app.settings import Settings
from scripts.programs import Cluster, throwaway_cluster
from tests.factories.identity import PASSWORD, form_token, make_key, make_unit, make_user
from tests.operations.running import UP_WITHIN_S, Wire, free_port, start_luodi, wait_until_up

LONGEST_ANSWER_S = 15
BACK_WITHIN_S = 5
PEOPLE, PROGRAMS = 4, 4


@dataclass
class Office:
    """People at pages and programs at the API, all at once; what each was answered, and how long it took."""

    address: str
    login: str
    bearer: str
    answers: Counter[int] = field(default_factory=Counter)
    without_retry: int = 0
    longest_s: float = 0.0
    created: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Office:
        self._threads = [threading.Thread(target=self._read_pages) for _ in range(PEOPLE)]
        self._threads += [threading.Thread(target=self._report_leads) for _ in range(PROGRAMS)]
        for thread in self._threads:
            thread.start()
        try:
            self.wait_for(200, 201, within_s=UP_WITHIN_S)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def forget(self) -> None:
        with self._lock:
            self.answers.clear()

    def wait_for(self, *statuses: int, within_s: float = LONGEST_ANSWER_S) -> float:
        """Wait until each of these was answered; returns how long that took."""
        self.forget()
        began = time.monotonic()
        while not all(self.answers[status] for status in statuses):
            assert time.monotonic() - began < within_s, (statuses, self.answers)
            time.sleep(0.02)
        return time.monotonic() - began

    def _note(self, answer: httpx.Response, seconds: float) -> None:
        with self._lock:
            self.answers[answer.status_code] += 1
            self.longest_s = max(self.longest_s, seconds)
            self.without_retry += answer.status_code == 503 and not answer.headers.get("retry-after")

    def _read_pages(self) -> None:
        with httpx.Client(
            base_url=self.address, headers={"Sec-Fetch-Site": "same-origin"}, timeout=60
        ) as browser:
            typed = {"login": self.login, "password": PASSWORD}
            typed["csrf_token"] = form_token(browser.get("/login").text)
            assert browser.post("/login", data=typed).status_code == 303
            while not self._stop.is_set():
                self._timed(browser, "GET", "/leads")

    def _report_leads(self) -> None:
        headers = {"Authorization": f"Bearer {self.bearer}"}
        with httpx.Client(base_url=f"{self.address}/api/v1", headers=headers, timeout=60) as program:
            while not self._stop.is_set():
                key = new_id().hex
                lead = {"title": "线缆项目", "source": "partner", "investor_name": f"江西{key}有限公司"}
                answer = self._timed(program, "POST", "/leads", json=lead, headers={"Idempotency-Key": key})
                if answer.status_code == 201:
                    self.created.append(answer.json()["id"])

    def _timed(self, client: httpx.Client, method: str, path: str, **sent: Any) -> httpx.Response:
        began = time.monotonic()
        answer = client.request(method, path, **sent)
        self._note(answer, time.monotonic() - began)
        if answer.status_code == 503:
            self._stop.wait(0.1)
        return answer


@pytest.fixture
def cluster(database_url: str) -> Iterator[Cluster]:
    """A cluster of its own, since the tests' common one must not be stopped."""
    if database_url.startswith("sqlite"):
        pytest.skip("the PostgreSQL part of the tests does it")
    with throwaway_cluster("-c synchronous_commit=on") as started:
        migrate(started.url)
        yield started


def test_an_office_outlives_the_outages_of_its_database(cluster: Cluster, tmp_path: Path) -> None:
    """One run for all four kinds, because what it takes is the processes' start."""
    database = Database(Settings(database_url=cluster.url))
    with database.writing() as session:
        login = make_user(session).login
        unit = make_unit(session, name="商务局", is_verifying=True)
        _, bearer = make_key(session, role=Role.UNIT_HEAD, unit=unit, per_minute=100_000)
    address = f"http://127.0.0.1:{(port := free_port())}"
    with Wire(cluster.port) as wire:
        settings = Settings(
            database_url=f"postgresql+psycopg://luodi@127.0.0.1:{wire.port}/luodi", data_dir=tmp_path / "data"
        )
        server = start_luodi(settings, "serve", "--port", str(port), port=port, LUODI_WORKER_IN_SERVE="false")
        worker = start_luodi(settings, "worker", port=port)
        try:
            wait_until_up(address, server)
            with Office(address, login, bearer) as office:
                for outage in (restarted, killed, refused, silent):
                    outage(cluster, wire, office)
                assert worker.poll() is None and server.poll() is None
            assert set(office.answers) <= {200, 201, 503}
            assert office.without_retry == 0
            assert office.longest_s < LONGEST_ANSWER_S
            assert_nothing_acknowledged_is_lost(database, office.created)
            assert_the_worker_works(database)
        finally:
            stop(server, worker)
    database.dispose()


def restarted(cluster: Cluster, wire: Wire, office: Office) -> None:
    cluster.stop("fast")
    cluster.start()
    office.wait_for(200, 201, within_s=BACK_WITHIN_S)


def killed(cluster: Cluster, wire: Wire, office: Office) -> None:
    cluster.stop("immediate")
    office.wait_for(503)
    cluster.start()
    office.wait_for(200, 201, within_s=BACK_WITHIN_S)


def refused(cluster: Cluster, wire: Wire, office: Office) -> None:
    """Away for a while: whoever asks learns it at once."""
    cluster.stop("fast")
    office.wait_for(503)
    began = time.monotonic()
    assert httpx.get(f"{office.address}/readyz", timeout=LONGEST_ANSWER_S).status_code == 503
    assert time.monotonic() - began < BACK_WITHIN_S
    assert httpx.get(f"{office.address}/healthz").status_code == 200
    cluster.start()
    office.wait_for(200, 201, within_s=BACK_WITHIN_S)


def silent(cluster: Cluster, wire: Wire, office: Office) -> None:
    """Longer than a statement is waited for, so that those who were in the middle of one are answered too."""
    wire.fall_silent()
    office.forget()
    time.sleep(SILENT_AFTER_S + 2)
    assert office.answers[503] >= PEOPLE + PROGRAMS
    assert office.longest_s > PING_SILENT_AFTER_S
    assert httpx.get(f"{office.address}/healthz", timeout=1).status_code == 200
    wire.speak_again()
    office.wait_for(200, 201, within_s=BACK_WITHIN_S)


def assert_nothing_acknowledged_is_lost(database: Database, created: list[str]) -> None:
    with database.reading() as session:
        kept = {str(key) for key in session.scalars(select(Lead.id))}
    assert created and set(created) <= kept


def assert_the_worker_works(database: Database) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with database.reading() as session:
            if not session.scalar(select(func.count()).select_from(EventPending)):
                return
        time.sleep(0.1)
    raise AssertionError("events lie unsealed: the worker does nothing any more")


def stop(*processes: subprocess.Popen[bytes]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        assert process.wait(timeout=20) in (0, -15)
