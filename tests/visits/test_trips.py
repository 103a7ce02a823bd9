"""Trips: a record with its visits, corrected on record, a person's overlapping days counted once."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.visits.models import Trip
from tests.factories.identity import make_person, send
from tests.factories.visits import make_visit
from tests.investors.conftest import Office

TRIP = {"title": "赴浙江招商", "destination": "桐乡", "from_on": "2022-11-20", "to_on": "2022-11-22"}


def made(office: Office, **changes: str) -> str:
    answer = send(office.client(), "/visits/trips/new", **(TRIP | changes))
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_a_trip_shows_its_people_and_visits_and_begins_the_next(office: Office) -> None:
    person = office.make(make_person, unit=office.town, name="孙大川")
    here = made(office, people=str(person.id))
    trip_id = UUID(here.rpartition("/")[2])
    office.make(make_visit, unit=office.town, investor=office.investor, trip_id=trip_id)
    page = office.client().get(here).text
    assert "孙大川" in page
    assert "江西云杉线缆" in page
    assert "出行 3 天，3 人天" in page
    form = office.client().get(f"/visits/new?trip={trip_id}").text
    assert f'value="{trip_id}" selected' in form
    assert f'value="{person.id}" checked' in form


def test_overlapping_trips_of_one_person_count_once(office: Office) -> None:
    person = office.make(make_person, unit=office.town, name="孙大川")
    made(office, people=str(person.id))
    made(office, title="顺道上海", from_on="2022-11-22", to_on="2022-11-23", people=str(person.id))
    made(office, title="去年的", from_on="2021-05-01", to_on="2021-05-01", people=str(person.id))
    page = office.client().get("/visits/trips?year=2022").text
    assert "2 次，出行 5 天，4 人天" in page
    assert "去年的" not in page
    assert "去年的" in office.client().get("/visits/trips?year=2021").text


def test_it_is_corrected_on_record_and_a_stale_save_is_refused(office: Office) -> None:
    here = made(office)
    change = TRIP | {"to_on": "2022-11-21", "version": "1"}
    assert send(office.client(), f"{here}/edit", **change).status_code == 303
    (event,) = office.events("trip.edited")
    assert event.changes == {"to_on": ["2022-11-22", "2022-11-21"]}
    assert send(office.client(), f"{here}/edit", **(change | {"title": "又改"})).status_code == 412
    refused = send(office.client(), f"{here}/edit", **(change | {"version": "2", "to_on": "2022-01-01"}))
    assert refused.status_code == 422
    assert office.row(Trip, UUID(here.rpartition("/")[2])).title == "赴浙江招商"


@pytest.mark.parametrize(
    ("who", "read", "write"), [("elsewhere", 404, 404), ("verifier", 200, 403), ("leader", 200, 403)]
)
def test_other_units_neither_read_nor_change_it(office: Office, who: str, read: int, write: int) -> None:
    here = made(office)
    assert office.client(who).get(here).status_code == read
    assert send(office.client(who), f"{here}/edit", **TRIP, version="1").status_code == write
