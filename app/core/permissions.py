"""What each role may do: the one place that decides. The test matrix reads this table."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from app.core.actor import Actor, Role, covers
from app.core.errors import NotPermitted


class Permission(StrEnum):
    """One verb on one kind of object. Whose object it is, is decided by scope: `visible_to` and `can_write_for`."""

    READ_RECORDS = "read_records"
    WRITE_RECORDS = "write_records"
    SUBMIT_TERMS = "submit_terms"
    VERIFY_TERMS = "verify_terms"
    JUDGE_LEADS = "judge_leads"
    ADJUDICATE_LEADS = "adjudicate_leads"
    REFER_LEADS = "refer_leads"
    READ_PROGRESS = "read_progress"
    PUBLISH_RULES = "publish_rules"
    PROPOSE_FREEZE = "propose_freeze"
    CONFIRM_FREEZE = "confirm_freeze"
    MANAGE_TARGETS = "manage_targets"
    GIVE_INSTRUCTIONS = "give_instructions"
    MANAGE_UNIT_USERS = "manage_unit_users"
    MANAGE_USERS = "manage_users"
    MANAGE_UNITS = "manage_units"
    MANAGE_SETTINGS = "manage_settings"
    MANAGE_KEYS = "manage_keys"
    READ_AUDIT = "read_audit"
    READ_CONTACTS = "read_contacts"
    EXPORT = "export"
    IMPORT = "import"
    HAND_OVER = "hand_over"


STAFF = frozenset({Role.MEMBER, Role.UNIT_HEAD, Role.VERIFIER, Role.LEADER})

# The whole matrix role × permission. `admin` and `auditor` read no business record (domain §10).
GRANTS: dict[Permission, frozenset[Role]] = {
    Permission.READ_RECORDS: STAFF | {Role.PARTNER},
    Permission.WRITE_RECORDS: frozenset({Role.MEMBER, Role.UNIT_HEAD, Role.VERIFIER}),
    Permission.SUBMIT_TERMS: frozenset({Role.UNIT_HEAD}),
    Permission.VERIFY_TERMS: frozenset({Role.VERIFIER}),
    Permission.JUDGE_LEADS: frozenset({Role.VERIFIER}),
    Permission.ADJUDICATE_LEADS: frozenset({Role.VERIFIER}),
    Permission.REFER_LEADS: frozenset({Role.MEMBER, Role.UNIT_HEAD, Role.VERIFIER, Role.PARTNER}),
    Permission.READ_PROGRESS: STAFF | {Role.PARTNER},
    Permission.PUBLISH_RULES: frozenset({Role.VERIFIER}),
    Permission.PROPOSE_FREEZE: frozenset({Role.VERIFIER}),
    Permission.CONFIRM_FREEZE: frozenset({Role.VERIFIER, Role.LEADER}),
    Permission.MANAGE_TARGETS: frozenset({Role.VERIFIER}),
    Permission.GIVE_INSTRUCTIONS: frozenset({Role.LEADER}),
    Permission.MANAGE_UNIT_USERS: frozenset({Role.UNIT_HEAD}),
    Permission.MANAGE_USERS: frozenset({Role.ADMIN}),
    Permission.MANAGE_UNITS: frozenset({Role.ADMIN}),
    Permission.MANAGE_SETTINGS: frozenset({Role.ADMIN}),
    Permission.MANAGE_KEYS: frozenset({Role.ADMIN}),
    Permission.READ_AUDIT: frozenset({Role.AUDITOR}),
    Permission.READ_CONTACTS: frozenset({Role.VERIFIER, Role.LEADER}),
    Permission.EXPORT: STAFF,
    Permission.IMPORT: frozenset({Role.MEMBER, Role.UNIT_HEAD, Role.VERIFIER}),
    Permission.HAND_OVER: frozenset({Role.UNIT_HEAD, Role.VERIFIER}),
}

# Roles whose reach is the whole county instead of their own unit.
COUNTY_WIDE = frozenset({Role.VERIFIER, Role.LEADER})

# Permissions that end at the own unit (and, for heads, those below it) even for roles that read the whole county:
# the commerce bureau recruits too, but writes only its own records (domain §5).
OWN_UNIT = frozenset(
    {
        Permission.WRITE_RECORDS,
        Permission.SUBMIT_TERMS,
        Permission.REFER_LEADS,
        Permission.IMPORT,
        Permission.HAND_OVER,
        Permission.MANAGE_UNIT_USERS,
    }
)

# What an API key's scope stands for; a key needs the scope and its account's role the permission.
SCOPES: dict[str, Permission] = {
    "leads:read": Permission.READ_RECORDS,
    "leads:write": Permission.REFER_LEADS,
    "visits:read": Permission.READ_RECORDS,
    "visits:write": Permission.WRITE_RECORDS,
    "deals:read": Permission.READ_RECORDS,
    "targets:read": Permission.READ_PROGRESS,
    "investors:read": Permission.READ_RECORDS,
    "events:read": Permission.READ_RECORDS,
}


def allowed(actor: Actor, permission: Permission) -> bool:
    """Say whether some role of the actor carries the permission, wherever it is held."""
    return bool(actor.roles & GRANTS[permission])


def require(actor: Actor, permission: Permission) -> None:
    """Raises NotPermitted when no role of the actor carries the permission."""
    if not allowed(actor, permission):
        raise NotPermitted()


def reads_all(actor: Actor) -> bool:
    """Say whether the actor reads every unit's records (confidential ones apart)."""
    return bool(actor.roles & COUNTY_WIDE)


def holds_over(actor: Actor, permission: Permission, unit_path: str, unit_id: UUID) -> bool:
    """Say whether the actor may use the permission on something owned by this unit.

    Members act in their own unit only, heads in theirs and those below; verifiers, leaders and administrators
    county-wide, except for what is the owner unit's own to do (`OWN_UNIT`).
    """
    for held in actor.memberships:
        if held.role not in GRANTS[permission]:
            continue
        if permission not in OWN_UNIT and held.role in COUNTY_WIDE | {Role.ADMIN}:
            return True
        if held.unit_id == unit_id or (held.role is Role.UNIT_HEAD and covers(held.unit_path, unit_path)):
            return True
    return False


def require_over(actor: Actor, permission: Permission, unit_path: str, unit_id: UUID) -> None:
    """Raises NotPermitted unless the actor may use the permission on something owned by this unit."""
    if not holds_over(actor, permission, unit_path, unit_id):
        raise NotPermitted()


def writing_paths(actor: Actor) -> tuple[tuple[UUID, ...], tuple[str, ...]]:
    """Return (units written exactly, unit paths written with everything below) for lists and choices."""
    exact = tuple(m.unit_id for m in actor.memberships if m.role in GRANTS[Permission.WRITE_RECORDS])
    below = tuple(m.unit_path for m in actor.memberships if m.role is Role.UNIT_HEAD)
    return exact, below
