"""Putting an investor on record."""

from __future__ import annotations

import pytest

from app.core.text import check_uscc
from tests.factories.identity import send
from tests.factories.investors import make_investor
from tests.investors.conftest import Office

CODE = check_uscc("91110000600037341L")


def filled(**changes: object) -> dict[str, object]:
    return {"kind": "company", "name": "碧潭光学有限公司", "home": "浙江桐乡"} | changes


def test_an_investor_is_put_on_record_with_its_home(office: Office) -> None:
    client = office.client()
    answer = send(
        client, "/investors/new", **filled(uscc=CODE, tags="光电、上市公司", former_names="碧潭镜片厂")
    )
    assert answer.status_code == 303
    page = client.get(answer.headers["location"]).text
    assert "浙江省嘉兴市桐乡市" in page
    assert "碧潭镜片厂" in page
    assert "上市公司" in page
    assert "钱小树" in page  # who did it, in the history
    assert office.named("碧潭光学有限公司").region_code == "330483"
    (event,) = office.events("investor.added")
    assert event.unit_id == office.town.id
    assert event.changes["uscc"] == [None, CODE]


def test_the_same_form_sent_twice_makes_one_record(office: Office) -> None:
    client, values = office.client(), filled(form_key="one-time")
    first, second = send(client, "/investors/new", **values), send(client, "/investors/new", **values)
    assert first.headers["location"] == second.headers["location"]
    assert len(office.events("investor.added")) == 1


def test_the_same_company_name_is_refused_and_the_record_linked(office: Office) -> None:
    answer = send(office.client(), "/investors/new", **filled(name=" 江西云杉线缆 有限公司"))
    assert answer.status_code == 409
    assert f'href="/investors/{office.investor.id}"' in answer.text
    assert "已有这家客商" in answer.text
    assert office.events("investor.added") == []


def test_the_same_credit_code_is_refused_for_any_kind(office: Office) -> None:
    known = office.make(make_investor, name="青岚产业基金", uscc=CODE)
    answer = send(office.client(), "/investors/new", **filled(kind="government", uscc=CODE))
    assert answer.status_code == 409
    assert f"/investors/{known.id}" in answer.text


def test_records_that_look_alike_are_shown_once_before_saving(office: Office) -> None:
    client, values = office.client(), filled(name="浙江云杉线缆股份有限公司")
    shown = send(client, "/investors/new", **values)
    assert shown.status_code == 409
    assert "去掉地名和后缀后相同" in shown.text
    assert 'name="seen" value="true"' in shown.text
    assert send(client, "/investors/new", **values, seen="true").status_code == 303


def test_persons_may_share_a_name(office: Office) -> None:
    office.make(make_investor, name="王小明", kind="person")
    values = filled(kind="person", name="王小明", seen="true")
    assert send(office.client(), "/investors/new", **values).status_code == 303


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"uscc": "91110000600037341X"}, "uscc", "校验"),
        ({"uscc": "123"}, "uscc", "18"),
        ({"name": "  "}, "name", ""),
        ({"name": "（）"}, "name", "请填写名称"),
        ({"home": "哪里也不是"}, "home", "没有找到这个地方"),
        ({"home": "鼓楼区"}, "home", "请从建议中选择"),
        ({"kind": "club"}, "kind", ""),
        ({"tags": "、".join(f"标签{n}" for n in range(13))}, "tags", "最多 12 个"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    office: Office, changes: dict[str, object], field: str, said: str
) -> None:
    answer = send(office.client(), "/investors/new", **filled(**changes))
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text
    assert said in answer.text


def test_an_unclear_home_offers_its_places_and_takes_the_one_chosen(office: Office) -> None:
    client = office.client()
    offered = send(client, "/investors/new", **filled(home="鼓楼区"))
    assert "福建省福州市鼓楼区" in offered.text
    assert send(client, "/investors/new", **filled(home="鼓楼区", home_code="350102")).status_code == 303
    assert office.named("碧潭光学有限公司").region_code == "350102"


def test_a_country_is_a_home_and_an_empty_one_stays_unknown(office: Office) -> None:
    client = office.client()
    send(client, "/investors/new", **filled(name="樱田光学株式会社", home="日本"))
    send(client, "/investors/new", **filled(home=""))
    assert office.named("樱田光学株式会社").country == "JP"
    assert office.named("碧潭光学有限公司").home == ""


@pytest.mark.parametrize("who", ["leader", "admin", "auditor", "partner"])
def test_who_writes_no_records_adds_no_investor(office: Office, who: str) -> None:
    client = office.client(who)
    assert client.get("/investors/new").status_code == 403
    assert send(client, "/investors/new", **filled()).status_code == 403


def test_the_form_speaks_english(office: Office) -> None:
    client = office.client()
    send(client, "/account/preferences", locale="en")
    page = client.get("/investors/new").text
    assert "Credit code" in page
    assert "统一社会信用代码" not in page
