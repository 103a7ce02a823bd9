"""Luodi as an operator runs it: processes of their own, and a network between them and the database."""

from __future__ import annotations

import os
import selectors
import socket
import subprocess
import sys
import threading
import time
from types import TracebackType

import httpx

from app.settings import Settings

UP_WITHIN_S = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start_luodi(settings: Settings, *words: str, port: int, **more: str) -> subprocess.Popen[bytes]:
    """Start `luodi …` on these settings as systemd would."""
    environment = os.environ | {
        "LUODI_DATABASE_URL": settings.database_url,
        "LUODI_DATA_DIR": str(settings.data_dir),
        "LUODI_BASE_URL": f"http://127.0.0.1:{port}",
        "LUODI_LOG_LEVEL": "ERROR",
        **more,
    }
    return subprocess.Popen([sys.executable, "-m", "app", *words], env=environment)


def wait_until_up(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + UP_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the server did not come up: {process.poll()}")


class Wire:
    """The network to a server: carries bytes until it is told to fall silent, and takes them all along when it ends.

    While it is silent it still accepts connections and bytes, as a firewall or a dead disk behind a living kernel does.
    """

    def __init__(self, to_port: int) -> None:
        self._to = ("127.0.0.1", to_port)
        self._selector = selectors.DefaultSelector()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listening.getsockname()[1]
        self._silent = False
        self._ended = False
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._carry)

    def __enter__(self) -> Wire:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended = True
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self._selector.close()

    def fall_silent(self) -> None:
        self._silent = True

    def speak_again(self) -> None:
        self._silent = False

    def _carry(self) -> None:
        while not self._ended:
            if self._silent:
                time.sleep(0.02)
                continue
            for key, _ in self._selector.select(timeout=0.05):
                if key.fileobj is self._listening:
                    self._accept()
                elif key.fileobj.fileno() >= 0:  # type: ignore[union-attr]
                    self._pass_on(key.fileobj, key.data)  # type: ignore[arg-type]

    def _accept(self) -> None:
        near, _ = self._listening.accept()
        try:
            far = socket.create_connection(self._to, timeout=2)
        except OSError:
            near.close()
            return
        self._selector.register(near, selectors.EVENT_READ, far)
        self._selector.register(far, selectors.EVENT_READ, near)

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        try:
            taken = source.recv(65536)
            if taken:
                target.sendall(taken)
                return
        except OSError:
            pass
        for end in (source, target):
            self._selector.unregister(end)
            end.close()
