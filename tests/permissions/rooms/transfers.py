"""Imports and exports: records by their units, units and people by the administrator."""

from __future__ import annotations

from tests.permissions.doors import ADMIN, STAFF, WRITERS, Doors

ROUTES: dict[str, Doors] = {
    "GET /transfers/import": WRITERS | ADMIN,
    "POST /transfers/import": WRITERS | ADMIN,
    "GET /transfers/import/templates/{kind}": WRITERS | ADMIN,
    "GET /transfers/import/{file_id}": WRITERS | ADMIN,
    "GET /transfers/import/{file_id}/check": WRITERS | ADMIN,
    "POST /transfers/import/{file_id}/check": WRITERS | ADMIN,
    "GET /transfers/import/{file_id}/annotated": WRITERS | ADMIN,
    "GET /transfers/import/{file_id}/progress": WRITERS | ADMIN,
    "GET /transfers/import/{file_id}/done": WRITERS | ADMIN,
    "GET /transfers/export": STAFF | ADMIN,
    "POST /transfers/export": STAFF | ADMIN,
}
