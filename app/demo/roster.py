"""A unit and a person of the demo."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.identity.rules import UnitKind


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """A unit made for the demo. `track` is empty for units that stand apart."""

    id: UUID
    code: str
    name: str
    short_name: str
    kind: UnitKind
    track: str
    path: str
    parent: str

    @property
    def shown_name(self) -> str:
        return self.short_name or self.name


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody on the demo's roster; `unit` is a unit's code, `line` a leader's 口."""

    id: UUID
    name: str
    post: str
    unit: str
    is_leader: bool = False
    line: str = ""
