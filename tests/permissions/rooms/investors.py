"""Investors, their contacts, duplicates and merges."""

from __future__ import annotations

from tests.permissions.doors import STAFF, VERIFIERS, WRITERS, Doors

ROUTES: dict[str, Doors] = {
    "GET /investors/suggest": STAFF,
    "GET /investors/similar": STAFF,
    "GET /investors/homes": STAFF,
    "GET /investors": STAFF,
    "POST /investors/export": STAFF,
    "GET /investors/new": WRITERS,
    "POST /investors/new": WRITERS,
    "GET /investors/{investor_id}": STAFF,
    "GET /investors/{investor_id}/edit": WRITERS,
    "POST /investors/{investor_id}/edit": WRITERS,
    "GET /investors/{investor_id}/contacts/new": WRITERS,
    "POST /investors/{investor_id}/contacts/new": WRITERS,
    "GET /investors/{investor_id}/contacts/{contact_id}": WRITERS,
    "POST /investors/{investor_id}/contacts/{contact_id}": WRITERS,
    "POST /investors/{investor_id}/contacts/{contact_id}/remove": WRITERS,
    "GET /investors/{investor_id}/contacts/{contact_id}/reveal": STAFF,
    "POST /investors/{investor_id}/contacts/{contact_id}/reveal": STAFF,
    "GET /investors/{investor_id}/merge": VERIFIERS,
    "POST /investors/{investor_id}/merge": VERIFIERS,
    "POST /investors/{investor_id}/unmerge": VERIFIERS,
}
