"""Time progress and pace: where the year stands, and how far the work is ahead of or behind it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from fractions import Fraction

from app.core.clock.days import days_inclusive, last_of_month, year_period


class TimeProgressMode(StrEnum):
    """How the share of the year that has passed is counted (a dated setting)."""

    MONTHS_AND_DAYS = "months_and_days"
    WHOLE_MONTHS = "whole_months"
    DAYS_OF_YEAR = "days_of_year"


def time_progress(
    day: date, *, year: int | None = None, mode: TimeProgressMode = TimeProgressMode.MONTHS_AND_DAYS
) -> Fraction:
    """Give the share of a year passed at the end of a day (序时进度), the day included.

    Default: (completed months + day of month ÷ days of the month) ÷ 12, which is months ÷ 12 on each
    month's last day and does not jump. `year` defaults to the day's; before it 0, after it 1.
    """
    year = day.year if year is None else year
    if day.year != year:
        return Fraction(0) if day.year < year else Fraction(1)
    month_ends = last_of_month(day.year, day.month)
    match mode:
        case TimeProgressMode.MONTHS_AND_DAYS:
            return (day.month - 1 + Fraction(day.day, month_ends.day)) / 12
        case TimeProgressMode.WHOLE_MONTHS:
            return Fraction(day.month - (day != month_ends), 12)
        case TimeProgressMode.DAYS_OF_YEAR:
            whole = year_period(year)
            return Fraction(days_inclusive(whole.first, day), whole.days)


def pace_gap(completion: Fraction | None, time_passed: Fraction) -> Fraction | None:
    """Give completion rate − time progress in percentage points (序时差), exact; None without a rate."""
    return None if completion is None else (completion - time_passed) * 100


def days_left(day: date, last: date) -> int:
    """Count the days after a day up to and including the last one; 0 once it is reached."""
    return max((last - day).days, 0)


def needed_per_day(remaining: int, days: int) -> Fraction | None:
    """Give what each remaining day must bring, exact; 0 once the target is met, None without days left."""
    if remaining <= 0:
        return Fraction(0)
    return Fraction(remaining, days) if days > 0 else None
