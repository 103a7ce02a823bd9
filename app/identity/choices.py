"""Options of select fields: (value, what people read)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from app.core.i18n import label
from app.identity.directory.rules import depth
from app.identity.models import Track, Unit
from app.web.context import Context

INDENT = "\u3000"  # a full-width blank: browsers keep it, ordinary blanks they drop


def labelled(ctx: Context, values: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """Return an enumeration's codes with the words that the reader's language has for them."""
    return [(value.value, label(ctx.locale, value)) for value in values]


def units_offered(units: Iterable[Unit]) -> list[tuple[UUID, str]]:
    """Return units indented as the tree is."""
    return [(unit.id, INDENT * depth(unit.path) + unit.name) for unit in units]


def tracks_offered(tracks: Iterable[tuple[Track, int]]) -> list[tuple[UUID, str]]:
    """Return tracks by name."""
    return [(track.id, track.name) for track, _units in tracks]
