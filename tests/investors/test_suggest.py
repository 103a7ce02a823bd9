"""What forms are told while an investor is typed."""

from __future__ import annotations

import pytest

from app.investors.rules import InvestorKind
from tests.factories.investors import make_investor
from tests.investors.conftest import Office


def offered(office: Office, typed: str, who: str = "member") -> list[dict[str, str]]:
    answer = office.client(who).get("/investors/suggest", params={"q": typed})
    assert answer.status_code == 200
    found: list[dict[str, str]] = answer.json()
    return found


@pytest.mark.parametrize(
    "typed", ["云杉", "云山线缆", "ysxl", "yunshan", "江西云杉线缆有限公司", "云杉电线厂"]
)
def test_the_box_offers_the_record(office: Office, typed: str) -> None:
    found = offered(office, typed)
    assert [each["id"] for each in found] == [str(office.investor.id)]
    assert found[0]["value"] == "江西云杉线缆有限公司"
    assert "浙江省嘉兴市桐乡市" in found[0]["note"]


def test_the_surest_stands_first_and_says_why(office: Office) -> None:
    office.make(make_investor, name="云杉线缆研究院")
    found = offered(office, "江西云杉线缆有限公司")
    assert found[0]["value"] == "江西云杉线缆有限公司"
    assert "名称相同" in found[0]["note"]


@pytest.mark.parametrize("typed", ["", "  ", "有限", "%", "'", '"*', "a" * 500, "完全不相干"])
def test_odd_text_offers_nothing_and_breaks_nothing(office: Office, typed: str) -> None:
    found = offered(office, typed)
    assert all(set(each) == {"value", "id", "note"} for each in found)


def test_merged_records_are_not_offered(office: Office) -> None:
    office.make(make_investor, name="云杉电缆有限公司", canonical_id=office.investor.id)
    assert [each["value"] for each in offered(office, "云杉")] == ["江西云杉线缆有限公司"]


@pytest.mark.parametrize("who", ["admin", "auditor", "partner"])
def test_who_reads_no_records_may_not_ask(office: Office, who: str) -> None:
    assert office.client(who).get("/investors/suggest?q=云杉").status_code == 403


def test_the_form_is_told_what_may_be_the_same(office: Office) -> None:
    client = office.client()
    same = client.get("/investors/similar", params={"name": "江西云杉线缆有限公司", "kind": "company"}).text
    assert "不能重复新建" in same
    assert 'name="seen"' not in same
    alike = client.get("/investors/similar", params={"name": "云杉特种线缆", "kind": "company"}).text
    assert "名称相近" in alike
    assert 'name="seen"' in alike
    itself = {"name": office.investor.name, "kind": "company", "itself": str(office.investor.id)}
    assert client.get("/investors/similar", params=itself).text.strip() == ""


def test_a_person_is_compared_with_persons_by_sound(office: Office) -> None:
    office.make(make_investor, name="王晓明", kind=InvestorKind.PERSON)
    page = office.client().get("/investors/similar", params={"name": "王小明", "kind": "person"}).text
    assert "读音相同" in page


def test_the_form_is_told_where_a_home_may_be(office: Office) -> None:
    client = office.client()
    assert 'value="330483"' in client.get("/investors/homes", params={"home": "浙江桐乡"}).text
    guessed = client.get("/investors/homes", params={"name": "浙江碧潭光学有限公司"}).text
    assert "按名称推测" in guessed
    chosen = client.get("/investors/homes", params={"home": "鼓楼区", "home_code": "350102"}).text
    assert 'value="350102" checked' in chosen
