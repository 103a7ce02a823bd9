"""Leads: reporting, following, protection."""

from __future__ import annotations

from app.core.actor import Role
from tests.permissions.doors import STAFF, VERIFIERS, WRITERS, ByUnit, Doors, Scoped

READERS = Scoped("leads:read", STAFF | {Role.PARTNER})
REFERRERS = Scoped("leads:write", WRITERS | {Role.PARTNER})

ROUTES: dict[str, Doors] = {
    "GET /api/v1/leads": READERS,
    "POST /api/v1/leads": REFERRERS,
    "POST /api/v1/leads/bulk": REFERRERS,
    "GET /api/v1/leads/{lead_id}": READERS,
    "PATCH /api/v1/leads/{lead_id}": REFERRERS,
    "PUT /api/v1/leads/external/{source}/{external_id}": REFERRERS,
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

LOSS = {"reason": "no_answer", "version": "1"}

BY_UNIT: list[ByUnit] = [
    ByUnit("GET /leads/{lead_id}", "lead", Role.MEMBER, own=200, below=404, other=404),
    ByUnit("GET /leads/{lead_id}", "lead", Role.UNIT_HEAD, own=200, below=200, other=404),
    ByUnit("GET /leads/{lead_id}", "lead", Role.VERIFIER, own=200, below=200, other=200),
    ByUnit("GET /leads/{lead_id}", "lead", Role.LEADER, own=200, below=200, other=200),
    ByUnit("GET /leads/{lead_id}", "lead", Role.ADMIN, own=403, below=403, other=403),
    ByUnit("POST /leads/{lead_id}/loss", "lead", Role.MEMBER, own=303, below=404, other=404, form=LOSS),
    ByUnit("POST /leads/{lead_id}/loss", "lead", Role.UNIT_HEAD, own=303, below=303, other=404, form=LOSS),
    ByUnit("POST /leads/{lead_id}/loss", "lead", Role.VERIFIER, own=303, below=403, other=403, form=LOSS),
    ByUnit("POST /leads/{lead_id}/loss", "lead", Role.LEADER, own=403, below=403, other=403, form=LOSS),
]
