"""Find places in what people type: 湖北省武汉市, 浙江绍兴, 香港, 深圳某某集团. Proposals, never decisions."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from app.core.regions.aliases import LETTER_OF_PROVINCE, NICKNAMES, OVERSEAS_ALIASES, TRADITIONAL
from app.core.regions.table import (
    HK_MO_TW,
    Region,
    RegionLevel,
    ancestors,
    region_path,
    regions,
)


@dataclass(frozen=True)
class RegionMatch:
    """A proposal: the place, its full name, the words it was found by, and how sure it is (0 to 100).

    `guessed` says that it was read out of a company's name, which need not be where its home is.
    """

    code: str
    name: str
    level: RegionLevel
    matched: str
    score: int
    guessed: bool = False


@dataclass(frozen=True)
class _Hit:
    start: int
    end: int
    code: str
    full: bool


_COMPANY = re.compile(
    r"公司|集团|股份|有限|企业|合作社|事务所|研究院|基金|银行|商行|酒店|厂$|\b(?:co|ltd|inc|llc|gmbh|corp|group|limited)\b",
    re.IGNORECASE,
)
_ADDRESS_WORD = re.compile(r"[镇乡村路街巷号道园室楼栋幢组]|街道|开发区|大厦|社区|新区|高新区")
_SKIPPED = re.compile(r"[\s\u200b-\u200f\u2060\ufeff·,，、/\-—–>]+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z.'’]*")
_LEVEL_WEIGHT = {RegionLevel.PROVINCE: 6, RegionLevel.COUNTRY: 5, RegionLevel.CITY: 4, RegionLevel.COUNTY: 0}
_BRACKET = "(〔[【"


def match_address(text: str, *, limit: int = 5) -> list[RegionMatch]:
    """Propose the places that an address or a company's name may mean, the likeliest first.

    A name that several counties share gives all of them; those inside a province or city that the text
    names come first and alone. Nothing recognised gives an empty list.
    """
    # An address is a line of text: what is longer is no address, and would take long.
    folded = unicodedata.normalize("NFKC", text[:200]).translate(TRADITIONAL)
    latin = _match_latin(folded)
    packed = _SKIPPED.sub("", folded)
    if packed in LETTER_OF_PROVINCE:
        return [_match(LETTER_OF_PROVINCE[packed], packed, 60, guessed=False)]
    company = bool(_COMPANY.search(folded))
    hits = _hits(packed, only_leading=company)
    guessed = company or (bool(hits) and _looks_like_a_name(packed, hits))
    best: dict[str, RegionMatch] = {}
    for hit in hits:
        score = _score(hit, hits, packed)
        if score > 0 and (hit.code not in best or best[hit.code].score < score):
            matched = packed[hit.start : hit.end]
            best[hit.code] = _match(hit.code, matched, score - 20 * guessed, guessed=guessed)
    for match in latin:
        best.setdefault(match.code, match)
    found = _without_surrounding(best)
    return sorted(found, key=lambda match: (-match.score, match.code))[:limit]


def strip_places(text: str) -> str:
    """Drop the places that a folded company name begins with or holds in brackets: 江西(分宜)海螺 → 海螺.

    Provinces, cities, counties by their full name, and China itself go; a county's short name, too often
    an ordinary word, only after its city or province. What would leave nothing stays.
    """
    rest = re.sub(r"\((?P<inner>[^()]*)\)", _without_place, text)
    around: set[str] = set()
    while True:
        longest = _longest_place(rest, around)
        if not longest or len(rest) - longest < 2:
            return rest or text
        around |= {code for code, _ in _names().get(rest[:longest], ())}
        rest = rest[longest:]


def _without_place(bracket: re.Match[str]) -> str:
    inner = bracket["inner"]
    return "" if inner in _names() or _is_place(inner) else bracket[0]


def _is_place(text: str, around: Collection[str] = ()) -> bool:
    if text in ("中国", "china"):
        return True
    return any(_safe_to_strip(code, text, around) for code, _ in _names().get(text, ()))


def _longest_place(text: str, around: Collection[str]) -> int:
    for length in range(min(len(text), _longest_name()), 1, -1):
        if _is_place(text[:length], around):
            return length
    return 0


def _safe_to_strip(code: str, text: str, around: Collection[str]) -> bool:
    found = regions()[code]
    if found.level in (RegionLevel.PROVINCE, RegionLevel.CITY) or text == found.name:
        return True
    return any(each.code in around for each in ancestors(code)[:-1])


@cache
def _names() -> dict[str, list[tuple[str, bool]]]:
    """Index every Chinese name and short name: to its codes, and whether it is the full name."""
    index: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for code, found in regions().items():
        index[found.name].append((code, True))
        if found.short != found.name:
            index[found.short].append((code, False))
        if "自治" in found.name and found.level is not RegionLevel.PROVINCE:
            # 恩施州 and 大厂县 are what people say for 恩施土家族苗族自治州 and 大厂回族自治县.
            index[found.short + found.name[-1]].append((code, True))
        for alias in found.aliases:
            if not alias.isascii():
                index[alias].append((code, True))
    for code, aliases in OVERSEAS_ALIASES.items():
        for alias in aliases:
            if (code, False) not in index[alias]:
                index[alias].append((code, True))
    for alias, code in NICKNAMES.items():
        if not any(known == code for known, _ in index[alias]):
            index[alias].append((code, False))
    return dict(index)


@cache
def _longest_name() -> int:
    return max(map(len, _names()))


@cache
def _latin_names() -> dict[str, list[str]]:
    index: dict[str, list[str]] = defaultdict(list)
    for code, found in regions().items():
        if found.level is not RegionLevel.COUNTY:
            index[found.name_en.casefold()].append(code)
        for alias in found.aliases + OVERSEAS_ALIASES.get(code, ()):
            if alias.isascii():
                index[alias.casefold()].append(code)
    return dict(index)


def _hits(text: str, *, only_leading: bool) -> list[_Hit]:
    """Read names from left to right, the longest first; in a company's name only where it begins."""
    hits: list[_Hit] = []
    place, expected = 0, 0
    while place < len(text):
        if text.startswith("中国", place):
            place, expected = place + 2, place + 2 if expected == place else expected
            continue
        if text[place] in _BRACKET:
            place = expected = place + 1
            continue
        length = 0 if only_leading and place != expected else _hits_at(text, place, hits, expected)
        place += length or 1
        expected = place if length else expected
    return hits


def _hits_at(text: str, place: int, hits: list[_Hit], expected: int) -> int:
    for length in range(min(_longest_name(), len(text) - place), 1, -1):
        found = [
            _Hit(place, place + length, code, full)
            for code, full in _names().get(text[place : place + length], ())
            if length == len(text) or _may_stand(code, full=full, at_its_place=place == expected, before=hits)
        ]
        if found:
            hits.extend(found)
            return length
    return 0


def _may_stand(code: str, *, full: bool, at_its_place: bool, before: list[_Hit]) -> bool:
    """Short names and countries count only where an address begins or goes on.

    A district's short name (鼓楼, 长安) is an ordinary word unless its city or province stands before it.
    """
    found = regions()[code]
    if full and found.level is not RegionLevel.COUNTRY:
        return True
    if not at_its_place:
        return False
    if found.level is RegionLevel.COUNTY and (found.name.endswith("区") or before):
        around = {each.code for each in ancestors(code)[:-1]}
        return any(hit.code in around for hit in before)
    return True


def _score(hit: _Hit, hits: list[_Hit], text: str) -> int:
    """Weigh one hit by its form, its place in the text and what the places before it say."""
    found = regions()[hit.code]
    around = {each.code for each in ancestors(hit.code)[:-1]}
    earlier = [other for other in hits if other.end <= hit.start]
    score = 50 if hit.full else 40
    follows = hit.start == 0 or text[hit.start - 1] in _BRACKET
    score += 10 if follows or any(other.end == hit.start for other in earlier) else 0
    score += _LEVEL_WEIGHT[found.level] if not earlier else 0
    score += 15 * sum(other.code in around for other in earlier)
    if any(other.full and other.end - other.start == len(text) for other in hits):
        score += 5 * hit.full
    others = [other for other in earlier if other.code not in around]
    if others and not any(other.code in around for other in earlier):
        # Another place was named before and this one does not lie in it: 广东省东莞市长安区 is not in Xi'an.
        score -= 45
    return min(score, 100)


def _without_surrounding(best: dict[str, RegionMatch]) -> list[RegionMatch]:
    """Drop provinces and cities that a match inside them makes more precise."""
    inside = {
        each.code
        for match in best.values()
        for each in ancestors(match.code)[:-1]
        if each.code in best and match.score > best[each.code].score
    }
    if not inside:
        return list(best.values())
    # With a chain found, other readings of its words (长沙 the county in 长沙岳麓区) and places outside
    # it (江西 in 广州市江西路) are noise.
    words = {best[code].matched for code in inside}
    return [
        match
        for code, match in best.items()
        if code not in inside
        and match.matched not in words
        and any(each.code in inside for each in ancestors(code)[:-1])
    ]


def _looks_like_a_name(text: str, hits: list[_Hit]) -> bool:
    """Tell 武汉凯迪 (a firm, by its short name) from 武汉光谷大道 and 湖北省武汉市."""
    # A country, 香港 and the like are whole names that firms begin with as well.
    whole = [hit for hit in hits if hit.full and hit.code not in HK_MO_TW]
    if any(regions()[hit.code].level is not RegionLevel.COUNTRY for hit in whole):
        return False
    rest = text[max(hit.end for hit in hits) :]
    return bool(rest) and not _ADDRESS_WORD.search(rest)


def _match_latin(text: str) -> list[RegionMatch]:
    """Find countries, provinces and cities by their English names, whole words only, the longest first."""
    words = [(word.group().casefold().strip(".'"), word.group()) for word in _LATIN.finditer(text)]
    company = bool(_COMPANY.search(text))
    found: list[RegionMatch] = []
    place = 0
    while place < len(words):
        for length in range(min(5, len(words) - place), 0, -1):
            name = " ".join(word for word, _ in words[place : place + length])
            codes = _latin_names().get(name, ())
            if codes:
                matched = " ".join(typed for _, typed in words[place : place + length])
                found += [_match(code, matched, _latin_score(code), guessed=company) for code in codes]
                place += length - 1
                break
        place += 1
    around = {match.code for match in found}
    confirmed = {m.code for m in found if any(each.code in around for each in ancestors(m.code)[:-1])}
    if confirmed:
        return [match for match in found if match.code in confirmed]
    return found


def _latin_score(code: str) -> int:
    return 40 + _LEVEL_WEIGHT[regions()[code].level]


def _match(code: str, matched: str, score: int, *, guessed: bool) -> RegionMatch:
    found: Region = regions()[code]
    return RegionMatch(code, region_path(code), found.level, matched, max(score, 1), guessed)
