"""The entries of the side bar and the bottom bar; `main` holds the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.permissions import Permission

if TYPE_CHECKING:
    from app.web.context import Context


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to go. `phone` says that it stands in the bottom bar; `main` marks the centre action there."""

    href: str
    label: str
    icon: str
    permission: Permission | None
    phone: bool = False
    main: bool = False
    desktop: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    href: str
    label: str
    icon: str
    active: bool
    phone: bool
    main: bool
    desktop: bool


def build(entries: Sequence[Entry], context: Context) -> tuple[Shown, ...]:
    """Return what this actor may open, the present place marked."""
    opened = [
        entry
        for entry in entries
        if context.maybe_actor is not None and (entry.permission is None or context.may(entry.permission))
    ]
    here = _place(context.request.url.path, [entry.href for entry in opened])
    return tuple(
        Shown(
            href=entry.href,
            label=context.say(entry.label),
            icon=entry.icon,
            active=entry.href == here,
            phone=entry.phone,
            main=entry.main,
            desktop=entry.desktop,
        )
        for entry in opened
    )


def _place(path: str, hrefs: Sequence[str]) -> str | None:
    """Return the entry that a page lies under: of one inside another (/progress, /progress/targets) the inner one."""
    above = [href for href in hrefs if path == href or (href != "/" and path.startswith(f"{href}/"))]
    return max(above, key=len, default=None)
