"""Regions: where an enterprise comes from, told in the office's seven levels."""

from __future__ import annotations

from enum import StrEnum


class OriginLevel(StrEnum):
    """How far from the home county an enterprise comes from."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    OUT_OF_PROVINCE = "out_of_province"
    HK_MO_TW = "hk_mo_tw"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"
