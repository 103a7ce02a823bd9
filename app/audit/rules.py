"""What an auditor sees of an event: all of a change to accounts, of a business record only which fields changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Kinds of records that are about the system itself; their values are the auditor's business (domain §10).
OPEN_SUBJECTS = frozenset(
    {
        "county",
        "unit",
        "track",
        "person",
        "user",
        "membership",
        "service_account",
        "api_key",
        "option",
        "dictionary",
    }
)


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One changed field; without values where they are not the auditor's to see."""

    field: str
    before: Any
    after: Any
    with_values: bool


def shown_changes(subject_type: str, changes: Mapping[str, Any]) -> list[ShownChange]:
    """Return the changed fields of an event, with values only for records about the system itself."""
    visible = subject_type in OPEN_SUBJECTS
    shown = []
    for field, values in changes.items():
        before, after = values if isinstance(values, list) and len(values) == 2 else (None, values)
        shown.append(ShownChange(field, before if visible else None, after if visible else None, visible))
    return shown
