"""Refuse requests that another site caused: fetch metadata and origin first, then a token in the form."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from starlette.requests import Request

from app.core.errors import AppError
from app.settings import Settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ANONYMOUS_COOKIE = "luodi_visitor"


class CrossSite(AppError):
    """The request was sent by another site's page, or the form is older than the session."""

    code = "cross_site"
    status = 403


def require_same_site(request: Request, settings: Settings) -> None:
    """Raises CrossSite unless the browser says that the request comes from our own pages.

    Sec-Fetch-Site decides where the browser sends it; otherwise Origin or Referer must name this host.
    """
    fetch_site = request.headers.get("sec-fetch-site")
    if fetch_site is not None:
        if fetch_site not in ("same-origin", "none"):
            raise CrossSite()
        return
    claimed = request.headers.get("origin") or request.headers.get("referer") or ""
    if urlsplit(claimed).netloc.lower() not in {
        request.headers.get("host", "").lower(),
        _host(settings.base_url),
    }:
        raise CrossSite()


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


def token_for(secret_key: str, holder: str) -> str:
    """Return the form token that belongs to a session or an anonymous visitor's cookie."""
    return hmac.digest(secret_key.encode(), b"csrf:" + holder.encode(), "sha256").hex()


def require_token(given: object, secret_key: str, holder: str) -> None:
    """Raises CrossSite when the form's token does not belong to this holder."""
    if not isinstance(given, str) or not hmac.compare_digest(
        given.encode(), token_for(secret_key, holder).encode()
    ):
        raise CrossSite()


def new_visitor() -> str:
    return secrets.token_urlsafe(24)
