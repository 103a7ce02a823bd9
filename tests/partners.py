"""A partner's program with its key, for the tests of the API."""

from __future__ import annotations

from itertools import count
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from httpx import Response

from app.core.actor import Role
from app.core.db import Database
from app.core.permissions import SCOPES
from app.identity.models import Unit
from tests.factories.application import visitor
from tests.factories.identity import make_key

_numbers = count(1)


class Program:
    """Sends JSON as a partner's program does. `post` makes a new Idempotency-Key unless one is given."""

    def __init__(
        self,
        app: FastAPI,
        database: Database,
        *,
        unit: Unit | None = None,
        role: Role = Role.PARTNER,
        scopes: tuple[str, ...] = tuple(SCOPES),
        per_minute: int = 100_000,
    ) -> None:
        with database.writing() as session:
            key, self.bearer = make_key(session, unit=unit, role=role, scopes=scopes, per_minute=per_minute)
            self.account_id: UUID = key.account_id
        self.client = visitor(app, raise_server_exceptions=False)
        self.client.headers["Authorization"] = f"Bearer {self.bearer}"

    def get(self, path: str, *, headers: dict[str, str] | None = None, **query: Any) -> Response:
        return self.client.get(f"/api/v1{path}", params=query, headers=headers)

    def post(self, path: str, body: Any, *, key: str | None = None, **headers: str) -> Response:
        named = {"Idempotency-Key": key or f"key-{next(_numbers)}"} | headers
        return self.client.post(f"/api/v1{path}", json=body, headers=named)

    def patch(self, path: str, body: Any, *, tag: str) -> Response:
        return self.client.patch(f"/api/v1{path}", json=body, headers={"If-Match": tag})

    def put(self, path: str, body: Any, **headers: str) -> Response:
        return self.client.put(f"/api/v1{path}", json=body, headers=headers)


def is_problem(answer: Response, status: int, code: str) -> dict[str, Any]:
    """Assert that an answer is a problem of this code; returns its body."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert (body["title"], body["status"]) == (code, status), body
    assert body["request_id"] == answer.headers["x-request-id"]
    return body
