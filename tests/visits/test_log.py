"""Logging a visit: one sentence is enough, the server's clock says whether it is late."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.core.ids import new_id
from app.visits.models import Visit
from tests.factories.identity import form_token, make_person, send
from tests.investors.conftest import Office


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "outbound",
        "investor": "江西云杉线缆有限公司",
        "from_on": "2022-11-22",
        "summary": "参观了展厅，对方想看厂房",
        "next": "in_one_week",
    } | changes


def visits(office: Office) -> list[Visit]:
    with office.database.reading() as session:
        chosen = (
            select(Visit).options(selectinload(Visit.units), selectinload(Visit.people)).order_by(Visit.id)
        )
        return list(session.scalars(chosen))


def test_the_required_fields_are_enough(office: Office) -> None:
    answer = send(office.client(), "/visits/new", **typed())
    assert answer.status_code == 303
    (visit,) = visits(office)
    assert visit.code == "V2022-0001"
    assert visit.investor_id == office.investor.id
    assert [each.unit_id for each in visit.units] == [office.town.id]
    assert str(visit.next_follow_up_on) == "2022-11-29"
    assert visit.days_late == 0
    page = office.client().get(answer.headers["location"]).text
    assert "参观了展厅" in page
    assert "记拜访" in page
    (event,) = office.events("visit.logged")
    assert event.unit_id == office.town.id


def test_an_unknown_investor_is_put_on_record(office: Office) -> None:
    assert send(office.client(), "/visits/new", **typed(investor="桐乡蓝染纺织有限公司")).status_code == 303
    assert office.named("桐乡蓝染纺织有限公司").region_code in ("", "330483")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"summary": " "}, "洽谈要点"),
        ({"next": ""}, "下步"),
        ({"investor": ""}, "请填写拜访的客商"),
        ({"from_on": "2022-11-23"}, "拜访日期不能晚于今天"),
        ({"to_on": "2022-11-01"}, "结束日期早于开始日期"),
        ({"next": "on_a_day"}, "请填写跟进日期"),
        ({"next": "on_a_day", "next_on": "2022-01-01"}, "跟进日期已经过去"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_typed_is_lost(
    office: Office, changes: dict[str, str], words: str
) -> None:
    answer = send(office.client(), "/visits/new", **typed(their_people="周总", **changes))
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="周总"' in answer.text
    assert visits(office) == []


def test_a_visit_entered_after_three_days_is_marked_late(office: Office) -> None:
    send(office.client(), "/visits/new", **typed(from_on="2022-11-18"))
    send(office.client(), "/visits/new", **typed(from_on="2022-11-19"))
    assert sorted(visit.days_late for visit in visits(office)) == [3, 4]
    assert office.client().get("/visits?late=1").text.count("/visits/0") == 1


def test_save_and_log_another_keeps_people_date_and_place(office: Office) -> None:
    person = office.make(make_person, unit=office.town, name="孙大川")
    client = office.client()
    answer = send(client, "/visits/new", **typed(people=str(person.id), place="桐乡", another="true"))
    assert answer.headers["location"].startswith("/visits/new?again=")
    page = client.get(answer.headers["location"]).text
    assert 'value="桐乡"' in page
    assert 'value="2022-11-22"' in page
    assert "江西云杉线缆" not in page


def test_the_same_form_sent_twice_is_one_visit(office: Office) -> None:
    client = office.client()
    token = form_token(client.get("/visits/new").text)
    form = typed(csrf_token=token, form_key="one-key")
    first = client.post("/visits/new", data=form)
    second = client.post("/visits/new", data=form)
    assert first.headers["location"] == second.headers["location"]
    assert len(visits(office)) == 1


def test_a_picture_comes_with_it_and_only_its_readers_see_it(office: Office) -> None:
    picture = BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG")
    client = office.client()
    token = form_token(client.get("/visits/new").text)
    answer = client.post(
        "/visits/new",
        data=typed(csrf_token=token),
        files={"photos": ("现场.jpg", picture.getvalue(), "image/jpeg")},
    )
    here = answer.headers["location"]
    address = next(part for part in client.get(here).text.split('"') if "/photos/" in part)
    assert client.get(address).headers["content-type"] == "image/jpeg"
    assert office.client("elsewhere").get(address).status_code == 404


def test_a_file_that_is_no_picture_is_refused_in_words(office: Office) -> None:
    client = office.client()
    token = form_token(client.get("/visits/new").text)
    answer = client.post(
        "/visits/new",
        data=typed(csrf_token=token),
        files={"photos": ("a.jpg", b"<script>alert(1)</script>", "image/jpeg")},
    )
    assert answer.status_code == 422
    assert visits(office) == []


def test_foreign_records_cannot_be_named(office: Office) -> None:
    answer = send(office.client(), "/visits/new", **typed(lead_id=str(new_id())))
    assert answer.status_code == 422


@pytest.mark.parametrize("who", ["admin", "auditor", "leader", "partner"])
def test_who_writes_no_records_logs_no_visit(office: Office, who: str) -> None:
    assert send(office.client(who), "/visits/new", **typed()).status_code == 403
