"""What a bearer key looks like, and what may stand on it."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from app.core.actor import Role
from app.core.permissions import GRANTS, SCOPES

BEARER = re.compile(r"luodi_([a-z0-9]{12})_([A-Za-z0-9]{43})")
ID_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
SECRET_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789"  # noqa: S105 - an alphabet

# Administrators and auditors read no business record, and that is all that a key could do.
KEY_ROLES = (Role.PARTNER, Role.MEMBER, Role.UNIT_HEAD, Role.VERIFIER, Role.LEADER)
DEFAULT_PER_MINUTE = 120
MOST_PER_MINUTE = 6_000
LONGEST_DAYS = 731


@dataclass(frozen=True, slots=True)
class Bearer:
    """A key as it is made: `text` is shown once, only `secret_hash` stays."""

    key_id: str
    text: str
    secret_hash: bytes


def new_bearer() -> Bearer:
    """Make a key `luodi_<key id>_<secret>`; its secret carries some 250 bits."""
    key_id = "".join(secrets.choice(ID_LETTERS) for _ in range(12))
    secret = "".join(secrets.choice(SECRET_LETTERS) for _ in range(43))
    return Bearer(key_id=key_id, text=f"luodi_{key_id}_{secret}", secret_hash=hash_secret(secret))


def hash_secret(secret: str) -> bytes:
    """Hash a key's secret. It is random, so that a plain SHA-256 is enough and costs a request nothing."""
    return hashlib.sha256(secret.encode()).digest()


def parse_bearer(text: str) -> tuple[str, str]:
    """Return (key id, secret); two empty texts when it is no key of ours."""
    found = BEARER.fullmatch(text.strip())
    return (found[1], found[2]) if found else ("", "")


def unusable_scopes(role: Role, scopes: Collection[str]) -> list[str]:
    """Return the scopes that are unknown or that the role has no permission for; empty when all may stand."""
    return [scope for scope in scopes if scope not in SCOPES or role not in GRANTS[SCOPES[scope]]]


def usable_scopes(role: Role) -> list[str]:
    """Return the scopes that a key of this role may carry, in the documented order."""
    return [scope for scope, permission in SCOPES.items() if role in GRANTS[permission]]
