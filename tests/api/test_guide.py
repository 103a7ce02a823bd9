"""The partners' guide: its requests are sent as they stand, with a real key, and its answers are compared."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from app.core.actor import Role
from tests.api.conftest import County
from tests.factories.targets import make_target

GUIDE = Path(__file__).resolve().parents[2] / "docs/partners/guide.md"
EXAMPLE = re.compile(r"```http\n(.*?)```\n\n```json ?(\d*)\n(.*?)```", re.DOTALL)
OPEN = "…"  # stands for any value


def test_the_guides_examples_do_what_they_say(county: County) -> None:
    county.make(make_target, year=2022)
    partner = county.program(Role.PARTNER)
    examples = EXAMPLE.findall(GUIDE.read_text(encoding="utf-8"))
    assert len(examples) == GUIDE.read_text(encoding="utf-8").count("```http")
    known: dict[str, str] = {}
    for request, status, answer in examples:
        head, _, body = request.partition("\n\n")
        first, *lines = filled(head, known).strip().splitlines()
        method, path = first.split(" ", 1)
        headers = dict(line.split(": ", 1) for line in lines) | {"Content-Type": "application/json"}
        got = partner.client.request(method, path, content=body.strip().encode(), headers=headers)
        assert got.status_code == int(status or 200), f"{first}: {got.text}"
        differing = list(unlike(json.loads(answer), got.json(), first))
        assert differing == []
        if got.status_code == 201 and not known:
            known = {"id": got.json()["id"], "etag": got.headers["etag"]}


def filled(head: str, known: dict[str, str]) -> str:
    for name, value in known.items():
        head = head.replace(f"{{{name}}}", value)
    return head


def unlike(told: Any, got: Any, where: str) -> list[str]:
    """Compare what the guide tells, which may leave fields out, with what came."""
    if told == OPEN:
        return []
    if isinstance(told, dict):
        return [
            problem
            for name in told
            for problem in unlike(told[name], got.get(name, "nothing"), f"{where} {name}")
        ]
    return [] if told == got else [f"{where}: {got!r} instead of {told!r}"]
