"""Investors as ledgers name them: 甲公司、乙公司, or 李坚华（客商） for a natural person."""

from __future__ import annotations

import re
import unicodedata

from app.core.text import fold
from app.investors.importing.schemas import WantedInvestor
from app.investors.rules import InvestorKind, certain_home
from app.transfers.cells import RowReader
from app.transfers.rules import Cure

_PERSON = re.compile(r"(?P<name>[\u3400-\u9fff·]{2,12})\((?:客商|个人|自然人|先生|女士)\)")
PERSON_MARK = "（客商）"


def read_investors(cells: RowReader, homes: dict[str, str], *, uscc: str = "") -> tuple[WantedInvestor, ...]:
    """Read one or more investors; homes stand in the same order. `homes` keeps what places were understood as."""
    names = parts_of(cells.text("investor", most=600))
    found: dict[str, WantedInvestor] = {}
    for place, (name, home) in enumerate(zip(names, _homes(cells, homes, len(names)), strict=True)):
        if len(name) > 200:
            cells.error("investor", "error.transfers.too_long", Cure.TEXT, most=200)
            continue
        person = _PERSON.fullmatch(unicodedata.normalize("NFKC", name))
        made = (
            WantedInvestor(person["name"], InvestorKind.PERSON, home)
            if person
            else WantedInvestor(name, InvestorKind.COMPANY, home, uscc if place == 0 else "")
        )
        found.setdefault(fold(made.name), made)
    return tuple(found.values())


def parts_of(text: str) -> list[str]:
    """Take a list apart as people write it: by 、, semicolons and line ends."""
    return [part.strip() for part in re.split(r"[、；;\n]", text) if part.strip()]


def _homes(cells: RowReader, homes: dict[str, str], investors: int) -> list[str]:
    text = cells.text("home", most=600)
    parts = parts_of(text) if investors > 1 else [text]
    if not text or len(parts) != investors:
        if text and investors:
            cells.warn("home", "error.transfers.unclear_home", Cure.PLACE)
        return [""] * investors
    for part in parts:
        if part not in homes:
            homes[part] = certain_home(part.replace(" ", ""))
        if not homes[part]:
            cells.warn("home", "error.transfers.unclear_home", Cure.PLACE)
    return [homes[part] for part in parts]
