"""How Chinese is read aloud: pinyin and initials, with the surnames that are read their own way."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from app.core.text.folding import fold

_SURNAMES = Path(__file__).resolve().parent.parent / "data" / "surnames.tsv"


def pinyin_of(text: str, *, person: bool = False) -> str:
    """Write a text in pinyin without tones, joined and in lower case: 分宜县 → fenyixian; ü is v.

    `person` reads the surname as a surname: 单, 解, 仇. What is not Chinese stays, folded.
    """
    return "".join(_syllables(text, person=person))


def initials_of(text: str, *, person: bool = False) -> str:
    """Write the first letters of the pinyin: 分宜海螺 → fyhl. Other words stay whole."""
    folded = fold(text)
    syllables = _syllables(text, person=person)
    if len(syllables) != len(folded):
        return "".join(syllables)
    return "".join(said if said == typed else said[:1] for said, typed in zip(syllables, folded, strict=True))


def syllables_of(text: str, *, person: bool = False) -> list[str]:
    """Read a text syllable by syllable, in one go: 分宜VR → fen, yi, v, r. Other characters stand by themselves."""
    return list(_syllables(text, person=person))


# One record's name is read for its pinyin, its initials and the search index.
@lru_cache(maxsize=2048)
def _syllables(text: str, *, person: bool) -> tuple[str, ...]:
    """Give one syllable for each Chinese character and each other character by itself."""
    folded = fold(text)
    surname = _surname(folded) if person else ""
    said = _surnames()[surname].split() if surname else []
    rest = folded[len(surname) :]
    read = [syllable for word in _seg()(rest) for syllable in _read(word)] if rest else []
    return (*said, *read)


# Names are made of the same words; each is read once. A ledger of 10,000 rows has a few thousand.
@lru_cache(maxsize=8192)
def _read(word: str) -> tuple[str, ...]:
    return tuple(str(syllable) for syllable in _pypinyin().lazy_pinyin(word, errors=list))


def _surname(folded: str) -> str:
    return next((folded[:length] for length in (2, 1) if folded[:length] in _surnames()), "")


@cache
def _surnames() -> dict[str, str]:
    lines = _SURNAMES.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line)


@cache
def _seg() -> Any:
    """Give what cuts a text into the words that pypinyin knows: 银行 is read as one, 行 alone otherwise."""
    return import_module("pypinyin.seg.simpleseg").seg


@cache
def _pypinyin() -> Any:
    # Loaded when the first name is read: its dictionaries take longer than everything else here.
    return import_module("pypinyin")
