"""Visits that waited on a device for a network come through a door of their own, each of them once."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from app.core.ids import new_id
from app.visits.models import VisitPhoto
from tests.factories.identity import client_of, form_token, send
from tests.investors.conftest import Office
from tests.visits.test_log import typed, visits


def post(client: TestClient, **values: Any) -> Any:
    return send(client, "/visits/outbox", **values)


def test_a_visit_that_waited_is_taken_in_by_the_servers_clock(office: Office) -> None:
    key = str(new_id())
    answer = post(office.client(), **typed(id=key, from_on="2022-11-18"))
    assert answer.json() == {"href": f"/visits/{key}", "again": False}
    (visit,) = visits(office)
    assert (str(visit.id), visit.received_at, visit.days_late) == (key, office.clock.now, 4)
    assert len(office.events("visit.logged")) == 1


def test_sent_again_after_a_lost_answer_it_is_one_visit(office: Office) -> None:
    key = str(new_id())
    client = office.client()
    token = form_token(client.get("/visits/new").text)
    waiting = typed(id=key, csrf_token=token, form_key="one-key")
    answers = [client.post("/visits/outbox", data=waiting).json() for _ in range(2)]
    assert [each["again"] for each in answers] == [False, True]
    # Another sign-in has another token and no memory of the form's key; the visit's id still tells.
    other = client_of(office.app, office.people["member"])
    assert post(other, **typed(id=key)).json() == {"href": f"/visits/{key}", "again": True}
    assert len(visits(office)) == 1


def test_the_form_sent_after_the_visit_was_saved_leads_to_it(office: Office) -> None:
    key = str(new_id())
    post(office.client(), **typed(id=key))
    answer = send(office.client(), "/visits/new", **typed(id=key, summary="又写了一遍"))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/visits/{key}")
    assert len(visits(office)) == 1


def test_somebody_elses_id_is_refused_and_tells_nothing(office: Office) -> None:
    key = str(new_id())
    post(office.client("elsewhere"), **typed(id=key))
    answer = post(office.client(), **typed(id=key))
    assert answer.status_code == 422
    assert key not in answer.text
    assert len(visits(office)) == 1


def test_a_refusal_says_in_words_what_is_wrong(office: Office) -> None:
    answer = post(office.client(), **typed(from_on="2022-12-24", summary=""))
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 1
    assert post(office.client(), **typed(from_on="2022-12-24")).json()["errors"] == ["拜访日期不能晚于今天。"]
    assert visits(office) == []


def test_its_photos_come_with_it(office: Office) -> None:
    picture = BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG")
    client = office.client()
    token = form_token(client.get("/visits/new").text)
    answer = client.post(
        "/visits/outbox",
        data=typed(id=str(new_id()), csrf_token=token),
        files={"photos": ("现场.jpg", picture.getvalue(), "image/jpeg")},
    )
    assert answer.status_code == 200
    (visit,) = visits(office)
    with office.database.reading() as session:
        assert session.query(VisitPhoto).filter_by(visit_id=visit.id).count() == 1


def test_the_form_for_the_device_names_nobody(office: Office) -> None:
    page = office.client().get("/visits/offline").text
    assert "现在没有网络" in page
    assert "csrf_token" not in page
    assert office.people["member"].login not in page
    assert "钱小树" not in page
    assert "河下镇" not in page


@pytest.mark.parametrize("who", ["admin", "auditor", "leader", "partner"])
def test_who_writes_no_records_sends_none(office: Office, who: str) -> None:
    assert send(office.client(who), "/visits/outbox", **typed(id=str(new_id()))).status_code == 403
    assert office.client(who).get("/visits/offline").status_code == 403


def test_nobody_signed_in_is_told_to_sign_in(office: Office) -> None:
    answer = client_of(office.app).post("/visits/outbox", data=typed())
    assert answer.status_code == 401
    assert visits(office) == []
