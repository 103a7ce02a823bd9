"""Who may open what: every route of the application, kept as data, one file a room in `rooms/`.

`ROUTES` of a room says which roles a route lets in; a route that no room lists fails the test. Whose record it is, is
decided afterwards and stands in `BY_UNIT`: the same route, asked for something of one's own unit, of a unit below, or
of another.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

from tests.permissions import rooms
from tests.permissions.doors import ByUnit, Doors

ROOMS = [import_module(f"{rooms.__name__}.{found.name}") for found in pkgutil.iter_modules(rooms.__path__)]
LISTED: list[tuple[str, Doors]] = [row for room in ROOMS for row in room.ROUTES.items()]
ROUTES: dict[str, Doors] = dict(LISTED)
BY_UNIT: list[ByUnit] = [case for room in ROOMS for case in getattr(room, "BY_UNIT", ())]
