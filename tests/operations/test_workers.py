"""Worker processes that are forked from one: what they must not share, and an address that is taken."""

from __future__ import annotations

import multiprocessing
import os
import socket
import subprocess
import sys
from multiprocessing.connection import Connection
from uuid import UUID

from app.core.db import Database
from app.core.ids import new_id
from tests.operations.running import free_port

AT_ONCE = 500


def _make_ids(writing: Connection) -> None:
    writing.send([new_id() for _ in range(AT_ONCE)])


def test_forked_workers_make_ids_of_their_own() -> None:
    new_id()  # what the parent's generator keeps is inherited by both
    context = multiprocessing.get_context("fork")
    pipes = [context.Pipe(duplex=False) for _ in range(2)]
    running = [context.Process(target=_make_ids, args=(writing,)) for _, writing in pipes]
    for one in running:
        one.start()
    made: list[UUID] = [key for reading, _ in pipes for key in reading.recv()]
    for one in running:
        one.join()
    assert len({key.int & ((1 << 62) - 1) for key in made}) == 2 * AT_ONCE, "their random halves differ too"


def test_an_address_that_is_taken_is_refused_by_name(database: Database) -> None:
    port = free_port()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        begun = subprocess.run(
            [sys.executable, "-m", "app", "serve", "--port", str(port), "--workers", "2"],
            env=os.environ | {"LUODI_DATABASE_URL": database.url.render_as_string(hide_password=False)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert begun.returncode == 1
    assert f"127.0.0.1:{port}: Address already in use" in begun.stdout
