"""Signing days as ledgers write them: 2022.3.4, 2022年3月, 202203, 2009年1-8月, a spreadsheet's serial."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum

from app.core.clock.days import (
    SHANGHAI,
    Period,
    day_of,
    last_of_month,
    month_period,
    quarter_period,
    year_period,
)

EARLIEST_YEAR, LATEST_YEAR = 1949, 2100


class DayPrecision(StrEnum):
    """How precisely a day is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    RANGE = "range"


class DayError(ValueError):
    """A text that is no day; `code` is stable, the wording is translated."""

    def __init__(self, code: str, text: object) -> None:
        super().__init__(code)
        self.code = code
        self.text = str(text)[:80]


@dataclass(frozen=True)
class SigningDay:
    """A day known to some precision: `first` to `last`, both included."""

    precision: DayPrecision
    first: date
    last: date

    @property
    def period(self) -> Period:
        """Give the days it may be; it counts in a period that contains them all."""
        return Period(self.first, self.last)

    @property
    def is_exact(self) -> bool:
        """Tell whether the day itself is known; only then it has a place in the view by signing month."""
        return self.precision is DayPrecision.DAY

    def __str__(self) -> str:
        match self.precision:
            case DayPrecision.DAY:
                return self.first.isoformat()
            case DayPrecision.MONTH:
                return f"{self.first:%Y-%m}"
            case DayPrecision.YEAR:
                return f"{self.first:%Y}"
            case DayPrecision.RANGE:
                return f"{self.first.isoformat()}/{self.last.isoformat()}"


_TO = r"(?:-|~|到|至)"
_YEAR, _MONTH, _DAY = r"(?P<y>[0-9]{4}|[0-9]{2}(?=年))", r"(?P<m>[0-9]{1,2})", r"(?P<d>[0-9]{1,2})"
_YM = rf"{_YEAR}(?:[./-]|年){_MONTH}月?份?"
_DAY_FORM = re.compile(rf"{_YEAR}(?:[./-]|年){_MONTH}(?:[./-]|月){_DAY}[日号]?")
_COMPACT_DAY = re.compile(r"(?P<y>(?:19|20)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})")
_COMPACT_MONTH = re.compile(r"(?P<y>(?:19|20)[0-9]{2})(?P<m>0[1-9]|1[0-2])")
_MONTH_FORM = re.compile(_YM)
_YEAR_FORM = re.compile(r"(?P<y>(?:19|20)[0-9]{2})年?度?")
_MONTHS = re.compile(rf"{_YEAR}(?:[./]|年){_MONTH}月?份?{_TO}(?P<m2>[0-9]{{1,2}})月份?")
_MONTHS_OF_YEARS = re.compile(
    rf"{_YEAR}(?:[./-]|年){_MONTH}月?{_TO}(?P<y2>[0-9]{{4}})(?:[./-]|年)(?P<m2>[0-9]{{1,2}})月?"
)
_SHORT_END = re.compile(r"(?:(?P<m>[0-9]{1,2})(?:[./-]|月))?(?P<d>[0-9]{1,2})[日号]?")
_PART = re.compile(r"(?P<y>[0-9]{4})年?(?:第?(?P<quarter>[1-4])季度|(?P<half>[上下])半年)")
_QUARTER = re.compile(r"(?P<y>[0-9]{4})[ -]?q(?P<quarter>[1-4])")
_TENTH = re.compile(rf"{_YEAR}年{_MONTH}月(?P<part>[上中下])旬")
_TIME_OF_DAY = re.compile(r"(?<=[0-9日号])(?:t|\s+)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?$")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}t[0-9:.]+(?:z|[+-][0-9]{2}:?[0-9]{2})")
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_HAN_NUMBER = re.compile(r"[〇零○一二三四五六七八九十元]+(?=[年月日号季])")
_HAN_DIGIT = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "元": 1}
_TENTHS = {"上": (1, 10), "中": (11, 20), "下": (21, 31)}


def parse_signing_day(
    value: str | date | float | Decimal, *, zone: tzinfo = SHANGHAI, since_1904: bool = False
) -> SigningDay:
    """Read a day in any form that ledgers use, with the precision it has.

    Numbers are a spreadsheet's serial (`since_1904` for old Mac files), or yyyy, yyyymm, yyyymmdd. An
    instant with its offset is taken to its day in `zone`.
    Raises DayError for what is no day, for one the calendar does not have, for a year outside 1949–2100,
    and for the number 2022.1, which is January or October.
    """
    if isinstance(value, datetime):
        return _one(day_of(value, zone=zone) if value.tzinfo else value.date(), value)
    if isinstance(value, date):
        return _one(value, value)
    if not isinstance(value, str):
        return _from_number(value, since_1904=since_1904)
    text = _fold(value)
    if len(text) > 40:
        raise DayError("clock.not_a_day", value)
    try:
        if _INSTANT.fullmatch(text):
            return _one(day_of(datetime.fromisoformat(text.upper()), zone=zone), value)
        found = _read(re.sub(r"\s+", "", _TIME_OF_DAY.sub("", text)), since_1904=since_1904)
    except DayError:
        raise
    except ValueError:
        raise DayError("clock.impossible_day", value) from None
    if found is None:
        raise DayError("clock.not_a_day", value)
    return _checked(found, value)


def excel_day(serial: float, *, since_1904: bool = False) -> date:
    """Turn a spreadsheet's serial into its day; the part of a day is dropped."""
    epoch = date(1904, 1, 1) if since_1904 else date(1899, 12, 30)
    return epoch + timedelta(days=int(serial))


def _from_number(value: float | Decimal, *, since_1904: bool) -> SigningDay:
    text = format(value, ".15g") if isinstance(value, float) else str(value)
    if re.fullmatch(r"(?:19|20)[0-9]{2}\.[0-9]+", text):
        # A cell typed as 2022.10 has lost its zero: nobody can tell it from January.
        if text.endswith(".1"):
            raise DayError("clock.ambiguous_day", value)
    elif not re.fullmatch(r"[0-9]{4,8}(?:\.[0-9]+)?", text):
        raise DayError("clock.not_a_day", value)
    return parse_signing_day(text, since_1904=since_1904)


def _read(text: str, *, since_1904: bool) -> SigningDay | None:
    if (found := _DAY_FORM.fullmatch(text)) or (found := _COMPACT_DAY.fullmatch(text)):
        return _one(date(_year(found["y"]), int(found["m"]), int(found["d"])), text)
    if (found := _MONTH_FORM.fullmatch(text)) or (found := _COMPACT_MONTH.fullmatch(text)):
        return _span(DayPrecision.MONTH, month_period(_year(found["y"]), _month(found["m"])))
    if found := _YEAR_FORM.fullmatch(text):
        return _span(DayPrecision.YEAR, year_period(int(found["y"])))
    if _SERIAL.fullmatch(text):
        return _one(excel_day(float(text), since_1904=since_1904), text)
    return _read_part_of_year(text) or _read_months(text) or _read_days(text)


def _read_part_of_year(text: str) -> SigningDay | None:
    if found := _TENTH.fullmatch(text):
        year, month = _year(found["y"]), _month(found["m"])
        first, last = _TENTHS[found["part"]]
        last = min(last, last_of_month(year, month).day)
        return _span(DayPrecision.RANGE, Period(date(year, month, first), date(year, month, last)))
    found = _PART.fullmatch(text) or _QUARTER.fullmatch(text)
    if not found:
        return None
    year = int(found["y"])
    if found["quarter"]:
        return _span(DayPrecision.RANGE, quarter_period(year, int(found["quarter"])))
    first_quarter = 1 if found["half"] == "上" else 3
    halves = Period(quarter_period(year, first_quarter).first, quarter_period(year, first_quarter + 1).last)
    return _span(DayPrecision.RANGE, halves)


def _read_months(text: str) -> SigningDay | None:
    if found := _MONTHS.fullmatch(text):
        year = end_year = _year(found["y"])
    elif found := _MONTHS_OF_YEARS.fullmatch(text):
        year, end_year = _year(found["y"]), int(found["y2"])
    else:
        return None
    first = date(year, _month(found["m"]), 1)
    return _between(first, last_of_month(end_year, _month(found["m2"])), text)


def _read_days(text: str) -> SigningDay | None:
    for cut in [place for place, sign in enumerate(text) if sign in "-~/到至"]:
        begin, end = _DAY_FORM.fullmatch(text[:cut]), text[cut + 1 :]
        if not begin:
            continue
        first = date(_year(begin["y"]), int(begin["m"]), int(begin["d"]))
        if whole := _DAY_FORM.fullmatch(end):
            return _between(first, date(_year(whole["y"]), int(whole["m"]), int(whole["d"])), text)
        if short := _SHORT_END.fullmatch(end):
            month = int(short["m"] or first.month)
            return _between(first, date(first.year, month, int(short["d"])), text)
    return None


def _fold(value: str) -> str:
    text = unicodedata.normalize("NFKC", value).strip().casefold()
    text = re.sub(r"[\u200b-\u200f\u2060\ufeff]", "", text)
    text = re.sub(r"[—–−~～〜]+", "~", text) if re.search(r"[—–−~～〜]", text) else text
    text = text.replace("。", ".").replace("、", ".").strip("'\"")
    return _HAN_NUMBER.sub(lambda found: str(_han_number(found[0])), text)


def _han_number(text: str) -> int:
    if "十" not in text:
        return int("".join(str(_HAN_DIGIT[digit]) for digit in text))
    tens, _, ones = text.partition("十")
    digits = [_HAN_DIGIT.get(part, 0) for part in (tens or "一", ones or "零")]
    return digits[0] * 10 + digits[1]


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _month(text: str) -> int:
    month = int(text)
    if not 1 <= month <= 12:
        raise DayError("clock.impossible_day", text)
    return month


def _one(day: date, value: object) -> SigningDay:
    return _checked(SigningDay(DayPrecision.DAY, day, day), value)


def _span(precision: DayPrecision, period: Period) -> SigningDay:
    return SigningDay(precision, period.first, period.last)


def _between(first: date, last: date, value: object) -> SigningDay:
    if last < first:
        raise DayError("clock.range_reversed", value)
    return SigningDay(DayPrecision.RANGE, first, last)


def _checked(day: SigningDay, value: object) -> SigningDay:
    if day.first.year < EARLIEST_YEAR or day.last.year > LATEST_YEAR:
        raise DayError("clock.impossible_day", value)
    return day
