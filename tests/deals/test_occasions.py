"""Occasions: a signing ceremony or fair as a record of its own, with what was signed there."""

from __future__ import annotations

from tests.deals.conftest import Office
from tests.factories.deals import make_occasion
from tests.factories.identity import send


def test_an_occasion_is_a_record_with_its_deals(office: Office) -> None:
    client = office.client()
    answer = send(client, "/occasions/new", name="元宵签约", kind="signing", first_on="2022-02-15")
    assert answer.status_code == 303, answer.text
    path = answer.headers["location"]
    assert "登记活动" in client.get(path).text
    wrong = send(
        client, "/occasions/new", name="倒着的活动", kind="fair", first_on="2022-02-15", last_on="2022-02-14"
    )
    assert wrong.status_code == 422
    edited = {"name": "元宵集中签约", "kind": "signing", "first_on": "2022-02-15", "version": 1}
    assert send(client, f"{path}/edit", **edited).status_code == 303
    assert send(client, f"{path}/edit", **edited | {"place": "会展中心"}).status_code == 412
    assert "元宵集中签约" in client.get("/occasions").text
    assert send(office.client("leader"), "/occasions/new", **edited).status_code == 403


def test_an_occasion_counts_what_was_signed_there(office: Office) -> None:
    occasion = office.make(make_occasion)
    deal = office.deal(occasion_id=occasion.id)
    page = office.client().get(f"/occasions/{occasion.id}").text
    assert deal.name in page
    assert "共 1 个，总投资合计 1亿元" in page
