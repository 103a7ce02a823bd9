"""Forwarded headers count only when a configured proxy sent them."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from app.web.addresses import believed_client


@pytest.mark.parametrize(
    ("peer", "headers", "proxies", "expected"),
    [
        ("203.0.113.9", {"x-forwarded-for": "198.51.100.1"}, [], ("203.0.113.9", "http")),
        ("10.0.0.1", {"x-forwarded-for": "198.51.100.1"}, ["10.0.0.1"], ("198.51.100.1", "http")),
        ("10.0.0.1", {"x-forwarded-for": "6.6.6.6, 198.51.100.1"}, ["10.0.0.0/8"], ("198.51.100.1", "http")),
        ("10.0.0.1", {"x-forwarded-for": "198.51.100.1, 10.0.0.2"}, ["10.0.0.0/8"], ("198.51.100.1", "http")),
        ("10.0.0.1", {"x-forwarded-for": "nonsense"}, ["10.0.0.0/8"], ("10.0.0.1", "http")),
        ("10.0.0.1", {"x-forwarded-proto": "https"}, ["10.0.0.1"], ("10.0.0.1", "https")),
        ("10.0.0.1", {"x-forwarded-proto": "gopher"}, ["10.0.0.1"], ("10.0.0.1", "http")),
        ("203.0.113.9", {"x-forwarded-proto": "https"}, ["10.0.0.1"], ("203.0.113.9", "http")),
    ],
)
def test_believed_client(
    peer: str, headers: dict[str, str], proxies: list[str], expected: tuple[str, str]
) -> None:
    scope = {"type": "http", "client": (peer, 1234), "scheme": "http"}
    assert believed_client(scope, Headers(headers), proxies) == expected
