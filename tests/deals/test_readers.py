"""Confidential deals: opened by their owner and the people named, for everybody else 某项目（保密）."""

from __future__ import annotations

from tests.deals.conftest import Office, refuses
from tests.factories.deals import make_occasion
from tests.factories.identity import send


def test_only_the_people_named_open_a_confidential_deal(office: Office) -> None:
    deal = office.deal(name="绝密芯片项目")
    reader = office.people["colleague"]
    assert (
        office.act(deal, "readers", confidential="true", readers=[str(reader.person_id)]).status_code == 303
    )
    path = f"/deals/{deal.id}"
    assert office.client().get(path).status_code == 200
    assert office.client("colleague").get(path).status_code == 200
    for who in ("head", "verifier", "leader", "elsewhere"):
        assert office.client(who).get(path).status_code == 404
    listed = office.client("leader").get("/deals").text
    assert "绝密芯片" not in listed
    assert "某项目（保密）" in listed
    assert "共 1 个" in listed
    assert "绝密芯片" not in office.client("leader").get("/deals?q=绝密").text
    assert "某项目（保密）" not in office.client("leader").get("/deals?q=绝密").text
    assert "绝密芯片" not in office.client("leader").get("/deals/schedule").text


def test_a_confidential_deal_says_nothing_anywhere(office: Office) -> None:
    occasion = office.make(make_occasion)
    deal = office.deal(name="绝密芯片项目", confidential=True, occasion_id=occasion.id)
    client = office.client("leader")
    for path in (
        "/deals", "/deals?q=绝密", "/deals?amount=1_5", "/deals/schedule", "/project-lists",
        f"/deals?occasion={occasion.id}", f"/deals?investor={office.investor.id}", f"/occasions/{occasion.id}",
    ):  # fmt: skip
        assert "绝密芯片" not in client.get(path).text, path
    exported = send(client, "/deals/export", format="csv").content.decode("utf-8-sig")
    assert "绝密芯片" not in exported
    assert "某项目（保密）" in exported
    assert deal.code not in exported
    assert "某项目（保密）" in client.get(f"/occasions/{occasion.id}").text


def test_the_names_of_readers_are_on_record(office: Office) -> None:
    deal = office.deal()
    reader = office.people["colleague"]
    office.act(deal, "readers", confidential="true", readers=[str(reader.person_id)])
    assert office.act(deal, "readers").status_code == 303
    first, second = office.events("deal.readers_changed")
    assert first.changes == {"confidential": [False, True], "readers": ["", "孙大山"]}
    assert second.changes == {"confidential": [True, False], "readers": ["孙大山", ""]}


def test_who_comes_second_sees_both_settings(office: Office) -> None:
    deal = office.deal()
    version = office.row(deal.id).version
    office.act(deal, "readers", confidential="true", readers=[str(office.people["head"].person_id)])
    mine = {"confidential": "true", "readers": [str(office.people["colleague"].person_id)]}
    answer = office.act(deal, "readers", **mine, version=version)
    assert answer.status_code == 412
    for text in ("李青山", "孙大山"):
        assert text in answer.text


def test_only_writers_of_the_unit_keep_a_deal_confidential(office: Office) -> None:
    refuses(office, office.deal(), "readers", confidential="true")
