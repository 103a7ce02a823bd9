"""The server: one process, or several forked from one that has imported everything, each with a socket of its own.

Forked, they share what importing made, some two thirds of their memory, until one of them changes it. With one
listening socket for all, whichever process woke first took every connection that was waiting, and the others stood
idle: sixteen connections were answered at half the speed. With a socket each the kernel deals connections out.
"""

from __future__ import annotations

import multiprocessing
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from multiprocessing.process import BaseProcess
from typing import Any

import uvicorn
from uvicorn import _subprocess
from uvicorn.supervisors import Multiprocess

from app.settings import Settings

APPLICATION = "app.asgi:app"
OPTIONS: dict[str, Any] = {
    "log_level": "warning",
    "access_log": False,
    "server_header": False,
    "date_header": True,
    "ws": "none",  # no page speaks it
    "proxy_headers": False,
    "timeout_graceful_shutdown": 10,
    "timeout_worker_healthcheck": 30,  # a busy machine may start a process for longer than 5 seconds
    "h11_max_incomplete_event_size": 64 * 1024,
}


def run(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Serve until stopped. Raises OSError when several are to serve an address that is taken or not this machine's."""
    if workers == 1 or sys.platform != "linux":  # elsewhere forking is not safe after libraries were imported
        uvicorn.run(APPLICATION, host=host, port=port, workers=workers, **OPTIONS)
        return
    _run_forked(uvicorn.Config(APPLICATION, host=host, port=port, workers=workers, **OPTIONS), settings)


def _run_forked(config: uvicorn.Config, settings: Settings) -> None:
    """Run several processes; one that dies or hangs is replaced."""
    # Tried unshared first: shared sockets would let two servers have one address without a word.
    _listening(config, shared=False).close()
    import_module(APPLICATION.partition(":")[0])
    import_module("app.web.templating").warm(settings.timezone)
    _subprocess.spawn = _Forking(config)  # type: ignore[assignment] # the library knows no other way to start one
    Multiprocess(config, sockets=[]).run()


class _Forking:
    """Stands where the library keeps the context by which it starts its processes."""

    def __init__(self, config: uvicorn.Config) -> None:
        self._config = config

    def Process(self, *, target: Callable[..., None], kwargs: dict[str, Any]) -> BaseProcess:  # noqa: N802
        context = multiprocessing.get_context("fork")
        return context.Process(target=self._serve, kwargs={"target": target, "kwargs": kwargs})

    def _serve(self, *, target: Callable[..., None], kwargs: dict[str, Any]) -> None:
        target(**kwargs | {"sockets": [_listening(self._config, shared=True)]})


def _listening(config: uvicorn.Config, *, shared: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    opened = socket.socket(family)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        opened.bind((config.host, config.port))
    except OSError:
        opened.close()
        raise
    return opened
