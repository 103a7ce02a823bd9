"""The table of places: provinces, cities and counties of GB/T 2260, and countries of ISO 3166.

Codes are the six digits of GB/T 2260 (360000, 360500, 360521) or two capital letters (JP). China's own
ISO code CN means "the mainland, place not known".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

_DATA = Path(__file__).resolve().parent.parent / "data"

MAINLAND = "CN"
HONG_KONG, MACAO, TAIWAN = "810000", "820000", "710000"
HK_MO_TW = frozenset({HONG_KONG, MACAO, TAIWAN})
_ISO_OF_REGION = {"HK": HONG_KONG, "MO": MACAO, "TW": TAIWAN}
MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})

_PEOPLES = (
    "蒙古族|蒙古|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克|"
    "傣族|黎族|傈僳族|佤族|畲族|拉祜族|水族|纳西族|景颇族|柯尔克孜族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|"
    "毛南族|仡佬族|锡伯族|锡伯|塔吉克|怒族|鄂温克族|德昂族|保安族|裕固族|京族|独龙族|鄂伦春|普米族|东乡族|各族"
)
_AUTONOMOUS = re.compile(rf"(?P<short>.{{2,}}?)(?:{_PEOPLES})*自治[区州县旗]")
_SUFFIXES = ("特别行政区", "地区", "林区", "特区", "矿区", "新区", "省", "市", "县", "区", "盟", "旗")


class RegionLevel(StrEnum):
    """What kind of place a code names."""

    COUNTRY = "country"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


@dataclass(frozen=True)
class Region:
    """A place with its code, its names and the code of the place around it (None at the top)."""

    code: str
    name: str
    name_en: str
    level: RegionLevel
    parent: str | None
    short: str
    aliases: tuple[str, ...] = ()


@cache
def regions() -> dict[str, Region]:
    """Read the table once: every known place by its code, in the order of the codes, countries last."""
    lines = (_DATA / "regions.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    known = {code for code, _, _ in rows}
    table = {code: _region(code, name, name_en, known) for code, name, name_en in rows}
    for line in (_DATA / "countries.tsv").read_text(encoding="utf-8").splitlines():
        code, name, name_en, aliases = line.split("\t")
        given = tuple(alias for alias in aliases.split("|") if alias)
        table[code] = Region(code, name, name_en, RegionLevel.COUNTRY, None, name, given)
    return table


def normal_code(code: str | None) -> str | None:
    """Write a code the one way it is stored: 36 and 3605 become six digits, HK becomes 810000.

    None for an empty or malformed code. A well-formed code that the table does not know stays as it is:
    counties are merged and renamed, and the province can still be told.
    """
    text = (code or "").strip().upper()
    if re.fullmatch(r"[0-9]{2}|[0-9]{4}|[0-9]{6}", text):
        return text.ljust(6, "0")
    if re.fullmatch(r"[A-Z]{2}", text):
        return _ISO_OF_REGION.get(text, text)
    return None


def region(code: str | None) -> Region | None:
    """Give the place of a code; None when it is not known."""
    return regions().get(normal_code(code) or "")


def is_known(code: str | None) -> bool:
    """Tell whether a code names a place of the table."""
    return region(code) is not None


def region_name(code: str | None, *, lang: str = "zh") -> str:
    """Give a place's own name (绍兴市; Shaoxing in English); the code itself when it is not known."""
    found = region(code)
    if found is None:
        return code or ""
    return found.name_en if lang.startswith("en") else found.name


def region_path(code: str | None, *, lang: str = "zh") -> str:
    """Give a place with those around it: 浙江省绍兴市; Shaoxing, Zhejiang."""
    chain = ancestors(code)
    names = [region_name(each.code, lang=lang) for each in chain]
    return ", ".join(reversed(names)) if lang.startswith("en") else "".join(names)


def ancestors(code: str | None) -> list[Region]:
    """Give the places from the province down to the place itself; empty when it is not known."""
    chain: list[Region] = []
    found = region(code)
    while found is not None:
        chain.insert(0, found)
        found = region(found.parent)
    return chain


def province_of(code: str | None) -> str | None:
    """Give the code of the province around a place; None for countries and unknown provinces."""
    normal = normal_code(code)
    province = f"{normal[:2]}0000" if normal and normal.isdigit() else ""
    return province if province in regions() else None


@cache
def provinces(*, with_hk_mo_tw: bool = False) -> tuple[Region, ...]:
    """List the 31 provinces of the mainland by code, or all 34."""
    found = (each for each in regions().values() if each.level is RegionLevel.PROVINCE)
    return tuple(each for each in found if with_hk_mo_tw or each.code not in HK_MO_TW)


@cache
def children(code: str) -> tuple[Region, ...]:
    """List the places directly inside one: a province's cities and its own counties, a city's counties."""
    normal = normal_code(code)
    return tuple(each for each in regions().values() if normal and each.parent == normal)


@cache
def countries() -> tuple[Region, ...]:
    """List the countries and areas outside China by their ISO code."""
    return tuple(each for each in regions().values() if each.level is RegionLevel.COUNTRY)


def _region(code: str, name: str, name_en: str, known: set[str]) -> Region:
    if code.endswith("0000"):
        return Region(code, name, name_en, RegionLevel.PROVINCE, None, _short(name))
    city = f"{code[:4]}00"
    if code == city:
        return Region(code, name, name_en, RegionLevel.CITY, f"{code[:2]}0000", _short(name))
    # Districts of a municipality and counties run by their province have no city between.
    parent = city if city in known else f"{code[:2]}0000"
    return Region(code, name, name_en, RegionLevel.COUNTY, parent, _short(name))


def _short(name: str) -> str:
    """Drop the kind of place: 绍兴市 → 绍兴, 恩施土家族苗族自治州 → 恩施; 城区 keeps its only name."""
    if found := _AUTONOMOUS.fullmatch(name) if "自治" in name else None:
        return found["short"]
    if name == "内蒙古自治区":
        return "内蒙古"
    suffix = next((suffix for suffix in _SUFFIXES if name.endswith(suffix)), "")
    return name[: -len(suffix)] if suffix and len(name) - len(suffix) >= 2 else name
