"""Words for the search index, and names that look alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

from app.core.text.folding import COMPANY_SUFFIXES, clean_text, core_name, fold

Key = TypeVar("Key")

_HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<word>[^\W_{_HAN}]+)")
# 有限 alone stands in a third of all names: finding it finds nothing, and costs the most.
_NOT_INDEXED = re.compile("|".join(map(re.escape, sorted(COMPANY_SUFFIXES, key=len, reverse=True))))
_LONGEST_QUERY = 100


@dataclass(frozen=True)
class SearchTerms:
    """A query taken apart: `grams` must all be found; `folded` is compared for exact hits and prefixes.

    `latin` is the query as pinyin or initials may be typed, empty when it holds Chinese.
    """

    folded: str
    grams: tuple[str, ...]
    latin: str


def bigrams(text: str) -> list[str]:
    """Take a text apart for the index: pairs of neighbouring characters, and words and numbers whole.

    Each run of Chinese also gives its last character alone, so that a one-character query finds it as a
    prefix of some token. Company suffixes are not indexed. Each token once, in the order of the text.
    """
    tokens: dict[str, None] = {}
    for han, word in _runs(text):
        if word:
            tokens[word] = None
            continue
        for place in range(len(han)):
            tokens[han[place : place + 2]] = None
    return list(tokens)


def search_terms(query: str) -> SearchTerms:
    """Take a query apart to match `bigrams`; a query of one Chinese character is a prefix of tokens.

    What is longer than 100 characters is cut: nobody types it.
    """
    query = query[:_LONGEST_QUERY]
    grams: dict[str, None] = {}
    for han, word in _runs(query):
        if word or len(han) == 1:
            grams[word or han] = None
            continue
        for place in range(len(han) - 1):
            grams[han[place : place + 2]] = None
    folded = fold(query)
    latin = "".join(re.findall(r"[a-z0-9]+", folded)) if folded.isascii() else ""
    return SearchTerms(folded, tuple(grams), latin)


def similarity(one: str, other: str) -> int:
    """Give how alike two names are, 0 to 100, by their core names."""
    return _alike(core_name(one), core_name(other))


def similar(
    name: str, candidates: Mapping[Key, str], *, cutoff: int = 75, limit: int = 5
) -> list[tuple[Key, int]]:
    """Give the candidates whose names look like this one, the most alike first; suggestions, never proof."""
    core = core_name(name)
    scored = [(key, _alike(core, core_name(other))) for key, other in candidates.items()]
    return sorted((pair for pair in scored if pair[1] >= cutoff), key=lambda pair: -pair[1])[:limit]


def _runs(text: str) -> list[tuple[str, str]]:
    # Words keep their spaces here: fold would join "VR park" into one word.
    folded = "\n".join(fold(part) for part in clean_text(text).split())
    return [(run["han"] or "", run["word"] or "") for run in _RUN.finditer(_NOT_INDEXED.sub("\n", folded))]


def _alike(one: str, other: str) -> int:
    if not one or not other:
        return 0
    fuzz = _fuzz()
    # A part counts for less than the whole: 海螺 is in 海螺建材, and in 海螺水泥 too.
    part = 0.9 * fuzz.partial_ratio(one, other) if min(len(one), len(other)) > 1 else 0
    return int(max(fuzz.ratio(one, other), part))


@cache
def _fuzz() -> Any:
    return import_module("rapidfuzz.fuzz")
