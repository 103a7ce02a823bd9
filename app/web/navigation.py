"""The entries of the side bar and the bottom bar; `main` holds the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from app.core.actor import Actor
from app.core.i18n import translate
from app.core.permissions import Permission, allowed

if TYPE_CHECKING:
    from app.web.context import Context

MOST_KEPT = 1_000  # sessions, and bars: some ten roles at some twenty places in two languages


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


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """An entry as a page shows it. Made once and compared as itself, so that what is drawn of it is found at once."""

    href: str
    label: str
    icon: str
    active: bool
    phone: bool
    main: bool
    desktop: bool


class Navigation:
    """What each page shows of the entries: those that its actor may open, the present place marked."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._open_to = lru_cache(maxsize=MOST_KEPT)(self._opened)
        self._bar = lru_cache(maxsize=MOST_KEPT)(self._made)

    def __call__(self, context: Context) -> tuple[Shown, ...]:
        actor = context.maybe_actor
        if actor is None:
            return ()
        opened = self._open_to(actor)
        here = _place(context.path, [self._entries[place].href for place in opened])
        return self._bar(opened, here, context.locale)

    def _opened(self, actor: Actor) -> tuple[int, ...]:
        """Return the places of the entries that an actor may open: those of one role are the same tuple of numbers."""
        return tuple(
            place
            for place, entry in enumerate(self._entries)
            if entry.permission is None or allowed(actor, entry.permission)
        )

    def _made(self, opened: tuple[int, ...], here: str | None, locale: str) -> tuple[Shown, ...]:
        return tuple(
            Shown(
                href=entry.href,
                label=translate(locale, entry.label),
                icon=entry.icon,
                active=entry.href == here,
                phone=entry.phone,
                main=entry.main,
                desktop=entry.desktop,
            )
            for entry in (self._entries[place] for place in opened)
        )


def _place(path: str, hrefs: Sequence[str]) -> str | None:
    """Return the entry that a page lies under: of one inside another (/progress, /progress/targets) the inner one."""
    above = [href for href in hrefs if path == href or (href != "/" and path.startswith(f"{href}/"))]
    return max(above, key=len, default=None)
