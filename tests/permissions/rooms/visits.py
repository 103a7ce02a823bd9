"""Visits and trips."""

from __future__ import annotations

from tests.permissions.doors import STAFF, WRITERS, Doors

ROUTES: dict[str, Doors] = {
    "GET /visits/trips": STAFF,
    "GET /visits/trips/new": WRITERS,
    "POST /visits/trips/new": WRITERS,
    "GET /visits/trips/{trip_id}": STAFF,
    "GET /visits/trips/{trip_id}/edit": WRITERS,
    "POST /visits/trips/{trip_id}/edit": WRITERS,
    "GET /visits": STAFF,
    "POST /visits/export": STAFF,
    "GET /visits/offline": WRITERS,
    "POST /visits/outbox": WRITERS,
    "GET /visits/new": WRITERS,
    "POST /visits/new": WRITERS,
    "GET /visits/{visit_id}": STAFF,
    "GET /visits/{visit_id}/edit": WRITERS,
    "POST /visits/{visit_id}/edit": WRITERS,
    "POST /visits/{visit_id}/follow-up": WRITERS,
    "POST /visits/{visit_id}/merge": WRITERS,
    "POST /visits/{visit_id}/separate": WRITERS,
    "GET /visits/{visit_id}/photos/{file_id}": STAFF,
}
