"""Identifiers: UUIDv7, so that a phone can make one offline and rows stay in order of creation."""

from __future__ import annotations

from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    """Return a fresh UUIDv7."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def is_uuid7(value: UUID) -> bool:
    return value.version == 7
