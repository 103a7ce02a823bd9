"""The application as servers import it: `app.asgi:app`."""

from __future__ import annotations

import ctypes
import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

M_ARENA_MAX = -8  # malloc.h


def share_heaps() -> None:
    """Have all threads share two heaps. glibc gives each of them its own, and what sixteen of them once needed for a
    page stays with the process: some 90 MiB a worker. Other C libraries have no such setting and no such need."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(M_ARENA_MAX, 2)


def start() -> FastAPI:
    """Build the application, with garbage collected only afterwards.

    Nearly everything that is made while importing stays. Searching it for garbage takes a seventh of the start, and
    later, in the middle of somebody's page, a fifth of a second each time: frozen, it is never searched.
    """
    gc.disable()
    from app.main import create_app
    from app.settings import get_settings

    built = create_app(with_worker=get_settings().worker_in_serve)
    gc.freeze()
    gc.enable()
    return built


share_heaps()
app = start()
