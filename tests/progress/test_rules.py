"""The words of the number and the decisions behind its figures, row by row."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from app.core.clock import TimeProgressMode
from app.core.i18n import translate
from app.core.ids import new_id
from app.core.regions import OriginLevel
from app.progress import rules, words
from app.progress.posting.rules import is_due, missing_numbers, reposting_cause
from app.progress.rules import EntryFilter, MonthPlace, Pace, Standing
from app.targets.rules import (
    Band,
    Basis,
    Cause,
    Dimensions,
    LedgerEntry,
    Measure,
    SizeColumn,
    Total,
)

YI = 10_000_000_000
RULE = "新签约省外2000万元以上项目"
NOV_22 = date(2022, 11, 22)
A, B, C = (UUID(int=number) for number in (1, 2, 3))


def head(done: Total, pending: Total = Total(), **values: Any) -> rules.Headline:
    given: dict[str, Any] = {
        "measure": Measure.SIGNED_INVESTMENT,
        "target": 300 * YI,
        "year": 2022,
        "as_of": NOV_22,
        "mode": TimeProgressMode.MONTHS_AND_DAYS,
    } | values
    return rules.headline(done, pending, **given)


def said(headline: rules.Headline, locale: str = "zh_CN", rule: str = RULE) -> str:
    say = partial(translate, locale)
    day = words.short_day(headline.as_of, today=NOV_22, locale=locale)
    return words.sentence(headline, rule=rule, day=day, locale=locale, say=say)


DONE, PENDING = Total(2168 * YI // 10, 102), Total(214 * YI // 10, 9)
START = "截至11月22日，全县新签约省外2000万元以上项目102个，总投资216.8亿元"


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        (
            head(DONE, PENDING),
            f"{START}，完成年度目标300亿元的72.3%，慢于序时进度17.2个百分点；另有待认定项目9个、21.4亿元。",
        ),
        (head(DONE), f"{START}，完成年度目标300亿元的72.3%，慢于序时进度17.2个百分点。"),
        (head(DONE, target=None), f"{START}。"),
        (
            head(Total(6290 * YI // 10, 41), target=6474 * YI // 10, as_of=date(2022, 10, 31)),
            "截至10月31日，全县新签约省外2000万元以上项目41个，总投资629.0亿元，"
            "完成年度目标647.4亿元的97.2%，快于序时进度13.8个百分点。",
        ),
        (
            head(Total(150 * YI, 9), as_of=date(2022, 6, 30)),
            "截至6月30日，全县新签约省外2000万元以上项目9个，总投资150.0亿元，"
            "完成年度目标300亿元的50.0%，与序时进度持平。",
        ),
        (
            head(Total(40 * YI, 60), measure=Measure.SIGNED_COUNT, target=120),
            "截至11月22日，全县新签约省外2000万元以上项目60个，总投资40.0亿元，"
            "完成年度目标120个的50.0%，慢于序时进度39.4个百分点。",
        ),
        (
            head(Total(30 * YI, 0), measure=Measure.PAID_IN, target=100 * YI),
            "截至11月22日，全县新签约省外2000万元以上项目到位资金30.0亿元，"
            "完成年度目标100亿元的30.0%，慢于序时进度59.4个百分点。",
        ),
        (
            head(Total(), as_of=date(2021, 12, 31)),
            "截至2021年12月31日，全县新签约省外2000万元以上项目0个，总投资0.0亿元，"
            "完成年度目标300亿元的0.0%，与序时进度持平。",
        ),
    ],
)
def test_the_sentence_in_the_offices_words(headline: rules.Headline, expected: str) -> None:
    assert said(headline) == expected


def test_the_sentence_in_english() -> None:
    assert said(head(DONE, PENDING), "en") == (
        "By 22 November the county has 102 deals (新签约省外2000万元以上项目) of CNY 21.68 bn total investment, "
        "72.3% of the year's CNY 30 bn, 17.2 percentage points behind the calendar; "
        "9 more of CNY 2.14 bn await verification."
    )


def group(headline: rules.Headline, *, rule: str = RULE, news: Total = Total(), late: int = 0) -> str:
    say = partial(translate, "zh_CN")
    return words.group_text(
        headline, rule=rule, day="11月22日", locale="zh_CN", say=say, news=news, late=late
    )


def test_the_text_for_the_group_stays_within_200_characters() -> None:
    full = group(head(DONE, PENDING), news=Total(27 * YI // 10, 2), late=7)
    assert full.endswith("近7天净增2个、2.7亿元。签约未按期开工项目7个。")
    assert len(full) <= 200
    long = group(head(DONE, PENDING), rule="新签约" * 60, news=Total(YI, 1), late=3)
    assert len(long) <= 200
    assert "72.3%" in long
    assert "…" in long


@pytest.mark.parametrize(
    ("gap", "pace"),
    [
        (None, None),
        (Fraction(-172, 10), Pace.BEHIND),
        (Fraction(138, 10), Pace.AHEAD),
        (Fraction(4, 100), Pace.LEVEL),
        (Fraction(-4, 100), Pace.LEVEL),
        (Fraction(5, 100), Pace.AHEAD),
        (Fraction(-5, 100), Pace.BEHIND),
    ],
)
def test_the_pace_is_named_by_what_is_shown(gap: Fraction | None, pace: Pace | None) -> None:
    assert rules.pace_of(gap) is pace


def test_what_is_needed_per_day_on_the_published_day() -> None:
    state = head(DONE).progress
    assert (state.remaining, state.days_left) == (832 * YI // 10, 39)
    assert words.amount(state.per_day or 0, "zh_CN", places=2) == "2.13亿元"
    assert head(DONE, target=200 * YI).is_met


_seq = iter(range(1, 1000))


def entry(deal: UUID, fen: int, *, count: int = 1, on: date = date(2022, 3, 1), **values: Any) -> LedgerEntry:
    given: dict[str, Any] = {
        "dimensions": Dimensions(OriginLevel.OUT_OF_PROVINCE, "330483", False, "food"),
        "day_is_exact": True,
        "booked_on": on,
        "cause": Cause.NEWLY_VERIFIED,
        "recorded_at": datetime(2022, 3, 2, tzinfo=UTC),
    } | values
    return LedgerEntry(
        deal_id=deal, terms_id=new_id(), version_id=new_id(), delta_fen=fen, delta_count=count,
        effective_on=on, seq=next(_seq), **given,
    )  # fmt: skip


ENTRIES = [
    entry(A, 12 * YI),
    entry(B, 3 * YI, on=date(2022, 5, 1), booked_on=date(2022, 6, 1)),
    entry(B, -YI, count=0, on=date(2022, 11, 20), cause=Cause.AMENDED, recorded_at=datetime(2022, 11, 20, tzinfo=UTC)),
    entry(C, YI // 2, on=date(2022, 9, 30), day_is_exact=False,
          dimensions=Dimensions(OriginLevel.OUT_OF_PROVINCE, "440306", True, "")),
    entry(A, -2 * YI, count=0, on=date(2023, 2, 1)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "fen", "count"),
    [
        (EntryFilter(), 125 * YI // 10, 3),
        (EntryFilter(month=3), 12 * YI, 1),
        (EntryFilter(month=6), 3 * YI, 1),
        (EntryFilter(month=5, basis=Basis.EFFECTIVE), 3 * YI, 1),
        (EntryFilter(month=9, basis=Basis.EFFECTIVE), 0, 0),
        (EntryFilter(month=MonthPlace.UNDATED, basis=Basis.EFFECTIVE), YI // 2, 1),
        (EntryFilter(month=MonthPlace.ADJUSTMENT), -2 * YI, 0),
        (EntryFilter(chain="food"), 12 * YI, 2),
        (EntryFilter(chain="none"), YI // 2, 1),
        (EntryFilter(place="440000"), YI // 2, 1),
        (EntryFilter(returning=True), YI // 2, 1),
        (EntryFilter(origin=OriginLevel.FOREIGN), 0, 0),
        (EntryFilter(band=Band.FROM_1B), 10 * YI, 1),
        (EntryFilter(band=Band.FROM_20M), YI // 2, 1),
        (EntryFilter(column=SizeColumn.OVER_100M), 12 * YI, 2),
        (EntryFilter(cause=Cause.AMENDED), -YI, 0),
        (EntryFilter(recorded_after=datetime(2022, 11, 15, tzinfo=UTC)), -YI, 0),
    ],
)
def test_a_filter_picks_the_entries_of_its_figure(wanted: EntryFilter, fen: int, count: int) -> None:
    found = rules.picked(ENTRIES, wanted, year=2022, as_of=date(2023, 3, 1))
    assert rules.total(found) == Total(fen, count)


def test_the_curve_sums_to_the_headline_on_either_basis() -> None:
    for basis in Basis:
        drawn = rules.curve(ENTRIES, year=2022, as_of=date(2023, 3, 1), basis=basis)
        whole = rules.sum_of([*(point.added for point in drawn.points), *drawn.apart.values()])
        assert whole == rules.total(ENTRIES)
        assert len(drawn.points) == 12


def test_what_a_closed_month_left_for_later_stands_apart() -> None:
    late = [entry(A, YI, on=date(2022, 3, 1), booked_on=date(2022, 5, 1))]
    drawn = rules.curve(late, year=2022, as_of=date(2022, 3, 31), basis=Basis.BOOKED)
    assert drawn.apart == {MonthPlace.LATER: Total(YI, 1)}
    assert [point.month for point in drawn.points] == [1, 2, 3]


def test_bands_and_columns_are_each_computed() -> None:
    deals = rules.by_deal(ENTRIES)
    assert rules.sum_of(rules.by_band(deals).values()) == rules.total(ENTRIES)
    assert rules.by_column(deals)[SizeColumn.OVER_1B] == Total(10 * YI, 1)
    assert rules.by_column(deals)[SizeColumn.OVER_2B] == Total()


def test_sums_by_place_are_the_largest_first() -> None:
    assert list(rules.by_province(ENTRIES)) == ["330000", "440000"]
    assert list(rules.by_chain(ENTRIES)) == ["food", ""]
    assert rules.by_origin(ENTRIES) == {OriginLevel.OUT_OF_PROVINCE: Total(125 * YI // 10, 3)}


def test_imported_history_is_never_news() -> None:
    since = datetime(2022, 11, 15, tzinfo=UTC)
    now = datetime(2022, 11, 20, tzinfo=UTC)
    assert rules.is_news(entry(A, 1, recorded_at=now), since=since)
    assert not rules.is_news(entry(A, 1, recorded_at=now, cause=Cause.OPENING), since=since)
    assert not rules.is_news(entry(A, 1, recorded_at=since), since=since)


def test_the_plan_is_summed_else_the_target_goes_by_twelfths() -> None:
    assert rules.planned_cumulative(120, {})[:3] == (10, 20, 30)
    assert rules.planned_cumulative(120, {1: 5, 3: 7})[:4] == (5, 5, 12, 12)
    assert rules.planned_cumulative(None, {}) == (None,) * 12


def test_last_years_days_become_month_ends() -> None:
    by_day = [(date(2020, 12, 1), 1), (date(2021, 2, 28), 2), (date(2021, 12, 31), 4), (date(2022, 1, 1), 8)]
    assert rules.cumulative_of(by_day, year=2021) == (1,) + (3,) * 10 + (7,)


def test_units_are_ranked_by_completion_then_by_what_they_brought_and_ties_share_a_rank() -> None:
    d = UUID(int=4)
    found = rules.ranked([Standing(A, 50, 100), Standing(B, 10, 20), Standing(C, 900), Standing(d, 60, 100)])
    assert found == {d: 1, A: 2, B: 2, C: 4}


@pytest.mark.parametrize(
    ("seqs", "last", "missing"),
    [
        ([], 0, False),
        ([2, 1], 2, False),
        ([1, 3], 3, True),
        ([1], 2, True),
        ([1, 1], 2, True),
        ([1], 0, True),
    ],
)
def test_a_gap_in_the_numbers_is_found(seqs: list[int], last: int, missing: bool) -> None:
    assert missing_numbers(seqs, last_seq=last) is missing


def test_a_target_is_posted_when_it_or_its_rule_changed_since() -> None:
    then, now = datetime(2022, 1, 1, tzinfo=UTC), datetime(2022, 1, 2, tzinfo=UTC)
    assert is_due(changed_at=then, posted_at=None)
    assert is_due(changed_at=now, posted_at=then)
    assert not is_due(changed_at=then, posted_at=then)
    assert reposting_cause(posted_at=None, has_entries=False) is Cause.OPENING
    assert reposting_cause(posted_at=None, has_entries=True) is None
    assert reposting_cause(posted_at=then, has_entries=True) is Cause.RULE_CHANGED
