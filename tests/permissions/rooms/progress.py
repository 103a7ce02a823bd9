"""The number, its rows and its brief."""

from __future__ import annotations

from tests.permissions.doors import STAFF, Doors

ROUTES: dict[str, Doors] = {
    "GET /progress": STAFF,
    "GET /progress/entries": STAFF,
    "GET /progress/deals": STAFF,
    "GET /progress/talks": STAFF,
    "GET /progress/brief": STAFF,
    "GET /progress/comparison": STAFF,
}
