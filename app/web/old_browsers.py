"""360 and other browsers in their Trident mode get one plain page that says how to switch the kernel."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.settings import Settings
from app.web import templating

MARKS = ("Trident/", "MSIE ")
STILL_SERVED = ("/static/", "/api/", "/healthz", "/readyz", "/metrics")


class SwitchKernel:
    """Answer every page that a Trident browser asks for with the page that helps it."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(STILL_SERVED):
            agent = Headers(scope=scope).get("user-agent", "")
            if any(mark in agent for mark in MARKS):
                text = templating.render(
                    "errors/trident.html", locale=self.settings.locale, zone=self.settings.timezone
                )
                await HTMLResponse(text)(scope, receive, send)
                return
        await self.app(scope, receive, send)
