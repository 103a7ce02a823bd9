"""Leads: reporting, following, protection."""

from __future__ import annotations

from tests.permissions.doors import STAFF, VERIFIERS, WRITERS, Doors

ROUTES: dict[str, Doors] = {
    "GET /leads": STAFF,
    "POST /leads/export": STAFF,
    "GET /leads/new": WRITERS,
    "POST /leads/new": WRITERS,
    "GET /leads/{lead_id}": STAFF,
    "GET /leads/{lead_id}/edit": WRITERS,
    "POST /leads/{lead_id}/edit": WRITERS,
    "GET /leads/{lead_id}/stage": WRITERS,
    "POST /leads/{lead_id}/stage": WRITERS,
    "GET /leads/{lead_id}/loss": WRITERS,
    "POST /leads/{lead_id}/loss": WRITERS,
    "GET /leads/{lead_id}/reopening": WRITERS,
    "POST /leads/{lead_id}/reopening": WRITERS,
    "GET /leads/{lead_id}/note": WRITERS,
    "POST /leads/{lead_id}/note": WRITERS,
    "GET /leads/{lead_id}/answer": WRITERS,
    "POST /leads/{lead_id}/answer": WRITERS,
    "GET /leads/{lead_id}/readers": WRITERS,
    "POST /leads/{lead_id}/readers": WRITERS,
    "GET /leads/{lead_id}/judgement": VERIFIERS,
    "POST /leads/{lead_id}/judgement": VERIFIERS,
    "GET /leads/{lead_id}/ruling": WRITERS,
    "POST /leads/{lead_id}/ruling": WRITERS,
    "GET /leads/{lead_id}/rulings/{request_id}": VERIFIERS,
    "POST /leads/{lead_id}/rulings/{request_id}": VERIFIERS,
    "GET /leads/{lead_id}/taking": WRITERS,
    "POST /leads/{lead_id}/taking": WRITERS,
}
