"""Days of the office's zone, periods of them, and the clocks that run on natural days."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

IsWorkingDay = Callable[[date], bool]


def _shanghai() -> tzinfo:
    try:
        return ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        # A slim image carries no zone database; China has kept UTC+8 without summer time since 1991.
        return timezone(timedelta(hours=8), "Asia/Shanghai")


SHANGHAI = _shanghai()


@dataclass(frozen=True, order=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period must not end before it begins")

    @property
    def days(self) -> int:
        """Count the days, both ends included."""
        return days_inclusive(self.first, self.last)

    def contains(self, other: date | Period) -> bool:
        """Tell whether a day, or the whole of another period, lies inside."""
        if isinstance(other, Period):
            return self.first <= other.first and other.last <= self.last
        return self.first <= other <= self.last


def day_of(instant: datetime, *, zone: tzinfo = SHANGHAI) -> date:
    """Give the calendar day of an instant in the office's zone. Raises ValueError without a zone on it."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return instant.astimezone(zone).date()


# A page asks for the same few days dozens of times, and a zone works each out anew.
@lru_cache(maxsize=4_000)
def start_of_day(day: date, *, zone: tzinfo = SHANGHAI) -> datetime:
    """Give the UTC instant at which a day begins."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def end_of_day(day: date, *, zone: tzinfo = SHANGHAI) -> datetime:
    """Give the UTC instant at which a day is over (its 24:00; exclusive)."""
    return start_of_day(day + timedelta(days=1), zone=zone)


def last_of_month(year: int, month: int) -> date:
    """Give the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def month_period(year: int, month: int) -> Period:
    """Give a calendar month."""
    return Period(date(year, month, 1), last_of_month(year, month))


def quarter_period(year: int, quarter: int) -> Period:
    """Give a quarter, 1 to 4."""
    return Period(date(year, 3 * quarter - 2, 1), last_of_month(year, 3 * quarter))


def year_period(year: int) -> Period:
    """Give a calendar year."""
    return Period(date(year, 1, 1), date(year, 12, 31))


def year_to_date(day: date) -> Period:
    """Give the year up to and including a day."""
    return Period(date(day.year, 1, 1), day)


def month_to_date(day: date) -> Period:
    """Give the month up to and including a day."""
    return Period(day.replace(day=1), day)


def week_period(day: date) -> Period:
    """Give the week, Monday to Sunday, that holds a day (第47周上报 counts by ISO weeks)."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6))


def same_period_last_year(period: Period) -> Period:
    """Give last year's same period (同期), which ends on the month's last day if this one does."""
    last = period.last
    if last == last_of_month(last.year, last.month):
        last = last_of_month(last.year - 1, last.month)
    else:
        last = months_later(last, -12)
    return Period(months_later(period.first, -12), last)


def days_inclusive(first: date, last: date) -> int:
    """Count days with both ends: a trip from the 3rd to the 5th takes 3."""
    return (last - first).days + 1


def days_between(first: date, last: date) -> int:
    """Count days without the starting one: from the 3rd to the 5th are 2."""
    return (last - first).days


def days_covered(periods: Iterable[Period]) -> int:
    """Count the days that periods cover together, an overlap once (one person's trips)."""
    total, covered_to = 0, date.min
    for period in sorted(periods):
        begin = max(period.first, covered_to + timedelta(days=1)) if total else period.first
        if begin <= period.last:
            total += days_inclusive(begin, period.last)
            covered_to = period.last
    return total


def months_later(day: date, months: int = 1) -> date:
    """Give the same-numbered day so many months later, or that month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, last_of_month(year, month + 1).day))


def due_after_days(start: date, days: int, *, is_working_day: IsWorkingDay | None = None) -> date:
    """Give the last day of a clock of natural days; the starting day is not counted (13710).

    With a calendar, a due day on a holiday moves to the next working day; without one it stays.
    """
    return _moved(start + timedelta(days=days), is_working_day)


def due_after_months(start: date, months: int = 1, *, is_working_day: IsWorkingDay | None = None) -> date:
    """Give the last day of a clock of months: the same-numbered day, or the month's last (13710)."""
    return _moved(months_later(start, months), is_working_day)


def _moved(day: date, is_working_day: IsWorkingDay | None) -> date:
    if is_working_day is None:
        return day
    # No holiday lasts a month: a calendar that says so is broken, and the search must end.
    for offset in range(31):
        if is_working_day(day + timedelta(days=offset)):
            return day + timedelta(days=offset)
    raise ValueError("the calendar has no working day for a month")
