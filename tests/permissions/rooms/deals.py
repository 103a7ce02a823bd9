"""Deals: filing, terms, verification, following, evidence; occasions and lists of key projects."""

from __future__ import annotations

from app.core.actor import Role
from tests.permissions.doors import HEADS, STAFF, VERIFIERS, WRITERS, ByUnit, Doors

ROUTES: dict[str, Doors] = {
    "GET /deals/verification": VERIFIERS,
    "POST /deals/verification/opening": VERIFIERS,
    "POST /deals/verification/opening/preview": VERIFIERS,
    "GET /deals/submission": HEADS,
    "POST /deals/submission": HEADS,
    "POST /deals/{deal_id}/terms/{terms_id}/verification": VERIFIERS,
    "POST /deals/{deal_id}/terms/{terms_id}/refusal": VERIFIERS,
    "POST /deals/{deal_id}/terms/{terms_id}/revocation": VERIFIERS,
    "GET /deals": STAFF,
    "POST /deals/export": STAFF,
    "GET /deals/schedule": STAFF,
    "POST /deals/schedule/export": STAFF,
    "GET /deals/{deal_id}/terms/new": WRITERS,
    "POST /deals/{deal_id}/terms/new": WRITERS,
    "GET /deals/{deal_id}/terms/{terms_id}": STAFF,
    "GET /deals/{deal_id}/terms/{terms_id}/edit": WRITERS,
    "POST /deals/{deal_id}/terms/{terms_id}/edit": WRITERS,
    "POST /deals/{deal_id}/terms/{terms_id}/submission": HEADS,
    "POST /deals/{deal_id}/terms/{terms_id}/withdrawal": WRITERS,
    "GET /deals/{deal_id}/stage": WRITERS,
    "POST /deals/{deal_id}/stage": WRITERS,
    "GET /deals/{deal_id}/stage-days": WRITERS,
    "POST /deals/{deal_id}/stage-days": WRITERS,
    "GET /deals/{deal_id}/note": WRITERS,
    "POST /deals/{deal_id}/note": WRITERS,
    "GET /deals/{deal_id}/paid-in": WRITERS,
    "POST /deals/{deal_id}/paid-in": WRITERS,
    "GET /deals/{deal_id}/credits": WRITERS,
    "POST /deals/{deal_id}/credits": WRITERS,
    "GET /deals/{deal_id}/lists": WRITERS,
    "POST /deals/{deal_id}/lists": WRITERS,
    "GET /deals/{deal_id}/readers": WRITERS,
    "POST /deals/{deal_id}/readers": WRITERS,
    "POST /deals/{deal_id}/region": WRITERS,
    "GET /deals/{deal_id}/evidence/new": WRITERS,
    "POST /deals/{deal_id}/evidence/new": WRITERS,
    "GET /deals/{deal_id}/evidence/{evidence_id}": STAFF,
    "POST /deals/{deal_id}/evidence/{evidence_id}/removal": WRITERS,
    "GET /occasions": STAFF,
    "GET /occasions/new": WRITERS,
    "POST /occasions/new": WRITERS,
    "GET /occasions/{occasion_id}": STAFF,
    "GET /occasions/{occasion_id}/edit": WRITERS,
    "POST /occasions/{occasion_id}/edit": WRITERS,
    "GET /project-lists": STAFF,
    "POST /project-lists": VERIFIERS,
    "GET /project-lists/{list_id}/edit": VERIFIERS,
    "POST /project-lists/{list_id}/edit": VERIFIERS,
    "GET /deals/new": WRITERS,
    "POST /deals/new": WRITERS,
    "GET /deals/{deal_id}": STAFF,
    "GET /deals/{deal_id}/edit": WRITERS,
    "POST /deals/{deal_id}/edit": WRITERS,
}

NOTE = {"on_day": "2022-11-22", "progress": "主体封顶", "version": "1"}
HERE = "POST /deals/{deal_id}/note"

BY_UNIT: list[ByUnit] = [
    ByUnit("GET /deals/{deal_id}", "deal", Role.MEMBER, own=200, below=404, other=404),
    ByUnit("GET /deals/{deal_id}", "deal", Role.UNIT_HEAD, own=200, below=200, other=404),
    ByUnit("GET /deals/{deal_id}", "deal", Role.VERIFIER, own=200, below=200, other=200),
    ByUnit("GET /deals/{deal_id}", "deal", Role.LEADER, own=200, below=200, other=200),
    ByUnit("GET /deals/{deal_id}", "deal", Role.ADMIN, own=403, below=403, other=403),
    ByUnit(HERE, "deal", Role.MEMBER, own=303, below=404, other=404, form=NOTE),
    ByUnit(HERE, "deal", Role.UNIT_HEAD, own=303, below=303, other=404, form=NOTE),
    ByUnit(HERE, "deal", Role.VERIFIER, own=303, below=403, other=403, form=NOTE),
    ByUnit(HERE, "deal", Role.LEADER, own=403, below=403, other=403, form=NOTE),
]
