from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import clock, money
from app.core.clock import DayError, DayPrecision, Period, TimeProgressMode, parse_signing_day

YI = 10_000_000_000
DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2099, 12, 31))


def test_the_day_of_an_instant_is_the_offices() -> None:
    assert clock.day_of(datetime(2022, 11, 21, 16, 0, tzinfo=UTC)) == date(2022, 11, 22)
    assert clock.day_of(datetime(2022, 11, 21, 15, 59, 59, tzinfo=UTC)) == date(2022, 11, 21)
    assert clock.day_of(datetime(2022, 11, 21, 23, 0, tzinfo=UTC), zone=UTC) == date(2022, 11, 21)
    with pytest.raises(ValueError, match="zone"):
        clock.day_of(datetime(2022, 11, 21))


@given(DAYS)
def test_a_day_lies_between_its_two_instants(day: date) -> None:
    start, end = clock.start_of_day(day), clock.end_of_day(day)
    assert clock.day_of(start) == clock.day_of(end - timedelta(microseconds=1)) == day
    assert clock.day_of(end) == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("value", "precision", "first", "last"),
    [
        ("2022.3.4", "day", "2022-03-04", "2022-03-04"),
        ("2022.03.04", "day", "2022-03-04", "2022-03-04"),
        ("2022．3．4 ", "day", "2022-03-04", "2022-03-04"),
        ("2022/3/4", "day", "2022-03-04", "2022-03-04"),
        ("2022-03-04", "day", "2022-03-04", "2022-03-04"),
        ("2022－03－04", "day", "2022-03-04", "2022-03-04"),
        ("20220304", "day", "2022-03-04", "2022-03-04"),
        ("2022年3月4日", "day", "2022-03-04", "2022-03-04"),
        ("2022 年 3 月 4 号", "day", "2022-03-04", "2022-03-04"),
        ("22年3月4日", "day", "2022-03-04", "2022-03-04"),
        ("二〇二二年三月四日", "day", "2022-03-04", "2022-03-04"),
        ("2022年十二月二十一日", "day", "2022-12-21", "2022-12-21"),
        ("2022-03-04 00:00:00", "day", "2022-03-04", "2022-03-04"),
        ("2022-03-04T17:00:00Z", "day", "2022-03-05", "2022-03-05"),
        ("2022-03-04T17:00:00+08:00", "day", "2022-03-04", "2022-03-04"),
        (44624, "day", "2022-03-04", "2022-03-04"),
        (44624.75, "day", "2022-03-04", "2022-03-04"),
        ("44624", "day", "2022-03-04", "2022-03-04"),
        (Decimal(44624), "day", "2022-03-04", "2022-03-04"),
        (20220304.0, "day", "2022-03-04", "2022-03-04"),
        (date(2022, 3, 4), "day", "2022-03-04", "2022-03-04"),
        (datetime(2022, 3, 4, 9), "day", "2022-03-04", "2022-03-04"),
        (datetime(2022, 3, 4, 17, tzinfo=UTC), "day", "2022-03-05", "2022-03-05"),
        ("2022年3月", "month", "2022-03-01", "2022-03-31"),
        ("2022年03月份", "month", "2022-03-01", "2022-03-31"),
        ("2022年元月", "month", "2022-01-01", "2022-01-31"),
        ("202203", "month", "2022-03-01", "2022-03-31"),
        (202203, "month", "2022-03-01", "2022-03-31"),
        (202203.0, "month", "2022-03-01", "2022-03-31"),
        ("2022-02", "month", "2022-02-01", "2022-02-28"),
        ("2022.10", "month", "2022-10-01", "2022-10-31"),
        ("2022.1", "month", "2022-01-01", "2022-01-31"),
        (2022.12, "month", "2022-12-01", "2022-12-31"),
        ("2022", "year", "2022-01-01", "2022-12-31"),
        ("2022年度", "year", "2022-01-01", "2022-12-31"),
        (2022, "year", "2022-01-01", "2022-12-31"),
        ("2009年1-8月", "range", "2009-01-01", "2009-08-31"),
        ("2009年1—8月", "range", "2009-01-01", "2009-08-31"),
        ("2022年3月至5月", "range", "2022-03-01", "2022-05-31"),
        ("2022.1-2022.8", "range", "2022-01-01", "2022-08-31"),
        ("2022年11月-2023年2月", "range", "2022-11-01", "2023-02-28"),
        ("2022.3.4-3.6", "range", "2022-03-04", "2022-03-06"),
        ("2022.3.4-6", "range", "2022-03-04", "2022-03-06"),
        ("2022年3月4日至6日", "range", "2022-03-04", "2022-03-06"),
        ("2022-03-04/2022-04-06", "range", "2022-03-04", "2022-04-06"),
        ("2022年第一季度", "range", "2022-01-01", "2022-03-31"),
        ("2022Q3", "range", "2022-07-01", "2022-09-30"),
        ("2022年上半年", "range", "2022-01-01", "2022-06-30"),
        ("2022年下半年", "range", "2022-07-01", "2022-12-31"),
        ("2022年2月下旬", "range", "2022-02-21", "2022-02-28"),
    ],
)
def test_a_signing_day_is_read_with_its_precision(
    value: str | float | date, precision: str, first: str, last: str
) -> None:
    parsed = parse_signing_day(value)
    assert parsed.precision is DayPrecision(precision)
    assert (parsed.first.isoformat(), parsed.last.isoformat()) == (first, last)
    assert parsed.is_exact is (precision == "day")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "clock.not_a_day"),
        ("待定", "clock.not_a_day"),
        ("3月4日", "clock.not_a_day"),
        ("202213", "clock.not_a_day"),
        (1, "clock.not_a_day"),
        (float("nan"), "clock.not_a_day"),
        (float("inf"), "clock.not_a_day"),
        ("2022" * 20, "clock.not_a_day"),
        ("2022.2.30", "clock.impossible_day"),
        ("2021-02-29", "clock.impossible_day"),
        ("2022.13", "clock.impossible_day"),
        ("1900.1.1", "clock.impossible_day"),
        ("2200-01-01", "clock.impossible_day"),
        ("99999", "clock.impossible_day"),
        ("2022-03-04T25:00:00Z", "clock.impossible_day"),
        (date(1899, 1, 1), "clock.impossible_day"),
        (2022.1, "clock.ambiguous_day"),
        ("2022年8-1月", "clock.range_reversed"),
        ("2022.3.6-4", "clock.range_reversed"),
    ],
)
def test_what_is_no_day_is_refused_by_name(value: str | float | date, code: str) -> None:
    with pytest.raises(DayError) as caught:
        parse_signing_day(value)
    assert caught.value.code == code


def test_an_old_mac_file_counts_from_1904() -> None:
    assert parse_signing_day(43162, since_1904=True).first == date(2022, 3, 4)


@given(st.text(max_size=50))
def test_any_text_is_a_day_or_refused_and_never_crashes(text: str) -> None:
    try:
        parsed = parse_signing_day(text)
    except DayError:
        return
    assert parsed.first <= parsed.last


@given(DAYS)
def test_a_signing_day_reads_back_what_it_writes(day: date) -> None:
    for text in (day.isoformat(), f"{day:%Y-%m}", f"{day:%Y}", f"{day.isoformat()}/{date(2100, 1, 1)}"):
        assert str(parse_signing_day(text)) == text


def test_a_range_counts_only_where_it_lies_wholly_inside() -> None:
    assert clock.year_period(2009).contains(parse_signing_day("2009年1-8月").period)
    assert not clock.year_period(2022).contains(parse_signing_day("2022年11月-2023年2月").period)
    assert clock.year_period(2022).contains(date(2022, 12, 31))


@pytest.mark.parametrize(
    ("day", "mode", "expected"),
    [
        ("2022-11-22", TimeProgressMode.MONTHS_AND_DAYS, (10 + Fraction(22, 30)) / 12),
        ("2022-11-22", TimeProgressMode.WHOLE_MONTHS, Fraction(10, 12)),
        ("2022-11-22", TimeProgressMode.DAYS_OF_YEAR, Fraction(326, 365)),
        ("2022-10-31", TimeProgressMode.MONTHS_AND_DAYS, Fraction(10, 12)),
        ("2022-10-31", TimeProgressMode.WHOLE_MONTHS, Fraction(10, 12)),
        ("2022-10-30", TimeProgressMode.WHOLE_MONTHS, Fraction(9, 12)),
        ("2022-01-01", TimeProgressMode.MONTHS_AND_DAYS, Fraction(1, 372)),
        ("2022-12-31", TimeProgressMode.MONTHS_AND_DAYS, Fraction(1)),
        ("2022-12-31", TimeProgressMode.DAYS_OF_YEAR, Fraction(1)),
        ("2024-02-29", TimeProgressMode.MONTHS_AND_DAYS, Fraction(2, 12)),
    ],
)
def test_time_progress_follows_the_setting(day: str, mode: TimeProgressMode, expected: Fraction) -> None:
    assert clock.time_progress(date.fromisoformat(day), mode=mode) == expected


def test_time_progress_outside_the_year_is_none_or_all_of_it() -> None:
    assert clock.time_progress(date(2021, 12, 31), year=2022) == 0
    assert clock.time_progress(date(2023, 1, 1), year=2022) == 1


@given(DAYS.filter(lambda day: (day.month, day.day) != (12, 31)))
def test_time_progress_grows_every_day(day: date) -> None:
    assert clock.time_progress(day) < clock.time_progress(day + timedelta(days=1), year=day.year)


def test_the_office_on_22_november() -> None:
    day, target, done = date(2022, 11, 22), 300 * YI, 2168 * YI // 10
    passed, rate = clock.time_progress(day), money.completion_rate(done, target)
    assert money.format_percent(passed) == "89.4%"
    assert money.format_percent(rate) == "72.3%"
    assert money.format_points(clock.pace_gap(rate, passed)) == "-17.2"
    left = clock.days_left(day, date(2022, 12, 31))
    assert left == 39
    assert money.format_yi(target - done, 1) == "83.2"
    assert money.format_yi(clock.needed_per_day(target - done, left)) == "2.13"


def test_the_published_october_convention() -> None:
    rate, passed = money.completion_rate(6290, 6474), clock.time_progress(date(2022, 10, 31))
    assert money.format_percent(rate, 2) == "97.16%"
    assert money.format_percent(passed, 2) == "83.33%"
    assert money.format_points(clock.pace_gap(rate, passed)) == "+13.8"


def test_pace_without_a_target_or_without_days_is_missing() -> None:
    assert clock.pace_gap(None, Fraction(1, 2)) is None
    assert clock.needed_per_day(5, 0) is None
    assert clock.needed_per_day(0, 0) == clock.needed_per_day(-5, 10) == 0
    assert clock.days_left(date(2023, 1, 5), date(2022, 12, 31)) == 0


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (lambda start: clock.due_after_days(start, 1), "2022-02-01"),
        (lambda start: clock.due_after_days(start, 3), "2022-02-03"),
        (lambda start: clock.due_after_days(start, 7), "2022-02-07"),
        (clock.due_after_months, "2022-02-28"),
    ],
)
def test_the_clocks_of_13710_from_31_january(due: Callable[[date], date], expected: str) -> None:
    assert due(date(2022, 1, 31)).isoformat() == expected


def test_a_due_day_moves_off_holidays_only_with_a_calendar() -> None:
    holidays = Period(date(2022, 1, 31), date(2022, 2, 6))
    start = date(2022, 1, 31)
    assert clock.due_after_days(start, 1, is_working_day=lambda day: not holidays.contains(day)) == date(
        2022, 2, 7
    )
    assert clock.due_after_days(start, 7, is_working_day=lambda day: not holidays.contains(day)) == date(
        2022, 2, 7
    )
    with pytest.raises(ValueError, match="calendar"):
        clock.due_after_days(start, 1, is_working_day=lambda day: False)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2022-01-31", 1, "2022-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2022-12-15", 1, "2023-01-15"),
        ("2022-03-31", -1, "2022-02-28"),
        ("2024-02-29", -12, "2023-02-28"),
        ("2022-01-15", -1, "2021-12-15"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_months_last(day: str, months: int, expected: str) -> None:
    assert clock.months_later(date.fromisoformat(day), months).isoformat() == expected


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (clock.year_to_date(date(2022, 11, 22)), "2021-01-01", "2021-11-22"),
        (clock.year_to_date(date(2025, 2, 28)), "2024-01-01", "2024-02-29"),
        (clock.year_to_date(date(2024, 2, 29)), "2023-01-01", "2023-02-28"),
        (clock.month_to_date(date(2022, 11, 22)), "2021-11-01", "2021-11-22"),
        (clock.quarter_period(2022, 4), "2021-10-01", "2021-12-31"),
        (clock.year_period(2022), "2021-01-01", "2021-12-31"),
    ],
)
def test_last_years_same_period(period: Period, first: str, last: str) -> None:
    before = clock.same_period_last_year(period)
    assert (before.first.isoformat(), before.last.isoformat()) == (first, last)


def test_weeks_run_from_monday() -> None:
    assert clock.week_period(date(2022, 11, 22)) == Period(date(2022, 11, 21), date(2022, 11, 27))


def test_days_are_counted_with_and_without_their_start() -> None:
    assert clock.days_inclusive(date(2022, 3, 3), date(2022, 3, 5)) == 3
    assert clock.days_between(date(2022, 3, 3), date(2022, 3, 5)) == 2
    assert Period(date(2022, 3, 3), date(2022, 3, 3)).days == 1
    with pytest.raises(ValueError, match="end before"):
        Period(date(2022, 3, 3), date(2022, 3, 2))


@given(st.lists(st.tuples(DAYS, st.integers(0, 400)), max_size=8))
def test_overlapping_trips_count_each_day_once(trips: list[tuple[date, int]]) -> None:
    periods = [Period(day, day + timedelta(days=length)) for day, length in trips]
    each = {period.first + timedelta(days=n) for period in periods for n in range(period.days)}
    assert clock.days_covered(periods) == len(each)


def test_another_zone_has_another_day() -> None:
    instant = datetime(2022, 11, 22, 1, tzinfo=UTC)
    assert clock.day_of(instant, zone=timezone(timedelta(hours=-5))) == date(2022, 11, 21)
