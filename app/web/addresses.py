"""Where a request really comes from: forwarded headers are believed from configured proxies only."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import Scope


def believed_client(scope: Scope, headers: Headers, proxies: Sequence[str]) -> tuple[str, str]:
    """Return (address, scheme): walk X-Forwarded-For from the right past every trusted proxy."""
    client = scope.get("client")
    address = client[0] if client else ""
    scheme = scope.get("scheme", "http")
    if not _is_trusted(address, proxies):
        return address, scheme
    forwarded_scheme = headers.get("x-forwarded-proto", "").split(",")[-1].strip().lower()
    if forwarded_scheme in ("http", "https"):
        scheme = forwarded_scheme
    for hop in reversed(
        [part.strip() for part in headers.get("x-forwarded-for", "").split(",") if part.strip()]
    ):
        if not _is_address(hop):
            break
        address = hop
        if not _is_trusted(hop, proxies):
            break
    return address, scheme


def _is_trusted(address: str, proxies: Sequence[str]) -> bool:
    if not _is_address(address):
        return False
    place = ipaddress.ip_address(address)
    return any(place in ipaddress.ip_network(proxy, strict=False) for proxy in proxies)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
