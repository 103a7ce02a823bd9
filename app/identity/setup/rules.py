"""Decisions about a new county."""

from __future__ import annotations

from app.core.regions import normal_code, province_of


def county_code_problem(code: str) -> bool:
    """Say whether a code cannot be a county's: six digits of GB/T 2260 below a known province.

    A code that the table does not know may still be right: counties are merged and renamed.
    """
    normal = normal_code(code)
    return normal is None or province_of(normal) is None or normal.endswith("00")
