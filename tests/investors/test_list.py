"""The list of investors and one record of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.investors import queries
from app.investors.models import Investor
from app.investors.rules import InvestorKind
from tests.counting import counting
from tests.factories.core import copies
from tests.factories.identity import EPOCH
from tests.factories.investors import make_contact, make_investor
from tests.investors.conftest import Office


def listed(office: Office, who: str = "member", **query: str) -> str:
    answer = office.client(who).get("/investors", params=query)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("typed", ["云杉线缆", "yunshan", "jxysxl", "电线厂", "江西云杉线缆有限公司"])
def test_names_are_found_in_characters_pinyin_and_initials(office: Office, typed: str) -> None:
    office.make(make_investor, name="碧潭光学有限公司")
    page = listed(office, q=typed)
    assert "江西云杉线缆有限公司" in page
    assert "碧潭光学有限公司" not in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"kind": "person"}, {"王小明"}),
        ({"home": "330000"}, {"江西云杉线缆有限公司"}),
        ({"home": "110000"}, set()),
        ({"home": "foreign"}, {"樱田光学株式会社"}),
        ({"home": "JP"}, {"樱田光学株式会社"}),
        ({"home": "unknown"}, {"王小明"}),
        ({"tag": "光电"}, {"樱田光学株式会社"}),
        ({"kind": "nonsense"}, {"王小明", "江西云杉线缆有限公司", "樱田光学株式会社"}),
    ],
)
def test_filters_show_what_they_say(office: Office, query: dict[str, str], shown: set[str]) -> None:
    office.make(make_investor, name="王小明", kind=InvestorKind.PERSON, home="")
    office.make(make_investor, name="樱田光学株式会社", home="JP", tags=("光电",))
    page = listed(office, **query)
    names = {"王小明", "江西云杉线缆有限公司", "樱田光学株式会社"}
    assert {name for name in names if name in page} == shown


def test_the_list_is_sorted_and_paged_by_the_address(office: Office) -> None:
    with office.database.writing() as session:
        for number in range(60):
            make_investor(session, name=f"麦浪{number:02}号粮油有限公司", at=EPOCH + timedelta(days=number))
    first, second = listed(office, sort="name", q="麦浪"), listed(office, sort="name", q="麦浪", page="2")
    assert first.index("麦浪00号") < first.index("麦浪01号")
    assert "麦浪59号" in second
    assert "麦浪49号" not in second
    assert "第 51–60 条" in second
    newest = listed(office, q="麦浪")
    assert newest.index("麦浪59号") < newest.index("麦浪58号")


def test_a_record_knows_its_neighbours_in_the_list_it_came_from(office: Office) -> None:
    with office.database.writing() as session:
        rows = [
            make_investor(session, name=f"麦浪{number}号粮油有限公司", at=EPOCH + timedelta(days=number))
            for number in range(3)
        ]
    page = office.client().get(f"/investors/{rows[1].id}?q=麦浪").text
    assert f'rel="prev" href="/investors/{rows[2].id}?q=' in page
    assert f'rel="next" href="/investors/{rows[0].id}?q=' in page
    last = office.client().get(f"/investors/{rows[0].id}?q=麦浪").text
    assert 'rel="next"' not in last


def test_an_empty_list_says_what_to_do(office: Office) -> None:
    assert "换个条件试试" in listed(office, q="没有这样的名称")


@pytest.mark.parametrize("who", ["member", "elsewhere", "head", "verifier", "leader"])
def test_all_staff_read_investors(office: Office, who: str) -> None:
    assert "江西云杉线缆有限公司" in listed(office, who)
    assert office.client(who).get(f"/investors/{office.investor.id}").status_code == 200


@pytest.mark.parametrize("who", ["admin", "auditor", "partner"])
def test_others_read_none(office: Office, who: str) -> None:
    client = office.client(who)
    assert client.get("/investors").status_code == 403
    assert client.get(f"/investors/{office.investor.id}").status_code == 403


def test_the_list_costs_the_same_at_any_length(office: Office) -> None:
    client = office.client()
    with counting(office.database) as few:
        client.get("/investors?q=麦浪")
    with office.database.writing() as session:
        for number in range(120):
            make_investor(session, name=f"麦浪{number}号粮油有限公司", tags=("粮油",))
    with counting(office.database) as many:
        client.get("/investors?q=麦浪")
    assert len(many) <= 6, many
    assert len(many) - len(few) <= 1  # the tags of the rows, when there are rows


def test_the_list_costs_the_same_at_ten_and_at_a_thousand_rows(office: Office) -> None:
    client = office.client()
    grown = office.make(make_investor, name="麦浪粮油有限公司")

    def more(number: int, mark: str) -> None:
        own = {"name": lambda n: f"麦浪{mark}{n}号", "name_folded": lambda n: f"麦浪{mark}{n}号"}
        copies(office.database, Investor, grown.id, number, **own)

    more(8, "甲")
    client.get("/investors")
    with counting(office.database) as few:
        client.get("/investors")
    more(990, "乙")
    with counting(office.database) as many:
        assert "共 1000 条" in client.get("/investors").text
    assert len(many) == len(few) <= 6, many


def test_a_record_costs_the_same_however_much_it_holds(office: Office) -> None:
    client, path = office.client(), f"/investors/{office.investor.id}"
    with counting(office.database) as few:
        assert client.get(path).status_code == 200
    with office.database.writing() as session:
        investor = session.get_one(type(office.investor), office.investor.id)
        for number in range(20):
            make_contact(session, investor=investor, unit=office.town, name=f"赵{number}")
            make_investor(session, name=f"旧名{number}有限公司", canonical_id=investor.id)
    with counting(office.database) as many:
        assert client.get(path).status_code == 200
    assert len(many) <= 14, many
    assert len(many) - len(few) <= 1


def test_name_matches_include_what_was_merged(office: Office) -> None:
    merged = office.make(make_investor, name="云杉电缆有限公司", canonical_id=office.investor.id)
    with office.database.reading() as session:
        ids = set(session.scalars(queries.name_matches(session, merged.county_id, "云杉线缆")))
    assert ids == {office.investor.id, merged.id}
