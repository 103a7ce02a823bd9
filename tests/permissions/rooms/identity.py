"""People: signing in, units, roster, accounts, programs."""

from __future__ import annotations

from app.core.actor import Role
from tests.permissions.doors import ADMIN, HEADS, SIGNED_IN, VISITORS, ByUnit, Doors

ROUTES: dict[str, Doors] = {
    # Signing in and one's own account
    "GET /login": VISITORS,
    "POST /login": VISITORS,
    "POST /account/preferences": VISITORS,
    "POST /logout": SIGNED_IN,
    "GET /account": SIGNED_IN,
    "POST /account/password": SIGNED_IN,
    "POST /account/sessions/end": SIGNED_IN,
    "POST /account/totp": SIGNED_IN,
    "POST /account/totp/confirm": SIGNED_IN,
    "POST /account/totp/stop": SIGNED_IN,
    "GET /account/confirm": SIGNED_IN,
    "POST /account/confirm": SIGNED_IN,
    # Units and tracks
    "GET /admin/units": ADMIN,
    "GET /admin/units/new": ADMIN,
    "POST /admin/units/new": ADMIN,
    "GET /admin/units/{unit_id}": ADMIN,
    "POST /admin/units/{unit_id}": ADMIN,
    "GET /admin/tracks": ADMIN,
    "POST /admin/tracks": ADMIN,
    "GET /admin/tracks/{track_id}": ADMIN,
    "POST /admin/tracks/{track_id}": ADMIN,
    "POST /admin/tracks/{track_id}/archive": ADMIN,
    "POST /admin/tracks/{track_id}/restore": ADMIN,
    # The roster
    "GET /admin/people": ADMIN,
    "GET /admin/people/new": ADMIN,
    "POST /admin/people/new": ADMIN,
    "GET /admin/people/{person_id}": ADMIN,
    "POST /admin/people/{person_id}": ADMIN,
    "POST /admin/people/{person_id}/archive": ADMIN,
    "POST /admin/people/{person_id}/restore": ADMIN,
    # Accounts
    "GET /admin/users": ADMIN,
    "GET /admin/users/new": ADMIN,
    "POST /admin/users/new": ADMIN,
    "POST /admin/users/slips": ADMIN,
    "GET /admin/users/{user_id}": ADMIN,
    "POST /admin/users/{user_id}/login": ADMIN,
    "POST /admin/users/{user_id}/password": ADMIN,
    "POST /admin/users/{user_id}/roles": ADMIN,
    "POST /admin/users/{user_id}/roles/{membership_id}/end": ADMIN,
    "POST /admin/users/{user_id}/disable": ADMIN,
    "POST /admin/users/{user_id}/enable": ADMIN,
    "POST /admin/users/{user_id}/totp/remove": ADMIN,
    "GET /unit/users": HEADS,
    "POST /unit/users/slips": HEADS,
    "POST /unit/users/{user_id}/password": HEADS,
    # Programs
    "GET /admin/keys": ADMIN,
    "GET /admin/keys/new": ADMIN,
    "POST /admin/keys/new": ADMIN,
    "GET /admin/keys/{account_id}": ADMIN,
    "POST /admin/keys/{account_id}/keys": ADMIN,
    "POST /admin/keys/{account_id}/keys/{key_id}/revoke": ADMIN,
    "POST /admin/keys/{account_id}/disable": ADMIN,
    "POST /admin/keys/{account_id}/enable": ADMIN,
}

BY_UNIT: list[ByUnit] = [
    ByUnit("POST /unit/users/{user_id}/password", "account", Role.UNIT_HEAD, own=200, below=200, other=404),
    ByUnit("POST /unit/users/{user_id}/password", "account", Role.MEMBER, own=403, below=403, other=403),
    ByUnit("POST /unit/users/{user_id}/password", "account", Role.VERIFIER, own=403, below=403, other=403),
    ByUnit("POST /unit/users/{user_id}/password", "account", Role.LEADER, own=403, below=403, other=403),
    ByUnit("POST /unit/users/{user_id}/password", "account", Role.AUDITOR, own=403, below=403, other=403),
    ByUnit("POST /unit/users/{user_id}/password", "account", Role.ADMIN, own=403, below=403, other=403),
    ByUnit("POST /admin/users/{user_id}/password", "account", Role.ADMIN, own=200, below=200, other=200),
    ByUnit("POST /admin/users/{user_id}/password", "account", Role.UNIT_HEAD, own=403, below=403, other=403),
    ByUnit("GET /admin/users/{user_id}", "account", Role.ADMIN, own=200, below=200, other=200),
    ByUnit("GET /admin/users/{user_id}", "account", Role.UNIT_HEAD, own=403, below=403, other=403),
    ByUnit("GET /admin/people/{person_id}", "person", Role.ADMIN, own=200, below=200, other=200),
    ByUnit("GET /admin/people/{person_id}", "person", Role.UNIT_HEAD, own=403, below=403, other=403),
    ByUnit("GET /admin/units/{unit_id}", "unit", Role.ADMIN, own=200, below=200, other=200),
    ByUnit("GET /admin/units/{unit_id}", "unit", Role.UNIT_HEAD, own=403, below=403, other=403),
    ByUnit("GET /admin/keys/{account_id}", "program", Role.ADMIN, own=200, below=200, other=200),
    ByUnit("GET /admin/keys/{account_id}", "program", Role.UNIT_HEAD, own=403, below=403, other=403),
]
