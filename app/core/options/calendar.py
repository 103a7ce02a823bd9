"""Working days: the national calendar where it is known, else the week; the county's own changes stand above both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from importlib import import_module
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.db import insert_for
from app.core.models.options import CalendarDay


def working_days(session: Session, county_id: UUID, first: date, last: date) -> Callable[[date], bool]:
    """Return a function that says whether a day is a working day; the county's changes are read for this span."""
    own = {day.day: day.is_working for day in special_days(session, county_id, first, last)}

    def is_working(day: date) -> bool:
        return own[day] if day in own else nationally_working(day)

    return is_working


def nationally_working(day: date) -> bool:
    """Say whether the State Council's calendar works on a day; outside its years, whether it is Monday to Friday."""
    calendar = _chinese_calendar()
    try:
        return bool(calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def special_days(session: Session, county_id: UUID, first: date, last: date) -> list[CalendarDay]:
    """Return the county's own changes in a span, in order."""
    chosen = select(CalendarDay).where(
        CalendarDay.county_id == county_id, CalendarDay.day.between(first, last)
    )
    return list(session.scalars(chosen.order_by(CalendarDay.day)))


def set_day(session: Session, county_id: UUID, day: date, *, is_working: bool, name: str = "") -> None:
    """Let a day be a working day or a day off in this county."""
    adding = insert_for(session, CalendarDay).values(
        county_id=county_id, day=day, is_working=is_working, name=name
    )
    session.execute(
        adding.on_conflict_do_update(
            index_elements=[CalendarDay.county_id, CalendarDay.day],
            set_={"is_working": is_working, "name": name},
        )
    )


def clear_day(session: Session, county_id: UUID, day: date) -> None:
    """Let the national calendar decide about a day again."""
    session.execute(delete(CalendarDay).where(CalendarDay.county_id == county_id, CalendarDay.day == day))


@cache
def _chinese_calendar() -> Any:
    return import_module("chinese_calendar")
