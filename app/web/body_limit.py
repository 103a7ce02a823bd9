"""Refuse bodies that are larger than anything the office sends, before they fill memory or disk."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.settings import Settings

FILES_AT_ONCE = 5
JSON_MB = 2


class BodyLimit:
    """Count what arrives: forms may carry a few files of the largest size, JSON two MiB."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.form_bytes = settings.max_upload_mb * FILES_AT_ONCE * 1024 * 1024
        self.json_bytes = JSON_MB * 1024 * 1024

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        most = self.json_bytes if scope["path"].startswith("/api/") else self.form_bytes
        declared = headers.get("content-length", "")
        too_large = declared.isdigit() and int(declared) > most
        arrived = 0

        async def counted() -> Message:
            nonlocal arrived
            if too_large:
                raise HTTPException(413)
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > most:
                raise HTTPException(413)
            return message

        await self.app(scope, counted, send)
