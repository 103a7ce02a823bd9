"""How Chinese is read aloud: pinyin and initials, with the surnames that are read their own way.

Words and readings are pypinyin's, written down small by `scripts.write_readings`: the library itself weighs 55 MiB in
every process and takes a third of a second to load (decision 13). A test reads every word of it both ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from app.core.text.folding import fold

DATA = Path(__file__).resolve().parent.parent / "data"


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
    return (*said, *_read(folded[len(surname) :]))


def _read(text: str) -> Iterator[str]:
    """Read the longest known word from each place on, else the character: 银行 is yin hang, 行 alone xing."""
    begin = 0
    while begin < len(text):
        longest, words = _words(text[begin])
        ends = range(min(begin + 1 + longest, len(text)), begin + 1, -1)
        end = next((end for end in ends if text[begin + 1 : end] in words), begin + 1)
        said = words.get(text[begin + 1 : end], "")
        yield from said.split() if said else map(_character, text[begin:end])
        begin = end


@lru_cache(maxsize=1024)
def _words(first: str) -> tuple[int, dict[str, str]]:
    """Return what follows a character in the words that begin with it, each with its reading where that is not the
    characters' own, and the length of the longest."""
    parts = (part.partition("=") for part in _phrases().get(first, "").split("/") if part)
    words = {rest: said for rest, _, said in parts}
    return max(map(len, words), default=0), words


@lru_cache(maxsize=8192)
def _character(character: str) -> str:
    return next((said for said, characters in _readings() if character in characters), character)


@cache
def _readings() -> list[tuple[str, str]]:
    """Return the characters of each syllable. They stay one text for each: 42,000 strings would weigh 6 MiB."""
    return list(_rows("readings.tsv"))


@cache
def _phrases() -> dict[str, str]:
    return dict(_rows("phrases.tsv"))


@cache
def _surnames() -> dict[str, str]:
    return dict(_rows("surnames.tsv"))


def _surname(folded: str) -> str:
    return next((folded[:length] for length in (2, 1) if folded[:length] in _surnames()), "")


def _rows(name: str) -> Iterator[tuple[str, str]]:
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition("\t")
        if key:
            yield key, value
