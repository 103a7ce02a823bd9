"""An auditor sees that a business record changed, and of accounts how."""

from __future__ import annotations

import pytest

from app.audit.rules import ShownChange, shown_changes


@pytest.mark.parametrize(
    ("subject", "changes", "expected"),
    [
        (
            "user",
            {"disabled_at": [None, "2022-01-01"]},
            [ShownChange("disabled_at", None, "2022-01-01", True)],
        ),
        ("deal", {"total_fen": [1, 2]}, [ShownChange("total_fen", None, None, False)]),
        ("lead", {}, []),
        ("unit", {"name": "甲"}, [ShownChange("name", None, "甲", True)]),
    ],
)
def test_shown_changes(subject: str, changes: dict[str, object], expected: list[ShownChange]) -> None:
    assert shown_changes(subject, changes) == expected
