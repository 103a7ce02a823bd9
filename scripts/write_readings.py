"""Write how Chinese is read, from pypinyin's dictionaries, small enough for every worker process to hold.

`app/core/data/readings.tsv` has a line for each syllable with its characters, `phrases.tsv` one for each first
character with what follows it in known words; a word's reading stands behind `=` where it is not its characters'.
`python -m scripts.write_readings`, checked by a test.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT, RE_HANS

DATA = Path(__file__).resolve().parent.parent / "app/core/data"


def main() -> None:
    """Write both files."""
    (DATA / "readings.tsv").write_text(readings(), encoding="utf-8")
    (DATA / "phrases.tsv").write_text(phrases(), encoding="utf-8")


def readings() -> str:
    """Return the characters of each syllable, one syllable to a line."""
    found: dict[str, list[str]] = defaultdict(list)
    for character in sorted(map(chr, PINYIN_DICT)):
        if RE_HANS.match(character):
            found[_read(character)].append(character)
    return "".join(f"{said}\t{''.join(found[said])}\n" for said in sorted(found))


def phrases() -> str:
    """Return the known words by their first character: 银 is followed by `行=yin hang/…`."""
    found: dict[str, list[str]] = defaultdict(list)
    for phrase in sorted(PHRASES_DICT):
        if len(phrase) > 1 and RE_HANS.match(phrase):
            said, one_by_one = _read(phrase), " ".join(map(_read, phrase))
            found[phrase[0]].append(phrase[1:] + ("" if said == one_by_one else f"={said}"))
    return "".join(f"{first}\t{'/'.join(found[first])}\n" for first in sorted(found))


def _read(text: str) -> str:
    # Characters that the library cannot read stay; its types do not know that a list of them may be returned.
    return " ".join(lazy_pinyin(text, errors=list))  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
