"""What administrators decide for the county."""

from __future__ import annotations

from tests.permissions.doors import ADMIN, Doors

ROUTES: dict[str, Doors] = {
    "GET /admin/settings": ADMIN,
    "GET /admin/settings/{name}": ADMIN,
    "POST /admin/settings/{name}": ADMIN,
    "GET /admin/chains": ADMIN,
    "POST /admin/chains": ADMIN,
    "GET /admin/chains/{code}": ADMIN,
    "POST /admin/chains/{code}": ADMIN,
}
