"""Outermost layer: request id, security headers, host check and the log line of every request."""

from __future__ import annotations

import json
import re
import secrets
from time import perf_counter
from urllib.parse import urlsplit

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.i18n import negotiate, translate
from app.core.request_context import set_request_id
from app.settings import Settings
from app.web.addresses import believed_client
from app.web.metrics import note_request
from app.web.problems import answer_bug

log = structlog.get_logger("luodi.request")

# What the log says where the browser went away before its request had been read (nginx's number).
GONE = 499
# Probes come by whatever address the machine has; what these answer holds no link and no name.
FOR_WATCHERS = frozenset({"/healthz", "/readyz", "/metrics"})
HOST = re.compile(r"([\w.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
SAFE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def content_security_policy(nonce: str) -> str:
    """Everything from this server only; scripts and styles also by nonce; nothing may frame us."""
    return (
        "default-src 'none'; "
        f"script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )


class Envelope:
    """Give every request an id and a nonce, every response its security headers, every exchange a log line."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.hosts = {host.lower() for host in settings.trusted_hosts} | {
            (urlsplit(settings.base_url).hostname or "").lower()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if SAFE_REQUEST_ID.fullmatch(given) else secrets.token_hex(12)
        set_request_id(request_id)
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        state["csp_nonce"] = secrets.token_urlsafe(16)
        state["client"], state["scheme"] = believed_client(scope, headers, self.settings.trusted_proxies)
        started = perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._add_headers(MutableHeaders(scope=message), state)
            await send(message)

        try:
            await self._answer(scope, receive, send_with_headers)
        except ClientDisconnect:
            status = GONE
        except Exception as error:
            # Answered here and not by the framework's outermost layer, whose answer would lack all that we add.
            answer = await run_in_threadpool(answer_bug, Request(scope), error)
            if (
                status
            ):  # half of an answer has left: only breaking the connection says that the rest is missing
                raise
            await answer(scope, receive, send_with_headers)
        finally:
            _note(scope, status or 500, perf_counter() - started)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in FOR_WATCHERS or self._known_host(Headers(scope=scope).get("host", "")):
            await self.app(scope, receive, send)
        else:
            await _refuse_host(send, scope, self.settings.locale)

    def _known_host(self, host: str) -> bool:
        if "*" in self.hosts:
            return True
        found = HOST.fullmatch(host)
        return found is not None and found[1].lower() in self.hosts

    def _add_headers(self, headers: MutableHeaders, state: dict[str, str]) -> None:
        headers["X-Request-ID"] = state["request_id"]
        headers.setdefault("Content-Security-Policy", content_security_policy(state["csp_nonce"]))
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=()"
        headers.setdefault("Cache-Control", "no-store")
        if self.settings.https:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"


def _note(scope: Scope, status: int, seconds: float) -> None:
    note_request(scope["method"], status, seconds)
    log.info(
        "request",
        request_id=scope["state"]["request_id"],
        method=scope["method"],
        path=scope["path"],
        status=status,
        ms=round(seconds * 1000, 1),
    )


async def _refuse_host(send: Send, scope: Scope, locale: str) -> None:
    """Refuse before anything of the application runs, in the form that the caller reads."""
    text = translate(negotiate(Headers(scope=scope).get("accept-language", ""), locale), "error.unknown_host")
    body, kind = f"{text}\n", "text/plain; charset=utf-8"
    if scope["path"].startswith("/api/"):
        kind = "application/problem+json"
        body = json.dumps(
            {
                "type": "/api/problems#unknown_host",
                "title": "unknown_host",
                "status": 400,
                "detail": text,
                "instance": scope["path"],
                "request_id": scope["state"]["request_id"],
            }
        )
    sent = body.encode()
    named = [(b"content-type", kind.encode()), (b"content-length", str(len(sent)).encode())]
    await send({"type": "http.response.start", "status": 400, "headers": named})
    await send({"type": "http.response.body", "body": sent})
