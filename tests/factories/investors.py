"""Investors and their contacts, as tests begin with them."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.identity.models import Unit
from app.investors.models import Contact, Investor, InvestorName, InvestorTag
from app.investors.rules import InvestorKind, name_keys
from app.investors.writing import index
from tests.factories.identity import EPOCH, make_county, make_unit

_numbers = count(1)
# Names that share neither a sound nor the beginning of a core, so that one is no duplicate of another.
_WORDS = "青松 赤岩 碧潭 银杏 金穗 玉泉 铁岭山 鹤鸣 鹿溪 虎跃 凤仪 龙泽 雁回 鲲图 骏驰 麦浪 稻香 橘洲 柏舟 梧桐".split()


def make_investor(
    session: Session,
    *,
    name: str = "",
    kind: InvestorKind = InvestorKind.COMPANY,
    home: str = "330483",
    unit: Unit | None = None,
    former_names: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
    at: datetime = EPOCH,
    **values: Any,
) -> Investor:
    """Make an investor that can be found; `home` is a region's or country's code, empty for unknown."""
    number = next(_numbers)
    name = name or f"{_WORDS[number % len(_WORDS)]}{number}号科技有限公司"
    keys = name_keys(name, kind=kind)
    home_values = {"region_code": home} if home.isdigit() else {"country": home}
    investor = Investor(
        id=new_id(),
        county_id=make_county(session).id,
        kind=kind,
        name=name,
        name_folded=keys.folded,
        name_core=keys.core,
        name_pinyin=keys.pinyin,
        name_initials=keys.initials,
        unit_id=unit.id if unit else None,
        created_at=at,
        updated_at=at,
        names=[
            InvestorName(name=each, name_folded=name_keys(each, kind=kind).folded, added_at=at)
            for each in former_names
        ],
        tags=[InvestorTag(tag=tag) for tag in tags],
        **home_values,
        **values,
    )
    session.add(investor)
    session.flush()
    index(session, investor, at=at)
    return investor


def make_contact(
    session: Session,
    *,
    investor: Investor | None = None,
    unit: Unit | None = None,
    name: str = "赵小川",
    phone: str = "13812345678",
    at: datetime = EPOCH,
    **values: Any,
) -> Contact:
    """Make a contact at an investor, belonging to a unit."""
    home = unit or make_unit(session)
    investor_id: UUID = (investor or make_investor(session)).id
    contact = Contact(
        id=new_id(),
        county_id=home.county_id,
        investor_id=investor_id,
        unit_id=home.id,
        name=name,
        phone=phone,
        created_at=at,
        updated_at=at,
        **values,
    )
    session.add(contact)
    session.flush()
    return contact
