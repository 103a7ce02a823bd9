"""Text as it is stored, compared and shown: cleaned, folded, stripped of suffixes, safe in a spreadsheet."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from app.core.regions import strip_places

COMPANY_SUFFIXES = (
    "股份有限责任公司", "集团股份有限公司", "集团有限责任公司", "集团有限公司",
    "股份有限公司", "有限责任公司", "控股有限公司", "有限公司", "责任公司", "股份公司",
    "集团公司", "总公司", "分公司", "子公司", "公司", "集团", "控股", "股份", "有限",
    "(有限合伙)", "(普通合伙)", "有限合伙", "合伙企业", "(集团)", "(控股)", "(股份)",
)  # fmt: skip
_SUFFIX_AT_END = re.compile(
    "(?:"
    + "|".join(map(re.escape, sorted(COMPANY_SUFFIXES, key=len, reverse=True)))
    # English suffixes, folded: spaces and full stops are gone by then, so a word before them is kept whole.
    + r"|(?:,|(?<=[^a-z]))?(?:co\.?,?ltd\.?|company,?limited|corporation|limited|gmbh|inc\.|ltd\.|llc\.?|corp\.)"
    + ")$"
)
_SUFFIX_IN_BRACKETS = re.compile(r"\((?:集团|控股|股份|有限合伙|普通合伙)\)")
_BRACKETS = str.maketrans("[{〔【〖「『《〈]}〕】〗」』》〉", "(((((((((" + ")))))))))")
_DOTS_AND_DASHES = str.maketrans("•・‧∙⋅﹒—–−‐‑‒―", "······-------")
# Longer texts are no names and are not kept.
LONGEST_NAME = 200
_LINE_ENDS = ("\r\n", "\r", "\u2028", "\u2029")
_KEPT_CONTROLS = "\n\t"
# Private and unassigned characters stay: rare characters of people's names are written with them.
_DROPPED = frozenset({"Cc", "Cf", "Cs"})
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


def clean_text(text: str, *, multiline: bool = True) -> str:
    """Strip what nobody types on purpose: controls, zero-width and bidi characters, lone surrogates.

    Line ends become \\n, or spaces where the field has one line; blanks at both ends go. A name with an
    invisible character would be another name, and text that turns the reading direction can lie.
    """
    kept = text
    if not text.isprintable():  # what is printable holds nothing to drop: the common case, ten times as fast
        for line_end in _LINE_ENDS:
            kept = kept.replace(line_end, "\n")
        kept = "".join(
            each for each in kept if each in _KEPT_CONTROLS or unicodedata.category(each) not in _DROPPED
        )
    return kept.strip() if multiline else " ".join(kept.split())


def fold(text: str) -> str:
    """Fold a name so that two ways to write it become one: NFKC, case, spaces, zero-width, brackets, dashes.

    Brackets become round ones and stay: 海螺(中国)公司 and 海螺中国公司 may be two firms.
    """
    return _kept_fold(text) if len(text) <= LONGEST_NAME else _fold(text)


def _fold(text: str) -> str:
    folded = _fold_once(text)
    # Dropping a space can let a combining mark join the letter before it; a second pass settles that.
    for _ in range(3):
        if (again := _fold_once(folded)) == folded:
            break
        folded = again
    return folded


def core_name(name: str) -> str:
    """Reduce a company's name to its core, for suggestions only: 江西分宜海螺建材有限公司 → 海螺建材.

    Suffixes and places are stripped; what would leave nothing stays.
    """
    folded = _SUFFIX_IN_BRACKETS.sub("", fold(name))
    bare = folded
    while (shorter := _SUFFIX_AT_END.sub("", bare)) != bare:
        bare = shorter
    return strip_places(bare.rstrip(",.-·")) or folded


def defuse_formula(cell: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run as a formula (= + - @, tab, line end).

    For texts only: numbers are written as numbers, so that −17.2 stays one.
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


# The same names are folded again and again: a ledger of 10,000 rows names a few hundred units, people and places.
_kept_fold = lru_cache(maxsize=8192)(_fold)


def _fold_once(text: str) -> str:
    folded = unicodedata.normalize("NFKC", clean_text(text)).casefold()
    folded = unicodedata.normalize("NFKC", folded).translate(_BRACKETS).translate(_DOTS_AND_DASHES)
    return clean_text("".join(folded.split()))
