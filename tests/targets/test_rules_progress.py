"""Bands, shares, progress and rates, exact to the fen and the point."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.clock import TimeProgressMode
from app.core.money import round_half_up
from app.targets import rules
from app.targets.rules import Band, CreditFacts, CreditRole, PerformanceFacts, SizeColumn, Total

WAN, YI = 1_000_000, 10_000_000_000
amounts = st.lists(st.integers(0, 10**14), max_size=30)


@pytest.mark.parametrize(
    ("fen", "band"),
    [
        (0, Band.BELOW_20M),
        (2000 * WAN - 1, Band.BELOW_20M),
        (2000 * WAN, Band.FROM_20M),
        (YI - 1, Band.FROM_20M),
        (YI, Band.FROM_100M),
        (5 * YI - 1, Band.FROM_100M),
        (5 * YI, Band.FROM_500M),
        (10 * YI, Band.FROM_1B),
        (20 * YI, Band.FROM_2B),
        (50 * YI, Band.FROM_5B),
        (100 * YI - 1, Band.FROM_5B),
        (100 * YI, Band.FROM_10B),
        (10**17, Band.FROM_10B),
    ],
)
def test_a_band_holds_its_lower_bound_and_not_its_upper(fen, band) -> None:
    assert rules.band_of(fen) is band


@given(amounts)
def test_bands_sum_to_all_and_columns_to_their_bands(held) -> None:
    bands = rules.by_band(held)
    assert list(bands) == list(Band)
    assert sum(one.fen for one in bands.values()) == sum(held)
    assert sum(one.count for one in bands.values()) == len(held)
    columns = rules.by_size_column(held)
    for column, bound in rules.COLUMN_FROM_FEN.items():
        above = [one for band, one in bands.items() if rules.BAND_FROM_FEN[band] >= bound]
        assert columns[column] == Total(sum(one.fen for one in above), sum(one.count for one in above))


def test_over_a_hundred_million_includes_a_hundred_million() -> None:
    assert rules.by_size_column([YI, YI - 1])[SizeColumn.OVER_100M] == Total(YI, 1)


def test_the_largest_deals_share() -> None:
    assert rules.top_share([10, 1, 30, 59], places=2) == Fraction(89, 100)
    assert rules.top_share([]) is None


@given(
    st.integers(-(10**14), 10**14),
    st.lists(st.integers(1, 10_000), min_size=1, max_size=6),
)
def test_shares_sum_to_the_amount(total, parts) -> None:
    held = [
        CreditFacts(CreditRole.LANDING, UUID(int=no), Decimal(part) / 100) for no, part in enumerate(parts, 1)
    ]
    split = rules.credited_fen(total, held, role=CreditRole.LANDING)
    assert sum(split.values()) == total
    assert rules.credited_fen(total, held[::-1], role=CreditRole.LANDING) == split
    assert rules.credited_fen(total, held, role=CreditRole.SERVICE) == {}
    deltas = rules.share_deltas(held, before_fen=total, after_fen=0)
    assert [one.delta_fen for one in deltas] == [-split[one.unit_id] for one in deltas]


def test_what_parts_of_a_target_leave_over() -> None:
    assert rules.not_handed_out(300 * YI, [200 * YI, 120 * YI]) == -20 * YI


def points(value: Fraction | None, places: int = 1) -> str | None:
    return None if value is None else str(round_half_up(value, places))


def test_the_headline_on_22_november() -> None:
    found = rules.progress(2168 * YI // 10, 300 * YI, year=2022, as_of=date(2022, 11, 22))
    assert points(found.time_passed * 100) == "89.4"
    assert found.completion is not None
    assert points(found.completion * 100) == "72.3"
    assert points(found.gap_points) == "-17.2"
    assert found.remaining == 832 * YI // 10
    assert found.days_left == 39
    assert found.per_day is not None
    assert points(found.per_day / YI, 2) == "2.13"


def test_the_published_convention() -> None:
    found = rules.progress(6290, 6474, year=2022, as_of=date(2022, 10, 31))
    assert found.completion is not None
    assert points(found.completion * 100, 2) == "97.16"
    assert points(found.time_passed * 100, 2) == "83.33"
    assert points(found.gap_points) == "13.8"


@pytest.mark.parametrize(
    ("as_of", "mode", "passed"),
    [
        (date(2022, 11, 22), TimeProgressMode.WHOLE_MONTHS, Fraction(10, 12)),
        (date(2022, 11, 22), TimeProgressMode.DAYS_OF_YEAR, Fraction(326, 365)),
        (date(2021, 6, 1), TimeProgressMode.MONTHS_AND_DAYS, Fraction(0)),
        (date(2023, 6, 1), TimeProgressMode.MONTHS_AND_DAYS, Fraction(1)),
    ],
)
def test_time_passed_by_setting(as_of, mode, passed) -> None:
    assert rules.progress(0, 1, year=2022, as_of=as_of, mode=mode).time_passed == passed


def test_targets_met_missing_and_over() -> None:
    met = rules.progress(310, 300, year=2022, as_of=date(2022, 11, 22))
    assert (met.remaining, met.per_day) == (0, 0)
    none = rules.progress(310, None, year=2022, as_of=date(2022, 11, 22))
    assert (none.completion, none.gap_points, none.per_day, none.remaining) == (None, None, None, 0)
    over = rules.progress(200, 300, year=2022, as_of=date(2023, 1, 5))
    assert (over.days_left, over.per_day) == (0, None)
    early = rules.progress(0, 365, year=2022, as_of=date(2021, 11, 1))
    assert (early.days_left, early.per_day) == (365, 1)


COHORT = [
    PerformanceFacts(2022, 100, 50, is_registered=True, is_started=True, is_producing=True),
    PerformanceFacts(2022, 300, 30, is_registered=True),
    PerformanceFacts(2022, None, 70, is_registered=False),
    PerformanceFacts(2021, 100, 0, is_registered=True, is_producing=True),
    PerformanceFacts(None, 100, 0),
]


def test_performance_rates_are_exact() -> None:
    found = rules.performance_rates(COHORT)
    assert found.signed == 5
    assert found.performing == Fraction(2, 5)
    assert found.started == Fraction(2, 5)
    assert found.producing == Fraction(1)
    assert found.paid_in == Fraction(80, 600)


def test_rates_without_a_base_are_not_zero() -> None:
    empty = rules.performance_rates([])
    assert (empty.performing, empty.started, empty.producing, empty.paid_in) == (None, None, None, None)
    assert rules.performance_rates([PerformanceFacts(2022, None)]).producing is None


def test_rates_by_cohort_the_newest_first() -> None:
    found = rules.performance_by_cohort(COHORT)
    assert list(found) == [2022, 2021, None]
    assert found[2022].started == Fraction(1, 3)


def test_rates_on_last_year_differ_in_points() -> None:
    assert rules.points_on_year(Fraction(1, 2), Fraction(1, 4)) == 25
    assert rules.points_on_year(Fraction(1, 2), None) is None
