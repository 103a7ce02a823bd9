"""Doors of my work and of handing over."""

from __future__ import annotations

from app.core.actor import Role
from tests.permissions.doors import SIGNED_IN, Doors

ROUTES: dict[str, Doors] = {
    "GET /": SIGNED_IN,
    "GET /desk/hand-over": frozenset({Role.UNIT_HEAD, Role.VERIFIER}),
    "POST /desk/hand-over": frozenset({Role.UNIT_HEAD, Role.VERIFIER}),
}
