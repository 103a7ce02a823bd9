"""How far from the home county an investor comes from."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from app.core.regions.table import HK_MO_TW, MUNICIPALITIES, is_known, normal_code, province_of


class OriginLevel(StrEnum):
    """How far from the home county an investor comes from, in the counting rules' seven levels."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    OUT_OF_PROVINCE = "out_of_province"
    HK_MO_TW = "hk_mo_tw"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"


@lru_cache(maxsize=4_096)  # asked for each row of a list; a county knows a few hundred homes
def origin_level(home: str | None, *, county_code: str) -> OriginLevel:
    """Tell how far an investor's home lies from the county that counts.

    `home` is a region code or a country's. A home known only to its city or province gets that level:
    it lies inside, nobody knows where. In a municipality the other districts are the same city; a county
    run by its province has no city. CN, an empty code and one of no known province are unknown.
    """
    code, county = normal_code(home), normal_code(county_code)
    if code is None or county is None:
        return OriginLevel.UNKNOWN
    if not code.isdigit():
        # The mainland's own CN is in no list of countries: it says nothing about the province.
        return OriginLevel.FOREIGN if is_known(code) else OriginLevel.UNKNOWN
    province = province_of(code)
    if province is None:
        return OriginLevel.UNKNOWN
    if province in HK_MO_TW:
        return OriginLevel.HK_MO_TW
    if province != province_of(county):
        return OriginLevel.OUT_OF_PROVINCE
    if code == county:
        return OriginLevel.COUNTY
    if province in MUNICIPALITIES or (code[:4] == county[:4] and is_known(f"{code[:4]}00")):
        # 360000 is the province itself, which has no city in common with anything.
        return OriginLevel.CITY
    return OriginLevel.PROVINCE
