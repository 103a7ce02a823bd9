"""Where a request really comes from: forwarded headers are believed from configured proxies only."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

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
        if _read(hop) is None:
            break
        address = hop
        if not _is_trusted(hop, proxies):
            break
    return address, scheme


def _is_trusted(address: str, proxies: Sequence[str]) -> bool:
    place = _read(address)
    return place is not None and any(place in _network(proxy) for proxy in proxies)


# The same few addresses come with every request: the proxy's own, and those of one office.
@lru_cache(1024)
def _read(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address)
    except ValueError:
        return None


@lru_cache(1024)
def _network(proxy: str) -> IPv4Network | IPv6Network:
    return ip_network(proxy, strict=False)
