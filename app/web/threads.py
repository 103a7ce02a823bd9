"""Threads that run handlers while the event loop goes on. Pages and programs' requests share one number of them."""

from __future__ import annotations

from asyncio import get_running_loop
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from anyio import WouldBlock
from anyio.to_thread import current_default_thread_limiter

T = TypeVar("T")


def limit(at_once: int) -> None:
    """Let the running loop handle so many requests at a time."""
    get_running_loop().set_default_executor(ThreadPoolExecutor(at_once, thread_name_prefix="page"))
    current_default_thread_limiter().total_tokens = at_once


async def in_a_thread(work: Callable[[], T]) -> T:
    """Run something in a thread of the loop, in the caller's context.

    The framework's own hand-over passes through the loop two times more, a twentieth of a small page's time. Its
    number of threads is kept to, so that no more requests wait for a connection of the database than it has.
    """
    limiter, here = current_default_thread_limiter(), object()
    try:
        limiter.acquire_on_behalf_of_nowait(here)
    except WouldBlock:
        await limiter.acquire_on_behalf_of(here)
    try:
        return await get_running_loop().run_in_executor(None, copy_context().run, work)
    finally:
        limiter.release_on_behalf_of(here)
