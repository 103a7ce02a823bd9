from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import text as t


@pytest.mark.parametrize(
    "written",
    [
        "浙江（分宜）ABC有限公司",
        "浙江(分宜)abc有限公司",
        "浙江【分宜】ＡＢＣ有限公司",
        " 浙江 〔分宜〕 ABC 有限公司 ",
        "浙江(分宜)\u200bABC有限公司",
        "浙江(分宜)A\ufeffBC有限公司\n",
    ],
)
def test_one_name_however_it_is_written(written: str) -> None:
    assert t.fold(written) == "浙江(分宜)abc有限公司"


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    once = t.fold(text)
    assert t.fold(once) == once


@given(st.text(alphabet=st.characters()))
def test_clean_text_can_always_be_stored(text: str) -> None:
    cleaned = t.clean_text(text)
    cleaned.encode("utf-8")
    assert t.clean_text(cleaned) == cleaned
    assert not any(unicodedata.category(each) in {"Cf", "Cs"} for each in cleaned)


@pytest.mark.parametrize(
    ("text", "multiline", "cleaned"),
    [
        ("a\u200bb\u202ec\x00d\ud800e\r\nf  ", True, "abcde\nf"),
        ("第一行\r第二行", True, "第一行\n第二行"),
        (" 第一行\n 第二行\t", False, "第一行 第二行"),
        ("𠮷\U00031350\ue000", True, "𠮷\U00031350\ue000"),
    ],
)
def test_text_loses_only_what_nobody_types(text: str, multiline: bool, cleaned: str) -> None:
    assert t.clean_text(text, multiline=multiline) == cleaned


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("江西分宜海螺建材有限公司", "海螺建材"),
        ("江西（分宜）海螺建材有限责任公司", "海螺建材"),
        ("浙江（绍兴）金达麻纺集团股份有限公司", "金达麻纺"),
        ("深圳比亚迪集团", "比亚迪"),
        ("海螺（集团）有限公司", "海螺"),
        ("中国建材股份有限公司", "建材"),
        ("某某合伙企业（有限合伙）", "某某"),
        ("ABC (China) Co., Ltd.", "abc"),
        ("Sanofi Inc.", "sanofi"),
        ("Cinco", "cinco"),
        ("北京有限公司", "北京"),
        ("有限公司", "有限公司"),
        ("盛泰光学", "盛泰光学"),
    ],
)
def test_the_core_of_a_name_is_without_suffix_and_place(name: str, core: str) -> None:
    assert t.core_name(name) == core


@pytest.mark.parametrize(
    ("text", "person", "pinyin", "initials"),
    [
        ("分宜县", False, "fenyixian", "fyx"),
        ("重庆", False, "chongqing", "cq"),
        ("吕女士", False, "lvnvshi", "lns"),
        ("VR产业2022", False, "vrchanye2022", "vrcy2022"),
        ("单雄信", True, "shanxiongxin", "sxx"),
        ("尉迟恭", True, "yuchigong", "ycg"),
        ("仇和", True, "qiuhe", "qh"),
        ("解晓东", True, "xiexiaodong", "xxd"),
        ("曾国藩", True, "zengguofan", "zgf"),
        ("张三", True, "zhangsan", "zs"),
        ("", False, "", ""),
        ("", True, "", ""),
    ],
)
def test_pinyin_reads_surnames_as_surnames(text: str, person: bool, pinyin: str, initials: str) -> None:
    assert t.pinyin_of(text, person=person) == pinyin
    assert t.initials_of(text, person=person) == initials


def test_the_index_holds_pairs_words_and_no_company_suffix() -> None:
    assert t.bigrams("江西海螺有限公司 VR产业园") == [
        "江西",
        "西海",
        "海螺",
        "螺",
        "vr",
        "产业",
        "业园",
        "园",
    ]
    assert t.bigrams("有限公司") == []
    assert t.bigrams("") == []


@pytest.mark.parametrize(
    ("query", "grams", "latin"),
    [
        ("海螺有限公司", ("海螺",), ""),
        ("海螺建材", ("海螺", "螺建", "建材"), ""),
        ("海", ("海",), ""),
        ("FYHL", ("fyhl",), "fyhl"),
        ("VR产业", ("vr", "产业"), ""),
        ("D2022-0042", ("d2022", "0042"), "d20220042"),
        ("有限", (), ""),
        ("  ", (), ""),
    ],
)
def test_a_query_is_taken_apart_as_the_index_is(query: str, grams: tuple[str, ...], latin: str) -> None:
    terms = t.search_terms(query)
    assert (terms.grams, terms.latin) == (grams, latin)


@given(st.text(alphabet="江西分宜海螺建材股份有限公司vr2 ", max_size=20), st.data())
def test_every_part_of_a_name_finds_it(name: str, data: st.DataObject) -> None:
    words = [word for word in name.split() if word]
    if not words:
        return
    word = data.draw(st.sampled_from(words))
    start = data.draw(st.integers(0, len(word) - 1))
    tokens = t.bigrams(word)
    han = [token for token in t.search_terms(word[start:]).grams if not token.isascii()]
    whole = t.bigrams(word[start:])
    # Cutting a suffix in two leaves characters that the index has not: then nothing is promised.
    if all(token in tokens for token in whole):
        assert all(any(token.startswith(gram) for token in tokens) for gram in han)


def test_a_long_query_is_cut() -> None:
    assert len(t.search_terms("海螺建材" * 1000).folded) <= 100


def test_names_that_look_alike_are_suggested_in_order() -> None:
    candidates = {1: "江西盛泰光学有限公司", 2: "金达麻纺", 3: "盛泰光电有限公司"}
    assert [key for key, _ in t.similar("盛泰光电", candidates)] == [3, 1]
    assert t.similarity("江西海螺建材集团", "海螺建材有限公司") == 100
    assert t.similarity("海螺", "金达") == 0
    assert t.similar("", candidates) == []


@pytest.mark.parametrize(
    "text", ["91110000600037341L", "91110000600037341l", " 9111 0000 600037341L", "９１110000600037341L"]
)
def test_a_credit_code_is_written_one_way(text: str) -> None:
    assert t.check_uscc(text) == "91110000600037341L"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("91110000600037342L", "text.uscc_checksum"),
        ("123", "text.uscc_length"),
        ("", "text.uscc_length"),
        ("9111000060003734IL", "text.uscc_format"),
        ("分宜分宜分宜分宜分宜分宜分宜分宜分宜", "text.uscc_format"),
    ],
)
def test_a_wrong_credit_code_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(t.UsccError) as caught:
        t.check_uscc(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", " =1", "＝1", "=cmd|' /C calc'!A0"]
)
def test_a_formula_in_a_cell_is_defused(cell: str) -> None:
    assert t.defuse_formula(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "x=1", "海螺", "2022-03-04", " 海螺"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert t.defuse_formula(cell) == cell


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("138 1234 5678", "138****5678"),
        ("+8613812345678", "+86 138****5678"),
        ("0790-5891234", "0790****234"),
        ("010-12345678", "010****678"),
        ("5891234", "****34"),
        ("123", "***"),
        ("", ""),
    ],
)
def test_a_phone_is_masked(phone: str, masked: str) -> None:
    assert t.mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("number", "grouped", "text"),
    [
        ("120", False, "120"),
        ("120.00", False, "120"),
        ("1.2E+2", False, "120"),
        ("0.00", False, "0"),
        ("12.50", False, "12.5"),
        ("0.0701", False, "0.0701"),
        ("-30.0", False, "-30"),
        ("1234567.50", True, "1,234,567.5"),
        ("1E+6", True, "1,000,000"),
    ],
)
def test_a_number_is_written_out(number: str, grouped: bool, text: str) -> None:
    assert t.plain_number(Decimal(number), grouped=grouped) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13812345678", "+8613812345678"),
        ("138-1234-5678", "+8613812345678"),
        ("１３８１２３４５６７８", "+8613812345678"),
        ("0790-5891234", "+867905891234"),
        ("0790-5891234转801", "+867905891234"),
        ("+852 9123 4567", "+85291234567"),
        ("12345", None),
        ("待补", None),
        ("", None),
    ],
)
def test_a_phone_is_written_one_way(text: str, number: str | None) -> None:
    assert t.normal_phone(text) == number
