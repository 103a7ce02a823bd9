"""Static files: how long browsers keep them, and how far the service worker answers."""

from __future__ import annotations

from starlette.staticfiles import StaticFiles
from starlette.types import Scope

# It lies among the static files, but answers for every page when there is no network.
SERVICE_WORKER = "js/worker.js"


class HashedFiles(StaticFiles):
    """Static files; addresses that carry a content hash may be kept for a year."""

    async def get_response(self, path: str, scope: Scope):  # type: ignore[no-untyped-def]
        response = await super().get_response(path, scope)
        hashed = b"v=" in scope.get("query_string", b"")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        if path == SERVICE_WORKER:
            response.headers["Service-Worker-Allowed"] = "/"
        return response
