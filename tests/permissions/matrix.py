"""Who may open what: every route of the application, kept as data. A route that is not listed fails the test.

A row says which roles a route lets in. Whose record it is, is decided afterwards and stands in `BY_UNIT`: the same
route, asked for something of one's own unit, of a unit below, or of another.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.core.actor import Role

VISITORS = "visitors"  # nobody needs to be signed in
SIGNED_IN = frozenset(Role)  # anybody who is signed in, whatever the role
KEYS = "keys"  # programs with a key; a browser's cookie opens nothing

ADMIN = frozenset({Role.ADMIN})
HEADS = frozenset({Role.UNIT_HEAD})
READERS = frozenset({Role.MEMBER, Role.UNIT_HEAD, Role.VERIFIER, Role.LEADER})
WRITERS = frozenset({Role.MEMBER, Role.UNIT_HEAD, Role.VERIFIER})
AUDITORS = frozenset({Role.AUDITOR})
STAFF = frozenset({Role.MEMBER, Role.UNIT_HEAD, Role.VERIFIER, Role.LEADER})
READERS = STAFF | {Role.PARTNER}  # a partner signs in to nothing: pages find no record for it
WRITERS = frozenset({Role.MEMBER, Role.UNIT_HEAD, Role.VERIFIER})
VERIFIERS = frozenset({Role.VERIFIER})

Doors = frozenset[Role] | str

ROUTES: dict[str, Doors] = {
    # The machine
    "GET /healthz": VISITORS,
    "GET /readyz": VISITORS,
    "GET /metrics": VISITORS,
    "GET /api/v1/meta": KEYS,
    "GET /fragments/money": SIGNED_IN,
    "GET /admin/styleguide": ADMIN,
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
    # Visits
    "GET /visits": READERS,
    "GET /visits/new": WRITERS,
    "POST /visits/new": WRITERS,
    "GET /visits/trips": READERS,
    "GET /visits/trips/new": WRITERS,
    "POST /visits/trips/new": WRITERS,
    "GET /visits/{visit_id}": READERS,
    "GET /visits/{visit_id}/edit": WRITERS,
    "POST /visits/{visit_id}/edit": WRITERS,
    "POST /visits/{visit_id}/follow-up": WRITERS,
    "POST /visits/{visit_id}/merge": WRITERS,
    "POST /visits/{visit_id}/separate": WRITERS,
    "GET /visits/{visit_id}/photos/{file_id}": READERS,
    # The audit trail
    "GET /admin/audit": AUDITORS,
    # Investors and their contacts
    "GET /investors": STAFF,
    "GET /investors/suggest": READERS,
    "GET /investors/similar": READERS,
    "GET /investors/homes": READERS,
    "GET /investors/new": WRITERS,
    "POST /investors/new": WRITERS,
    "GET /investors/{investor_id}": READERS,
    "GET /investors/{investor_id}/edit": WRITERS,
    "POST /investors/{investor_id}/edit": WRITERS,
    "GET /investors/{investor_id}/contacts/new": WRITERS,
    "POST /investors/{investor_id}/contacts/new": WRITERS,
    "GET /investors/{investor_id}/contacts/{contact_id}": WRITERS,
    "POST /investors/{investor_id}/contacts/{contact_id}": WRITERS,
    "POST /investors/{investor_id}/contacts/{contact_id}/remove": WRITERS,
    "GET /investors/{investor_id}/contacts/{contact_id}/reveal": READERS,
    "POST /investors/{investor_id}/contacts/{contact_id}/reveal": READERS,
    "GET /investors/{investor_id}/merge": VERIFIERS,
    "POST /investors/{investor_id}/merge": VERIFIERS,
    "POST /investors/{investor_id}/unmerge": VERIFIERS,
}


@dataclass(frozen=True)
class ByUnit:
    """One route asked for a record of one's own unit, of one below, and of another: the status that each gives.

    `record` names what `{…}` in the path stands for; the test makes one in each unit. `form` is sent with a POST.
    """

    route: str
    record: str
    role: Role
    own: int
    below: int
    other: int
    form: dict[str, str] = field(default_factory=dict)


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
