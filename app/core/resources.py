"""Find the folders that ship beside the code, in a checkout and in an installed wheel alike."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def resource_dir(name: str) -> Path:
    """Return the folder `templates`, `migrations`, `static` or `locale`.

    In the wheel everything lies inside the package; in a checkout templates and migrations lie at the top level.
    Raises FileNotFoundError for a folder that neither has.
    """
    for candidate in (PACKAGE / name, PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(name)
