"""The application as tests meet it over HTTP.

FastAPI works out the parameters of every route at an application's first request, which costs more than most tests;
so an application is built once per set of settings and handed from test to test with another database and clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.core.db import Database
from app.main import create_app, hand_over_state
from app.settings import Settings
from app.web import logs

ADDRESS = "http://127.0.0.1:8000"
# The server's address as the test client knows it: the browser says that the form came from there.
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}

_free: dict[str, list[FastAPI]] = {}
_lent: list[tuple[str, FastAPI]] = []
_loops: list[BlockingPortal] = []


def open_app(database: Database, clock: Callable[[], datetime], **settings: Any) -> FastAPI:
    """Give the application on a migrated database. It is this test's alone until the test ends."""
    url = database.url.render_as_string(hide_password=False)
    given = {"database_url": url, "base_url": ADDRESS, "log_level": "ERROR"} | settings
    wanted = Settings(**given)
    kind = wanted.model_dump_json(exclude={"database_url", "data_dir"})
    free = _free.setdefault(kind, [])
    if free:
        app = free.pop()
        logs.configure(wanted)
        app.state = type(app.state)()
        hand_over_state(app, wanted, clock=clock, database=database)
    else:
        app = create_app(wanted, clock=clock, database=database)
    _lent.append((kind, app))
    return app


def take_back_apps() -> None:
    """Note that a test has ended: what it was lent may be lent again."""
    for kind, app in _lent:
        _free[kind].append(app)
    _lent.clear()


@contextmanager
def one_event_loop() -> Iterator[None]:
    """Let all clients share one event loop: a thread and a loop for each request cost as much as a small page."""
    with start_blocking_portal() as portal:
        _loops.append(portal)
        yield
        _loops.clear()


def visitor(app: FastAPI, *, base_url: str = ADDRESS, **more: Any) -> TestClient:
    """Return a client that nobody has signed in with."""
    client = TestClient(app, base_url=base_url, **more)
    client.portal = _loops[0] if _loops else None
    return client
