"""The demo's investors: firms and persons with homes, so named that no real one can be meant."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core import search
from app.core.ids import new_id
from app.core.regions import OriginLevel, origin_level, region_name
from app.core.search import Entry
from app.demo.business import CHAINS, chain_of
from app.demo.county import COUNTY_CODE, Demo
from app.demo.made import DemoInvestor
from app.investors.models import Investor
from app.investors.rules import InvestorKind, name_keys

# A colour, a plant and an animal: three words that no firm puts together, in characters that everybody reads.
_COLOURS = "青白黄蓝紫绿橙翠褐红"
_PLANTS = "竹柳桃梨桂荷兰菊枫杏麦稻莲梅葵桑"
_ANIMALS = "鹿鹤燕雁鹰兔鱼蛙蝶蜂象鹅狐熊雀鸽"
# Two of the three that stand on goods or over a shop door.
KNOWN_PAIRS = (
    "红桃 红梅 红枫 红莲 红兰 绿竹 翠竹 黄菊 黄梅 白兰 蓝莲 青梅 白桃 梅鹿 竹熊 竹鹤 荷鹤 桂鱼".split()
)
YEARLY = 1050
# Homes by code, each as likely as its number: out of the province, then the others.
OUTSIDE = {
    "330400": 12,
    "330100": 10,
    "330200": 5,
    "440300": 14,
    "441900": 12,
    "440100": 7,
    "320500": 9,
    "320200": 4,
    "310000": 9,
    "350500": 6,
    "350200": 4,
    "430100": 5,
    "420100": 5,
    "110000": 4,
    "370200": 3,
    "510100": 3,
    "500000": 3,
    "340100": 3,
    "410100": 2,
}
INSIDE = {"360500": 5, "360100": 6, "360700": 3, "360900": 3, COUNTY_CODE: 2}
HONG_KONG = {"810000": 6, "710000": 3, "820000": 1}
FOREIGN = {"JP": 3, "DE": 2, "SG": 3, "KR": 2, "US": 1}
HOMES: dict[OriginLevel, dict[str, int]] = {
    OriginLevel.OUT_OF_PROVINCE: OUTSIDE,
    OriginLevel.PROVINCE: INSIDE,
    OriginLevel.HK_MO_TW: HONG_KONG,
    OriginLevel.FOREIGN: FOREIGN,
}
_SHARES = {
    OriginLevel.OUT_OF_PROVINCE: 84,
    OriginLevel.PROVINCE: 9,
    OriginLevel.HK_MO_TW: 4,
    OriginLevel.FOREIGN: 3,
}
_FORMS = ("有限公司", "有限公司", "股份有限公司", "集团有限公司", "（中国）有限公司")
_COUNTRIES = {"JP": "日本", "DE": "德国", "SG": "新加坡", "KR": "韩国", "US": "美国"}


def make_investors(session: Session, demo: Demo) -> None:
    """Write firms and persons in their mix of homes; each tenth from outside is a returning native's."""
    random = demo.random("investors")
    brands = brand_names(random)
    number = demo.number(YEARLY, demo.today.year - 1) + demo.number(YEARLY, demo.today.year)
    rows = []
    for _ in range(max(number, 60)):
        wanted = random.choices(list(_SHARES), list(_SHARES.values()))[0]
        rows.append(_row(demo, random, next(brands), wanted))
    session.execute(insert(Investor), rows)
    search.put_many(
        session,
        [
            Entry(("investor", made.id), demo.county_id, made.name, person=made.kind is InvestorKind.PERSON)
            for made in demo.investors
        ],
        at=demo.opened_at,
    )


def brand_names(random: Random) -> Iterator[str]:
    """Yield brands without a repeat; ends after some two and a half thousand."""
    every = [colour + plant + animal for colour in _COLOURS for plant in _PLANTS for animal in _ANIMALS]
    every = [brand for brand in every if not any(known in brand for known in KNOWN_PAIRS)]
    random.shuffle(every)
    yield from every


def _row(demo: Demo, random: Random, brand: str, wanted: OriginLevel) -> dict[str, Any]:
    homes = HOMES[wanted]
    home = random.choices(list(homes), list(homes.values()))[0]
    chain = chain_of(random)
    person = wanted is OriginLevel.OUT_OF_PROVINCE and random.random() < 0.05
    returning = wanted is OriginLevel.OUT_OF_PROVINCE and (person or random.random() < 0.08)
    kind = InvestorKind.PERSON if person else InvestorKind.COMPANY
    name = next(demo.names) if person else _firm(random, brand, home, chain)
    made = DemoInvestor(
        id=new_id(),
        kind=kind,
        name=name,
        brand=name if person else brand,
        region_code=home if home.isdigit() else "",
        country="" if home.isdigit() else home,
        origin=origin_level(home, county_code=COUNTY_CODE),
        returning=returning,
        chain=chain,
    )
    demo.investors.append(made)
    keys = name_keys(name, kind=kind)
    return demo.row(
        id=made.id,
        kind=kind,
        name=name,
        name_folded=keys.folded,
        name_core=keys.core,
        name_pinyin=keys.pinyin[:400],
        name_initials=keys.initials[:100],
        region_code=made.region_code,
        country=made.country,
        industry=CHAINS[chain][0],
        returning_native=returning,
    )


def home_name(home: str) -> str:
    """Return what a home is called: a region's name, a country's, or the fictional county's own."""
    return _COUNTRIES.get(home) or ("示范县" if home == COUNTY_CODE else region_name(home))


def _firm(random: Random, brand: str, home: str, chain: str) -> str:
    place = home_name(home)
    trade = random.choice((CHAINS[chain][0], "实业", "科技", "控股"))
    form = random.choice(_FORMS)
    if home not in _COUNTRIES and "中国" in form:
        form = "有限公司"
    short = place.removesuffix("市").removesuffix("省").removesuffix("特别行政区")
    return f"{short}{brand}{trade}{form}"
