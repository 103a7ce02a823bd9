"""The API's rooms besides the leads': a key's scope and its account's role."""

from __future__ import annotations

from app.core.actor import Role
from tests.permissions.doors import STAFF, WRITERS, Doors, Scoped

ANY = STAFF | {Role.PARTNER}

ROUTES: dict[str, Doors] = {
    "GET /api/v1/deals": Scoped("deals:read", ANY),
    "GET /api/v1/deals/{deal_id}": Scoped("deals:read", ANY),
    "GET /api/v1/investors": Scoped("investors:read", ANY),
    "GET /api/v1/investors/{investor_id}": Scoped("investors:read", ANY),
    "GET /api/v1/visits": Scoped("visits:read", ANY),
    "POST /api/v1/visits": Scoped("visits:write", WRITERS),
    "GET /api/v1/visits/{visit_id}": Scoped("visits:read", ANY),
    "PATCH /api/v1/visits/{visit_id}": Scoped("visits:write", WRITERS),
    "GET /api/v1/targets": Scoped("targets:read", ANY),
    "GET /api/v1/targets/{target_id}": Scoped("targets:read", ANY),
    "GET /api/v1/targets/{target_id}/progress": Scoped("targets:read", ANY),
    "GET /api/v1/targets/{target_id}/entries": Scoped("targets:read", ANY),
    "GET /api/v1/events": Scoped("events:read", ANY),
}
