"""Handlers in threads: so many at a time, whichever way they get there, and each in its request's context."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from threading import Lock, current_thread, main_thread
from time import sleep

import pytest
from starlette.concurrency import run_in_threadpool

from app.web.threads import in_a_thread, limit

WHO: ContextVar[str] = ContextVar("who", default="nobody")


class Crowd:
    """Counts how many are at work at the same time."""

    def __init__(self) -> None:
        self.lock, self.now, self.most = Lock(), 0, 0

    def work(self) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        sleep(0.01)
        with self.lock:
            self.now -= 1


def in_loop(at_once: int, *works: Callable[[], object], framework: int = 0) -> None:
    async def all_of_them() -> None:
        limit(at_once)
        ways = [run_in_threadpool(work) for work in works[:framework]]
        await asyncio.gather(*ways, *[in_a_thread(work) for work in works[framework:]])

    asyncio.run(all_of_them())


@pytest.mark.parametrize("framework", [0, 10])
def test_no_more_than_so_many_are_handled_at_a_time(framework: int) -> None:
    crowd = Crowd()
    in_loop(3, *[crowd.work] * 20, framework=framework)
    assert (crowd.most, crowd.now) == (3, 0)


def test_it_runs_in_a_thread_in_the_context_of_the_request() -> None:
    async def asked() -> tuple[str, bool]:
        limit(2)
        WHO.set("somebody")
        return await in_a_thread(lambda: (WHO.get(), current_thread() is main_thread()))

    assert asyncio.run(asked()) == ("somebody", False)


def test_a_refusal_comes_out_and_the_place_is_free_again() -> None:
    def refuses() -> None:
        raise LookupError("none")

    async def asked() -> str:
        limit(1)
        with pytest.raises(LookupError):
            await in_a_thread(refuses)
        return await in_a_thread(lambda: "free")

    assert asyncio.run(asked()) == "free"
