"""How Chinese is read: every word and character as pypinyin reads it, from files a tenth of its size."""

from __future__ import annotations

from random import Random

import pytest
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT, RE_HANS

from app.core.text import syllables_of
from app.core.text.folding import fold
from scripts import write_readings

WORDS = sorted(word for word in PHRASES_DICT if RE_HANS.match(word))


LONGEST = max(map(len, WORDS))


def library_reads(text: str) -> list[str]:
    """Read the longest known word from each place on with the library. Its own cutting gives up at the end of a text:
    it takes 情非得 for the beginning of 情非得已 and no longer sees 非得 in it."""
    folded, said = fold(text), []
    while folded:
        ends = range(min(LONGEST, len(folded)), 0, -1)
        word = next((folded[:end] for end in ends if folded[:end] in PHRASES_DICT), folded[0])
        said += lazy_pinyin(word, errors=list)
        folded = folded[len(word) :]
    return said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("分宜县", "fen yi xian"),
        ("中国银行", "zhong guo yin hang"),
        ("行", "xing"),
        ("重庆长安", "chong qing chang an"),
        ("绿色", "lv se"),
        ("分宜VR产业园2期", "fen yi v r chan ye yuan 2 qi"),
        ("〇一", "ling yi"),
        ("情非得", "qing fei dei"),
        ("", ""),
        ("𠮷", "𠮷"),
        ("!？", "! ?"),
    ],
)
def test_texts_are_read_word_by_word(text: str, said: str) -> None:
    assert " ".join(syllables_of(text)) == said


def test_every_known_word_is_read_as_the_library_reads_it() -> None:
    assert len(WORDS) > 40_000
    differing = [word for word in WORDS if syllables_of(word) != library_reads(word)]
    assert differing == []


def test_every_character_is_read_as_the_library_reads_it() -> None:
    characters = [chr(number) for number in PINYIN_DICT]
    assert [one for one in characters if syllables_of(one) != library_reads(one)] == []


def test_words_that_touch_are_taken_apart_as_the_library_takes_them() -> None:
    chance = Random(13)
    for _ in range(5_000):
        text = "".join(chance.choice(WORDS)[: chance.randint(1, 4)] for _ in range(chance.randint(1, 5)))
        text += chance.choice(["", "A区", "(江西)有限公司", "3号", "，"])
        assert syllables_of(text) == library_reads(text), text


def test_the_files_are_what_the_script_writes() -> None:
    written = (write_readings.DATA / "readings.tsv").read_text(encoding="utf-8")
    assert written == write_readings.readings(), "run python -m scripts.write_readings"
    written = (write_readings.DATA / "phrases.tsv").read_text(encoding="utf-8")
    assert written == write_readings.phrases(), "run python -m scripts.write_readings"
