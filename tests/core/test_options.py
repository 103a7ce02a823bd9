"""What a county decides: dated settings, dictionaries, its calendar, short codes."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from app.core.db import Database
from app.core.errors import NotFound
from app.core.events import timeline
from app.core.ids import new_id
from app.core.options import (
    KINDS,
    KNOWN,
    OptionRefused,
    UnknownOption,
    add_word,
    change_word,
    clear_day,
    get_option,
    history,
    label_of,
    only_county,
    reserve_codes,
    set_day,
    set_option,
    short_code,
    words,
    working_days,
)
from app.core.options.dictionaries import WordExists
from tests.conftest import Clock
from tests.factories.core import make_actor, make_county, rolled_back

ACTOR = make_actor()
COUNTY = ACTOR.county_id
DAYS = "leads.protection_days"


def test_every_default_is_a_value_that_may_be_set() -> None:
    for known in KNOWN.values():
        assert known.check(known.default) == known.default
        assert known.doc


def test_a_setting_holds_from_its_day_on(database: Database, clock: Clock) -> None:
    with database.writing() as session:
        assert get_option(session, COUNTY, DAYS, date(2022, 11, 22)) == 90
        set_option(session, ACTOR, DAYS, 60, applies_from=date(2022, 6, 1), at=clock())
        set_option(session, ACTOR, DAYS, 30, applies_from=date(2023, 1, 1), at=clock.advance(hours=1))
        set_option(session, ACTOR, DAYS, 45, applies_from=date(2022, 6, 1), at=clock.advance(hours=1))
        assert [
            get_option(session, COUNTY, DAYS, day)
            for day in (date(2022, 5, 31), date(2022, 6, 1), date(2022, 12, 31), date(2023, 1, 1))
        ] == [90, 45, 45, 30]
        assert get_option(session, new_id(), DAYS, date(2023, 1, 1)) == 90
        assert [row.value["value"] for row in history(session, COUNTY, DAYS)] == [30, 45, 60]
    with database.reading() as session:
        newest = timeline(session, ("county", COUNTY))[0]
        assert (newest.kind, newest.changes["option"]) == ("option.decided", [None, DAYS])
        assert newest.changes["value"] == [60, 45]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (DAYS, -1),
        (DAYS, "soon"),
        (DAYS, None),
        ("appraisal.rank_by_amount", "guess"),
        ("leads.in_progress_stages", []),
        ("leads.intake_unit_id", "no unit"),
        ("leads.reminder_days", 3661),
    ],
)
def test_a_value_of_another_kind_is_refused(
    database: Database, clock: Clock, name: str, value: object
) -> None:
    with pytest.raises(OptionRefused), database.writing() as session:
        set_option(session, ACTOR, name, value, applies_from=date(2022, 1, 1), at=clock())


def test_an_unknown_setting_is_refused(database: Database) -> None:
    with pytest.raises(UnknownOption), database.reading() as session:
        get_option(session, COUNTY, "no.such", date(2022, 1, 1))


def test_lists_of_words_begin_filled_and_are_the_countys_to_change(database: Database, clock: Clock) -> None:
    with database.writing() as session:
        assert [word.code for word in words(session, COUNTY, "exclusion")] == [
            code for code, _zh, _en in KINDS["exclusion"]
        ]
        add_word(session, ACTOR, "industry_chain", "lithium", zh="锂电", en="Lithium", at=clock())
        change_word(
            session, ACTOR, "industry_chain", "food", zh="农产品加工", position=1, active=False, at=clock()
        )
        change_word(
            session, ACTOR, "industry_chain", "lithium", zh="锂电新能源", position=5, active=True, at=clock()
        )
    with database.writing() as session:
        shown = words(session, COUNTY, "industry_chain")
        assert shown[0].zh == "锂电新能源"
        assert "food" not in [word.code for word in shown]
        assert words(session, COUNTY, "industry_chain", with_inactive=True)[0].code == "food"
        assert label_of(session, COUNTY, "industry_chain", "food") == "农产品加工"
        assert label_of(session, COUNTY, "exclusion", "ppp", locale="en") == "Public-private partnership"
        assert label_of(session, COUNTY, "exclusion", "unheard") == "unheard"
        assert words(session, new_id(), "industry_chain")[0].code == KINDS["industry_chain"][0][0]
        with pytest.raises(WordExists):
            add_word(session, ACTOR, "exclusion", "ppp", zh="再来", at=clock())
        with pytest.raises(NotFound):
            add_word(session, ACTOR, "no_list", "a", zh="甲", at=clock())


def test_working_days_follow_the_national_calendar_then_the_county(database: Database) -> None:
    with database.writing() as session:
        set_day(session, COUNTY, date(2022, 11, 22), is_working=False, name="县庆")
        set_day(session, COUNTY, date(2022, 11, 23), is_working=False)
        set_day(session, COUNTY, date(2022, 11, 23), is_working=True)
        set_day(session, COUNTY, date(2022, 11, 24), is_working=False)
        clear_day(session, COUNTY, date(2022, 11, 24))
        is_working = working_days(session, COUNTY, date(2022, 1, 1), date(2022, 12, 31))
        facts = {
            date(2022, 10, 3): False,  # National Day's week
            date(2022, 10, 8): True,  # a Saturday worked in exchange
            date(2022, 11, 19): False,
            date(2022, 11, 22): False,
            date(2022, 11, 23): True,
            date(2022, 11, 24): True,
            date(2031, 10, 1): True,  # a Wednesday of a year that no calendar knows yet
        }
        assert {day: is_working(day) for day in facts} == facts


def test_short_codes_count_up_per_county_letter_and_year(database: Database) -> None:
    with database.writing() as session:
        assert [short_code(session, COUNTY, "L", 2022) for _ in range(2)] == ["L2022-0001", "L2022-0002"]
        assert reserve_codes(session, COUNTY, "L", 2022, 3)[-1] == "L2022-0005"
        assert short_code(session, COUNTY, "L", 2023) == "L2023-0001"
        assert short_code(session, new_id(), "L", 2022) == "L2022-0001"
        reserve_codes(session, COUNTY, "D", 2022, 9998)
        assert reserve_codes(session, COUNTY, "D", 2022, 2) == ["D2022-9999", "D2022-10000"]


def test_codes_asked_for_at_once_are_unique_and_leave_no_gap(database: Database) -> None:
    given: list[str] = []

    def ask() -> None:
        for _ in range(5):
            with rolled_back(database) as session:
                short_code(session, COUNTY, "L", 2022)
            with database.writing() as session:
                code = short_code(session, COUNTY, "L", 2022)
            given.append(code)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == [f"L2022-{number:04d}" for number in range(1, 21)]


def test_the_county_is_the_databases_one(database: Database) -> None:
    with database.writing() as session:
        with pytest.raises(NotFound):
            only_county(session)
        assert make_county(session) is only_county(session)
