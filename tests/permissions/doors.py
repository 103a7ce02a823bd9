"""The words in which the rooms say who may open what."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.core.actor import Role

VISITORS = "visitors"  # nobody needs to be signed in
KEYS = "keys"  # any key; a browser's cookie opens nothing
SIGNED_IN = frozenset(Role)  # anybody who is signed in, whatever the role

ADMIN = frozenset({Role.ADMIN})
AUDITORS = frozenset({Role.AUDITOR})
HEADS = frozenset({Role.UNIT_HEAD})
LEADERS = frozenset({Role.LEADER})
VERIFIERS = frozenset({Role.VERIFIER})
WRITERS = frozenset({Role.MEMBER, Role.UNIT_HEAD, Role.VERIFIER})
STAFF = WRITERS | LEADERS


@dataclass(frozen=True)
class Scoped:
    """A route of the API: a key needs this scope, and its account one of the roles."""

    scope: str
    roles: frozenset[Role]


Doors = frozenset[Role] | str | Scoped


@dataclass(frozen=True)
class ByUnit:
    """One route asked for a record of one's own unit, of one below, and of another: the status that each gives.

    `record` names what `{…}` in the path stands for; `MAKERS` of the test makes one in each unit. `form` is sent
    with a POST.
    """

    route: str
    record: str
    role: Role
    own: int
    below: int
    other: int
    form: dict[str, str] = field(default_factory=dict)
