from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from app.core.regions import OriginLevel
from app.investors import rules
from app.investors.rules import (
    DuplicateReason,
    HomeProblem,
    InvestorFacts,
    InvestorKind,
    MergeProblem,
    UnmergeProblem,
)

COMPANY, PERSON, GOVERNMENT = InvestorKind.COMPANY, InvestorKind.PERSON, InvestorKind.GOVERNMENT
CODE, OTHER_CODE = "91360500MA35GQ0A1X", "913605217055123456"


def investor(
    number: int,
    name: str,
    kind: InvestorKind = COMPANY,
    *,
    code: str = "",
    former: tuple[str, ...] = (),
    canonical_id: UUID | None = None,
    archived: bool = False,
) -> InvestorFacts:
    return InvestorFacts(UUID(int=number), kind, name, code, former, canonical_id, archived)


ROWS = [
    (
        "one code is certain",
        investor(1, "甲公司", code=CODE),
        investor(2, "乙厂", code=CODE),
        DuplicateReason.SAME_CODE,
        True,
    ),
    (
        "one code of two kinds",
        investor(1, "甲局", GOVERNMENT, code=CODE),
        investor(2, "乙", code=CODE),
        DuplicateReason.SAME_CODE,
        True,
    ),
    (
        "one folded name of companies",
        investor(1, "云杉线缆（江西）有限公司"),
        investor(2, " 云杉线缆(江西)有限 公司"),
        DuplicateReason.SAME_NAME,
        True,
    ),
    (
        "one name, two codes: still one name",
        investor(1, "云杉公司", code=CODE),
        investor(2, "云杉公司", code=OTHER_CODE),
        DuplicateReason.SAME_NAME,
        True,
    ),
    (
        "persons never block by name",
        investor(1, "王小明", PERSON),
        investor(2, "王小明", PERSON),
        DuplicateReason.SAME_NAME,
        False,
    ),
    (
        "a person and a company of one name",
        investor(1, "王小明", PERSON),
        investor(2, "王小明"),
        DuplicateReason.SAME_NAME,
        False,
    ),
    (
        "governments do not block by name",
        investor(1, "青岚县人民政府", GOVERNMENT),
        investor(2, "青岚县人民政府", GOVERNMENT),
        DuplicateReason.SAME_NAME,
        False,
    ),
    (
        "a former name",
        investor(1, "云杉线缆有限公司"),
        investor(2, "晴川电气有限公司", former=("云杉线缆有限公司",)),
        DuplicateReason.FORMER_NAME,
        False,
    ),
    (
        "my own former name",
        investor(1, "晴川电气有限公司", former=("云杉线缆有限公司",)),
        investor(2, "云杉线缆有限公司"),
        DuplicateReason.FORMER_NAME,
        False,
    ),
    (
        "a core name",
        investor(1, "江西云杉线缆有限公司"),
        investor(2, "浙江云杉线缆股份有限公司"),
        DuplicateReason.CORE_NAME,
        False,
    ),
    (
        "the same sound",
        investor(1, "云杉线缆有限公司"),
        investor(2, "云山线缆有限公司"),
        DuplicateReason.SAME_SOUND,
        False,
    ),
    (
        "a person of the same sound",
        investor(1, "王小明", PERSON),
        investor(2, "王晓明", PERSON),
        DuplicateReason.SAME_SOUND,
        False,
    ),
    (
        "alike",
        investor(1, "云杉特种线缆有限公司"),
        investor(2, "云杉特种电缆有限公司"),
        DuplicateReason.ALIKE,
        False,
    ),
    (
        "two codes are two investors",
        investor(1, "江西云杉线缆有限公司", code=CODE),
        investor(2, "浙江云杉线缆公司", code=OTHER_CODE),
        None,
        False,
    ),
    ("not alike", investor(1, "云杉线缆有限公司"), investor(2, "晴川电气有限公司"), None, False),
    ("a person is no look-alike", investor(1, "王小明", PERSON), investor(2, "李小明", PERSON), None, False),
    (
        "a merged record",
        investor(1, "云杉公司"),
        investor(2, "云杉公司", canonical_id=UUID(int=3)),
        None,
        False,
    ),
    ("an archived record", investor(1, "云杉公司"), investor(2, "云杉公司", archived=True), None, False),
    ("itself", investor(1, "云杉公司"), investor(1, "云杉公司"), None, False),
]


@pytest.mark.parametrize(
    ("one", "other", "reason", "blocks"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_what_may_be_a_duplicate(
    one: InvestorFacts, other: InvestorFacts, reason: DuplicateReason | None, blocks: bool
) -> None:
    found = rules.duplicates(one, [other])

    assert [candidate.reason for candidate in found] == ([reason] if reason else [])
    assert [candidate.blocks for candidate in found] == ([blocks] if reason else [])
    assert (rules.blocking_duplicate(found) is not None) is blocks


def test_the_surest_stand_first_and_what_blocks_is_never_cut_off() -> None:
    others = [investor(number, "浙江云杉线缆有限公司") for number in range(2, 6)]
    found = rules.duplicates(
        investor(1, "云杉线缆", code=CODE), [*others, investor(9, "别名", code=CODE)], limit=2
    )

    assert [candidate.reason for candidate in found] == [DuplicateReason.SAME_CODE, DuplicateReason.CORE_NAME]
    none_left = rules.duplicates(
        investor(1, "云杉线缆", code=CODE), [investor(9, "别名", code=CODE)], limit=0
    )
    assert len(none_left) == 1


A, B = investor(1, "云杉线缆有限公司", code=CODE), investor(2, "云杉电缆有限公司")
MERGES = [
    ("may", A, B, None),
    ("itself", A, A, MergeProblem.ITSELF),
    ("another kind", A, replace(B, kind=PERSON), MergeProblem.ANOTHER_KIND),
    ("merged before", replace(A, canonical_id=UUID(int=7)), B, MergeProblem.ALREADY_MERGED),
    ("into a merged one", A, replace(B, canonical_id=UUID(int=7)), MergeProblem.INTO_MERGED),
    ("archived", A, replace(B, archived=True), MergeProblem.ARCHIVED),
    ("one code", A, replace(B, uscc=CODE), None),
    ("two codes", A, replace(B, uscc=OTHER_CODE), MergeProblem.TWO_CODES),
    ("others stand behind it", replace(A, stands_for_others=True), B, MergeProblem.STANDS_FOR_OTHERS),
]


@pytest.mark.parametrize(
    ("merged", "into", "problem"), [row[1:] for row in MERGES], ids=[row[0] for row in MERGES]
)
def test_what_keeps_records_from_merging(
    merged: InvestorFacts, into: InvestorFacts, problem: MergeProblem | None
) -> None:
    assert rules.merge_problem(merged, into) is problem


def test_a_merged_name_still_finds_the_record() -> None:
    merged = replace(A, former_names=("旧云杉厂", "云杉电缆(有限)公司"))
    into = replace(B, former_names=("旧云杉厂",))

    assert rules.names_after_merge(merged, into) == ("旧云杉厂", "云杉线缆有限公司", "云杉电缆(有限)公司")


MERGED = replace(A, canonical_id=B.id)
UNMERGES = [
    ("may", MERGED, [B], None),
    ("was not merged", A, [B], UnmergeProblem.NOT_MERGED),
    ("its code was taken", MERGED, [replace(B, uscc=CODE)], UnmergeProblem.CODE_TAKEN),
    ("its name was taken", MERGED, [replace(B, name="云杉线缆有限公司")], UnmergeProblem.NAME_TAKEN),
    ("by one that is archived", MERGED, [replace(B, uscc=CODE, archived=True)], None),
]


@pytest.mark.parametrize(
    ("merged", "live", "problem"), [row[1:] for row in UNMERGES], ids=[row[0] for row in UNMERGES]
)
def test_what_keeps_a_merge_from_being_undone(
    merged: InvestorFacts, live: list[InvestorFacts], problem: UnmergeProblem | None
) -> None:
    assert rules.unmerge_problem(merged, live) is problem


@pytest.mark.parametrize(
    ("before", "after", "changed", "flags"),
    [
        (OriginLevel.UNKNOWN, OriginLevel.OUT_OF_PROVINCE, True, True),
        (OriginLevel.OUT_OF_PROVINCE, OriginLevel.OUT_OF_PROVINCE, True, True),
        (OriginLevel.CITY, OriginLevel.CITY, False, False),
    ],
)
def test_a_corrected_home_flags_the_deals(
    before: OriginLevel, after: OriginLevel, changed: bool, flags: bool
) -> None:
    assert rules.flags_deals(before, after, region_changed=changed) is flags


def test_a_persons_surname_is_read_as_one() -> None:
    assert rules.name_keys("单小明", kind=PERSON).pinyin == "shanxiaoming"
    assert rules.name_keys("江西云杉线缆有限公司", kind=COMPANY).core == "云杉线缆"


@pytest.mark.parametrize(
    ("home", "chosen", "settled"),
    [
        ("", "", ""),
        ("浙江桐乡", "", "330483"),
        ("日本", "", "JP"),
        ("330483", "", "330483"),
        ("香港", "", "810000"),
        ("鼓楼区", "", HomeProblem.UNCLEAR),
        ("鼓楼区", "350102", "350102"),
        ("鼓楼区", "330483", HomeProblem.UNCLEAR),  # a choice left over from other words
        ("浙江省嘉兴市桐乡市", "330483", "330483"),
        ("Tongxiang, Jiaxing, Zhejiang", "330483", "330483"),
        ("浙江云杉线缆有限公司", "", HomeProblem.UNCLEAR),  # a name is only a hint
        ("浙江云杉线缆有限公司", "330000", "330000"),
        ("哪里也不是", "", HomeProblem.UNKNOWN),
        ("", "330483", "330483"),
        ("", "XX", ""),
    ],
)
def test_a_home_is_taken_only_when_it_is_certain_or_chosen(
    home: str, chosen: str, settled: str | HomeProblem
) -> None:
    assert rules.settle_home(home, chosen=chosen) == settled
    if not chosen:
        assert rules.certain_home(home) == ("" if isinstance(settled, HomeProblem) else settled)
