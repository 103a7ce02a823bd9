"""Targets, counting rules, cut-offs: kept by the verifying bureau."""

from __future__ import annotations

from tests.permissions.doors import LEADERS, VERIFIERS, Doors

DECIDERS = VERIFIERS | LEADERS

ROUTES: dict[str, Doors] = {
    "GET /progress/targets": VERIFIERS,
    "GET /progress/targets/new": VERIFIERS,
    "POST /progress/targets/new": VERIFIERS,
    "GET /progress/targets/{target_id}": VERIFIERS,
    "POST /progress/targets/{target_id}/archive": VERIFIERS,
    "GET /progress/targets/{target_id}/edit": VERIFIERS,
    "POST /progress/targets/{target_id}/edit": VERIFIERS,
    "GET /progress/targets/{target_id}/parts": VERIFIERS,
    "POST /progress/targets/{target_id}/parts": VERIFIERS,
    "GET /progress/targets/{target_id}/plan": VERIFIERS,
    "POST /progress/targets/{target_id}/plan": VERIFIERS,
    "GET /progress/targets/{target_id}/published": VERIFIERS,
    "POST /progress/targets/{target_id}/published": VERIFIERS,
    "GET /progress/cutoffs": VERIFIERS,
    "POST /progress/cutoffs": VERIFIERS,
    "GET /progress/freezes": DECIDERS,
    "GET /progress/freezes/new": VERIFIERS,
    "POST /progress/freezes/new": VERIFIERS,
    "GET /progress/freezes/{freeze_id}": DECIDERS,
    "POST /progress/freezes/{freeze_id}/confirmation": DECIDERS,
    "POST /progress/freezes/{freeze_id}/refusal": DECIDERS,
    "GET /progress/rules": VERIFIERS,
    "GET /progress/rules/new": VERIFIERS,
    "POST /progress/rules/new": VERIFIERS,
    "GET /progress/rules/{rule_id}/versions/new": VERIFIERS,
    "POST /progress/rules/{rule_id}/versions/new": VERIFIERS,
}
