"""Ask the application in this process, without a socket: what a request costs between the server and the wire."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Thread
from time import perf_counter, process_time
from typing import Any
from unittest.mock import patch

from fastapi import FastAPI
from sqlalchemy import event, select
from sqlalchemy.orm import joinedload

from app.core.db import Database
from app.core.events import seal_pending
from app.identity.keys.rules import new_bearer
from app.identity.models import ApiKey, ServiceAccount, Unit, User
from app.identity.sign_in.service import open_session
from app.main import create_app
from app.settings import Settings
from app.web import templating

HOST = "127.0.0.1"
EVERY_SCOPE = ("leads:read", "leads:write")


@dataclass(frozen=True, slots=True)
class Answer:
    """`ms` and `cpu_ms` are what the application took, from being called by the server's loop to its last byte."""

    status: int
    body: bytes
    headers: dict[str, str]
    ms: float
    cpu_ms: float


@dataclass(slots=True)
class Caught:
    """What one request asked of the database and gave to its template."""

    statements: list[tuple[str, Any, bool]] = field(default_factory=list)
    pages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


class Office:
    """The application over a filled database, with somebody signed in and a key made."""

    def __init__(self, url: str, *, login: str = "bureau") -> None:
        self.settings = Settings(database_url=url, log_level="WARNING")
        self.database = Database(self.settings)
        self.app: FastAPI = create_app(self.settings, database=self.database)
        self.login = login
        self.loop = running_loop()
        templating.warm(self.settings.timezone)
        self.token = sign_in(self.database, self.settings, login)
        self.key = make_key(self.database, per_minute=10_000_000)
        self.cookie = f"{self.app.state.session_cookie}={self.token}"
        gc.freeze()  # as the server does once it has started (`app.asgi`)

    def get(self, target: str) -> Answer:
        """Open a page as the person who signed in."""
        return call(self.loop, self.app, "GET", target, {"cookie": self.cookie})

    def get_json(self, target: str) -> Answer:
        return call(self.loop, self.app, "GET", target, {"authorization": f"Bearer {self.key}"})

    def seal(self) -> None:
        """Seal what was written so far, as a worker does every few seconds: each page counts what still waits."""
        with self.database.writing() as session:
            seal_pending(session, at=datetime.now(UTC))

    @contextmanager
    def catching(self) -> Iterator[Caught]:
        """Note every statement with its parameters, and every page with its values."""
        caught, render = Caught(), templating.render

        def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
            caught.statements.append((statement, parameters, many))

        def rendering(template: str, **values: Any) -> str:
            caught.pages.append((template, values))
            return render(template, **values)

        event.listen(self.database.engine, "before_cursor_execute", note)
        try:
            with patch.object(templating, "render", rendering):
                yield caught
        finally:
            event.remove(self.database.engine, "before_cursor_execute", note)

    @contextmanager
    def in_the_database(self) -> Iterator[list[float]]:
        """Note how long each statement and each commit took in the driver and the database, in ms."""
        engine, took = self.database.engine, []
        commit = engine.dialect.do_commit

        def begins(connection: Any, *_more: Any) -> None:
            connection.info["begun"] = perf_counter()

        def ends(connection: Any, *_more: Any) -> None:
            took.append((perf_counter() - connection.info["begun"]) * 1000)

        def commits(connection: Any) -> None:
            begun = perf_counter()
            commit(connection)
            took.append((perf_counter() - begun) * 1000)

        event.listen(engine, "before_cursor_execute", begins)
        event.listen(engine, "after_cursor_execute", ends)
        try:
            with patch.object(engine.dialect, "do_commit", commits):
                yield took
        finally:
            event.remove(engine, "before_cursor_execute", begins)
            event.remove(engine, "after_cursor_execute", ends)


def running_loop() -> asyncio.AbstractEventLoop:
    """Start a loop that stays, as a server's does: threads for handlers end with the task that a loop was started for,
    and to start one for each request would cost as much as a small page."""
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_until_complete, args=(loop.create_future(),), daemon=True).start()
    return loop


def call(
    loop: asyncio.AbstractEventLoop,
    app: Callable[..., Any],
    method: str,
    target: str,
    headers: dict[str, str],
    body: bytes = b"",
) -> Answer:
    """Send one request through an ASGI application and return what it answered."""
    path, _, query = target.partition("?")
    given = {"host": f"{HOST}:8000", "content-length": str(len(body)), **headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": (HOST, 50_000),
        "server": (HOST, 8000),
    }
    return asyncio.run_coroutine_threadsafe(_exchange(app, scope, body), loop).result()


async def _exchange(app: Callable[..., Any], scope: dict[str, Any], body: bytes) -> Answer:
    status, parts, headers = 0, [], {}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            headers.update({name.decode(): value.decode("latin-1") for name, value in message["headers"]})
        else:
            parts.append(message.get("body", b""))

    begun, computed = perf_counter(), process_time()
    await app(scope, receive, send)
    cpu_ms, ms = (process_time() - computed) * 1000, (perf_counter() - begun) * 1000
    return Answer(status, b"".join(parts), headers, ms, cpu_ms)


def sign_in(database: Database, settings: Settings, login: str) -> str:
    """Open a session of a demo account and return its cookie's value."""
    with database.writing() as session:
        user = session.scalars(select(User).where(User.login == login).options(joinedload(User.person))).one()
        signed = open_session(
            session, user, settings=settings, address=HOST, device="bench", at=datetime.now(UTC)
        )
        return signed.token


def make_key(database: Database, *, per_minute: int) -> str:
    """Make a program's key that reads and writes leads for the bureau, limited as said."""
    at, bearer = datetime.now(UTC), new_bearer()
    with database.writing() as session:
        unit_id = session.scalars(select(Unit.id).where(Unit.is_verifying).limit(1)).one()
        account = ServiceAccount(
            county_id=session.scalars(select(User.county_id).limit(1)).one(),
            name=f"bench {at.isoformat()}",
            unit_id=unit_id,
            role="verifier",
            created_at=at,
            updated_at=at,
        )
        session.add(account)
        session.flush()
        session.add(
            ApiKey(
                account_id=account.id,
                key_id=bearer.key_id,
                secret_hash=bearer.secret_hash,
                scopes=list(EVERY_SCOPE),
                per_minute=per_minute,
                created_at=at,
                expires_at=at + timedelta(days=30),
            )
        )
    return bearer.text
