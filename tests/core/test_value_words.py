from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

import pytest

from app.core import clock, i18n, money, regions, text

ENUMS: tuple[type[StrEnum], ...] = (
    money.AmountQualifier,
    money.AmountUnit,
    money.SlipReason,
    regions.OriginLevel,
    regions.RegionLevel,
    clock.DayPrecision,
    clock.TimeProgressMode,
)


@pytest.mark.parametrize("locale", i18n.LOCALES)
@pytest.mark.parametrize("enum", ENUMS)
def test_every_value_has_its_word(enum: type[StrEnum], locale: str) -> None:
    assert [each for each in enum if not i18n.knows(locale, f"enum.{enum.__name__}.{each.value}")] == []


@pytest.mark.parametrize("locale", i18n.LOCALES)
@pytest.mark.parametrize("package", [money, clock, text])
def test_every_refusal_has_its_words(package: object, locale: str) -> None:
    folder = Path(str(vars(package)["__file__"])).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    codes = set(re.findall(r'Error\(\s*"((?:money|clock|text)\.[a-z0-9_]+)"', source))
    assert codes
    assert {code for code in codes if not i18n.knows(locale, f"error.{code}")} == set()
