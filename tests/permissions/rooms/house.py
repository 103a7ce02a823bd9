"""The frame: health, what forms ask while somebody types, the audit trail."""

from __future__ import annotations

from tests.permissions.doors import ADMIN, AUDITORS, KEYS, SIGNED_IN, VISITORS, Doors

ROUTES: dict[str, Doors] = {
    "GET /healthz": VISITORS,
    "GET /readyz": VISITORS,
    "GET /metrics": VISITORS,
    "GET /fragments/money": SIGNED_IN,
    "GET /api/v1/meta": KEYS,
    "GET /api/v1/openapi.json": VISITORS,
    "GET /api/docs": VISITORS,
    "GET /api/problems": VISITORS,
    "GET /admin/styleguide": ADMIN,
    "GET /admin/audit": AUDITORS,
}
