"""HEAD beside every GET; PATCH, PUT and DELETE for programs behind gateways that cut them."""

from __future__ import annotations

from typing import Any


class MethodOverride:
    """POST with X-HTTP-Method-Override does what PATCH, PUT or DELETE would (keys only): gateways cut those."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"].startswith("/api/"):
            wanted = dict(scope["headers"]).get(b"x-http-method-override", b"").decode("latin-1").upper()
            if wanted in ("PATCH", "PUT", "DELETE"):
                scope = dict(scope, method=wanted)
        await self.app(scope, receive, send)


class HeadAsGet:
    """HEAD answers what GET would, without the body: monitors and proxies ask so."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_head(message: Any) -> None:
            if message["type"] == "http.response.body":
                message = dict(message, body=b"")
            await send(message)

        await self.app(dict(scope, method="GET"), receive, send_head)
