"""Which function does a job of which kind, and which run again and again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.core.db import Database
from app.settings import Settings

Payload = Mapping[str, Any]
Function = TypeVar("Function", bound=Callable[..., object])
DEFAULT_LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Tools:
    """What a job outside a transaction works with: it opens its own, short ones."""

    database: Database
    settings: Settings
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Handler:
    function: Callable[..., object]
    outside: bool
    lease: timedelta


@dataclass(frozen=True, slots=True)
class Periodic:
    """A function that runs every so often. `when` says cheaply whether there is anything to do."""

    name: str
    function: Callable[..., object]
    interval: timedelta
    outside: bool
    lease: timedelta
    when: Callable[[Session], bool] | None


@dataclass(slots=True)
class Registry:
    handlers: dict[str, Handler] = field(default_factory=dict)
    periodic: dict[str, Periodic] = field(default_factory=dict)

    def job(
        self, kind: str, *, outside: bool = False, lease: timedelta = DEFAULT_LEASE
    ) -> Callable[[Function], Function]:
        """Register what does jobs of a kind; see the package for its two forms."""

        def register(function: Function) -> Function:
            if kind in self.handlers and self.handlers[kind].function is not function:
                raise ValueError(f"two functions for jobs of kind {kind}")
            self.handlers[kind] = Handler(function, outside, lease)
            return function

        return register

    def every(
        self,
        seconds: float,
        *,
        name: str = "",
        outside: bool = False,
        lease: timedelta = DEFAULT_LEASE,
        when: Callable[[Session], bool] | None = None,
    ) -> Callable[[Function], Function]:
        """Register what runs every so many seconds, in one of many workers at a time."""

        def register(function: Function) -> Function:
            called = name or f"{function.__module__}.{function.__qualname__}"
            self.periodic[called] = Periodic(
                called, function, timedelta(seconds=seconds), outside, lease, when
            )
            return function

        return register


REGISTRY = Registry()
job = REGISTRY.job
every = REGISTRY.every
