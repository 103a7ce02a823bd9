"""The application as servers import it: `app.asgi:app`."""

import ctypes

from app.main import create_app
from app.settings import get_settings

M_ARENA_MAX = -8  # malloc.h


def share_heaps() -> None:
    """Have all threads share two heaps. glibc gives each of them its own, and what sixteen of them once needed for a
    page stays with the process: some 90 MiB a worker. Other C libraries have no such setting and no such need."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(M_ARENA_MAX, 2)


share_heaps()
app = create_app(with_worker=get_settings().worker_in_serve)
