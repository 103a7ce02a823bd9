"""The request id, known everywhere below without being passed through every function."""

from __future__ import annotations

from contextvars import ContextVar

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def set_request_id(value: str) -> None:
    _request_id.set(value)


def current_request_id() -> str:
    """Return the id of the request being handled, or an empty string in jobs and commands."""
    return _request_id.get()
