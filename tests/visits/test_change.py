"""Correcting a visit, closing its follow-up, joining two reports of the same visit."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.core.models import SearchEntry
from app.visits.models import Visit
from tests.factories.identity import make_unit, send
from tests.factories.visits import make_visit
from tests.investors.conftest import Office


def stored(visit: Visit, **changes: Any) -> dict[str, Any]:
    return {
        "kind": visit.kind.value,
        "investor": "江西云杉线缆有限公司",
        "from_on": str(visit.from_on),
        "summary": visit.summary,
        "next": "none",
        "version": visit.version,
    } | changes


def own(office: Office, **values: Any) -> Visit:
    return office.make(make_visit, unit=office.town, investor=office.investor, **values)


def test_a_correction_shows_old_and_new(office: Office) -> None:
    visit = own(office)
    answer = send(office.client(), f"/visits/{visit.id}/edit", **stored(visit, summary="改为看了标准厂房"))
    assert answer.status_code == 303
    (event,) = office.events("visit.edited")
    assert event.changes["summary"] == ["介绍了园区厂房", "改为看了标准厂房"]


def test_a_stale_correction_loses_nothing(office: Office) -> None:
    visit = own(office)
    send(office.client(), f"/visits/{visit.id}/edit", **stored(visit, place="先保存的地点"))
    answer = send(office.client(), f"/visits/{visit.id}/edit", **stored(visit, place="后填写的地点"))
    assert answer.status_code == 412
    assert "先保存的地点" in answer.text
    assert "后填写的地点" in answer.text
    assert office.row(Visit, visit.id).place == "先保存的地点"


def test_another_unit_cannot_correct_it(office: Office) -> None:
    visit = own(office)
    assert send(office.client("elsewhere"), f"/visits/{visit.id}/edit", **stored(visit)).status_code == 404
    assert send(office.client("verifier"), f"/visits/{visit.id}/edit", **stored(visit)).status_code == 403


def test_a_follow_up_is_closed_once(office: Office) -> None:
    visit = own(office, no_follow_up=False, next_follow_up_on=office.clock.now.date())
    client = office.client()
    assert "待跟进" in client.get("/visits?due=1").text
    for _ in range(2):
        assert send(client, f"/visits/{visit.id}/follow-up").status_code == 303
    assert len(office.events("visit.followed_up")) == 1
    assert "江西云杉线缆" not in client.get("/visits?due=1").text


def test_two_units_reports_of_one_visit_are_joined_and_taken_apart(office: Office) -> None:
    mine = own(office)
    theirs = office.make(make_visit, unit=office.other, investor=office.investor)
    client = office.client()
    assert "疑似同一次拜访" in client.get(f"/visits/{mine.id}").text
    answer = send(client, f"/visits/{mine.id}/merge", other_id=str(theirs.id), version=mine.version)
    assert answer.status_code == 303
    assert office.row(Visit, theirs.id).merged_into_id == mine.id
    page = client.get("/visits").text
    assert page.count("江西云杉线缆") == 1
    assert "河下镇" in page
    assert "双林镇" in page
    # Either unit may take it back: the other one here, from its own record.
    other, here = office.client("elsewhere"), f"/visits/{theirs.id}"
    assert "撤销合并" in other.get(here).text
    assert send(other, f"{here}/separate", back=here).headers["location"] == here
    assert office.row(Visit, theirs.id).merged_into_id is None
    with office.database.reading() as session:
        assert session.scalar(select(SearchEntry).where(SearchEntry.subject_id == theirs.id)) is not None
    assert "双林镇、" not in client.get("/visits").text


def test_a_third_unit_takes_nothing_apart(office: Office) -> None:
    mine = own(office)
    theirs = office.make(make_visit, unit=office.other, investor=office.investor)
    send(office.client(), f"/visits/{mine.id}/merge", other_id=str(theirs.id), version=mine.version)
    assert send(office.client("verifier"), f"/visits/{theirs.id}/separate").status_code == 403
    assert office.row(Visit, theirs.id).merged_into_id == mine.id


def test_different_days_are_not_joined(office: Office) -> None:
    mine = own(office)
    other = office.make(
        make_visit, unit=office.other, investor=office.investor, from_on=mine.from_on.replace(day=1)
    )
    answer = send(office.client(), f"/visits/{mine.id}/merge", other_id=str(other.id), version=mine.version)
    assert answer.status_code == 409


def test_a_trip_binds_visits(office: Office) -> None:
    client = office.client()
    trip = {"title": "赴浙江招商", "from_on": "2022-11-20", "to_on": "2022-11-22"}
    assert send(client, "/visits/trips/new", **trip).status_code == 303
    page = client.get("/visits/trips").text
    assert "赴浙江招商" in page
    assert "出行 3 天" in page
    assert send(client, "/visits/trips/new", **(trip | {"to_on": "2022-11-01"})).status_code == 422
    unit = office.make(make_unit)
    assert send(client, "/visits/trips/new", **trip, unit_id=str(unit.id)).status_code == 422
